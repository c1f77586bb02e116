import type { Metadata } from 'next'
import Link from 'next/link'
import { Header } from '@/components/chrome/header'
import { buttonClass } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/notes'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <div className="flex h-dvh flex-col">
      <Header />
      <main className="min-h-0 flex-1">
        <EmptyState title="There is no page at this address">
          <p className="mb-4">A link to a session looks like /sessions/its-id. It may have been cut when it was pasted.</p>
          <Link href="/sessions" className={buttonClass('plain')}>
            All sessions
          </Link>
        </EmptyState>
      </main>
    </div>
  )
}
