import { CopyButton } from './copy-button'

/** One line to paste into a terminal. */
export function Command({ line }: { line: string }) {
  return (
    <div className="flex w-full min-w-0 items-center gap-1 rounded-md border bg-bg py-0.5 pr-1 pl-3">
      <code className="min-w-0 flex-1 py-1 text-xs wrap-anywhere">{line}</code>
      <CopyButton text={line} label="Copy the command" />
    </div>
  )
}
