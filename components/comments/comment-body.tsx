import { plainText } from '@/components/inspector/plain-text'
import type { Person } from './person'

/** What somebody wrote: text and nothing else, with the names that were meant set off. */
export function CommentBody({ body, mentioned }: { body: string; mentioned: readonly Person[] }) {
  return (
    <p className="text-sm break-words whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:isolate]">
      {parts(body, mentioned).map(({ text, name }, index) =>
        name ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
          <span key={index} className="rounded bg-surface-2 px-0.5 font-medium text-master">
            {plainText(text)}
          </span>
        ) : (
          plainText(text)
        ),
      )}
    </p>
  )
}

function parts(body: string, mentioned: readonly Person[]): { text: string; name: boolean }[] {
  const names = mentioned
    .map(({ name }) => name)
    .filter(Boolean)
    .sort((a, b) => b.length - a.length)
  if (names.length === 0) return [{ text: body, name: false }]
  const pattern = new RegExp(`(@(?:${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')}))(?![\\p{L}\\p{N}])`, 'giu')
  return body.split(pattern).map((text, index) => ({ text, name: index % 2 === 1 }))
}
