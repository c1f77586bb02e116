import Link from 'next/link'
import { Header } from '@/components/chrome/header'
import { buttonClass } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/notes'

/** No such session, or not for this viewer. The page keeps asking: a session that is about to begin opens by itself. */
export function Refused({ reason }: { reason: string }) {
  return (
    <div className="flex h-dvh flex-col">
      <Header />
      <main className="min-h-0 flex-1">
        <EmptyState title="This session is not here">
          <p className="mb-4">{reason} If it is about to begin, this page opens it by itself.</p>
          <Link href="/sessions" className={buttonClass('plain')}>
            All sessions
          </Link>
        </EmptyState>
      </main>
    </div>
  )
}
