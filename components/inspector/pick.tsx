import type { ReactNode } from 'react'
import type { Selection, SelectionKind } from '@/lib/view/view'

export type OnPick = (selection: Selection | undefined) => void

/** Selects something else of the session. */
export function PickLink({
  onPick,
  kind,
  id,
  className = '',
  children,
}: {
  onPick: OnPick
  kind: SelectionKind
  id: string
  className?: string
  children: ReactNode
}) {
  return (
    <button
      type="button"
      onClick={() => onPick({ kind, id })}
      className={`max-w-full truncate rounded text-left align-bottom underline-offset-2 hover:underline ${className}`}
    >
      {children}
    </button>
  )
}
