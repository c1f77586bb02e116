'use client'

import { Dialog as Primitive } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'

/** A window over the page; Escape, the cross and a click outside close it, and focus returns. */
export function Dialog({ open, onClose, title, children }: { open: boolean; onClose: () => void; title: string; children: ReactNode }) {
  return (
    <Primitive.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Primitive.Portal>
        <Primitive.Backdrop className="fixed inset-0 z-40 bg-black/50" />
        <Primitive.Popup className="fixed top-1/2 left-1/2 z-50 max-h-[85dvh] w-[min(44rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-auto rounded-lg border bg-surface p-5 shadow-[var(--shadow)]">
          <div className="mb-4 flex items-center justify-between">
            <Primitive.Title className="text-base font-semibold">{title}</Primitive.Title>
            <Primitive.Close aria-label="Close" className="grid size-7 place-items-center rounded text-quiet hover:bg-surface-2 hover:text-text">
              <X size={16} aria-hidden />
            </Primitive.Close>
          </div>
          {children}
        </Primitive.Popup>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
