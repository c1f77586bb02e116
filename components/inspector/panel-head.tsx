import { ArrowLeft, Link2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'

/** What is selected, in one line, with what can be done with it. The arrow is for narrow screens, where the inspector covers the lists. */
export function PanelHead({
  badge,
  title,
  actions,
  children,
  onClose,
}: {
  badge: ReactNode
  title: ReactNode
  actions?: ReactNode
  children?: ReactNode
  onClose: () => void
}) {
  return (
    <div className="px-5 pt-3.5 pb-3">
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2">
        <button
          type="button"
          onClick={onClose}
          aria-label="Back to the lists"
          className="-ml-2 grid size-8 shrink-0 place-items-center rounded-md text-quiet hover:bg-surface-2 lg:hidden"
        >
          <ArrowLeft size={16} aria-hidden />
        </button>
        {badge}
        <h2 className="min-w-0 flex-1 text-base font-semibold text-balance break-words max-sm:order-last max-sm:basis-full">{title}</h2>
        {actions && <div className="ml-auto flex shrink-0 gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  )
}

/** On narrow screens the inspector covers the page's own button; elsewhere that one is enough. */
export function CopyLink({ onClick }: { onClick: () => void }) {
  return (
    <Button onClick={onClick} aria-label="Copy a link to exactly this" className="lg:hidden">
      <Link2 size={14} aria-hidden />
    </Button>
  )
}
