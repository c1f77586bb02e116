import type { ReactNode } from 'react'
import { isLoopback } from './loopback'

/** Beside a link that was just copied: that it opens on this computer alone, and how to let others in. Nothing where others can open it. */
export function CopiedNote({ onSave }: { onSave(): void }) {
  if (!isLoopback(location.hostname)) return null
  return (
    <CopiedBox title="Copied. The link opens on this computer only.">
      <LetOthersIn /> Or{' '}
      <button type="button" onClick={onSave} className="font-medium text-text underline underline-offset-2">
        save this view as one file
      </button>{' '}
      and hand that over.
    </CopiedBox>
  )
}

export function CopiedBox({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div
      role="status"
      className="fixed top-[3.25rem] right-3 z-40 w-[min(22rem,calc(100vw-1.5rem))] rounded-lg border bg-surface p-3.5 text-sm shadow-[var(--shadow)]"
    >
      <p className="font-medium">{title}</p>
      <p className="mt-1 text-quiet">{children}</p>
    </div>
  )
}

export function LetOthersIn() {
  return (
    <>
      To let others open it, start Backseat with <code className="text-xs">BACKSEAT_ACCOUNTS=on</code> on an address that they reach (
      <code className="text-xs">HOST</code>): docs/operations.md, People.
    </>
  )
}
