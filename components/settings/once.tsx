import { CopyButton } from '@/components/ui/copy-button'

/** A secret that is shown once. */
export function Once({ says, text }: { says: string; text: string }) {
  return (
    <div role="status" className="mt-3 rounded-md border border-accepted px-3.5 py-2.5 tint-accepted">
      <p className="text-sm">{says}</p>
      <div className="mt-1.5 flex items-center gap-2">
        <code className="min-w-0 flex-1 text-xs break-all">{text}</code>
        <CopyButton text={text} />
      </div>
    </div>
  )
}
