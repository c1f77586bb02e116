import { plainText } from '@/components/inspector/plain-text'

/** The words that a comment is about. */
export function Quote({ text }: { text: string }) {
  return (
    <blockquote className="line-clamp-3 min-w-0 flex-1 border-l-2 border-master pl-2 text-xs break-words whitespace-pre-wrap text-quiet [overflow-wrap:anywhere] [unicode-bidi:isolate]">
      {plainText(text)}
    </blockquote>
  )
}
