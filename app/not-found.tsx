import type { Metadata } from 'next'
import { Logo } from '@/components/chrome/logo'
import { buttonClass } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/notes'

export const metadata: Metadata = { title: 'Not found' }

/** Every page carries this one along, so it brings no code to the browser: plain links. */
export default function NotFound() {
  return (
    <div className="flex h-dvh flex-col">
      <header className="flex h-12 shrink-0 items-center border-b bg-bg px-4 sm:px-5">
        <a href="/sessions" className="finger flex items-center gap-2 rounded text-base font-semibold tracking-tight">
          <Logo />
          Backseat
        </a>
      </header>
      <main className="min-h-0 flex-1">
        <EmptyState page title="There is no page at this address">
          <p className="mb-4">A link to a session looks like /sessions/its-id. It may have been cut when it was pasted.</p>
          <a href="/sessions" className={buttonClass('plain')}>
            All sessions
          </a>
        </EmptyState>
      </main>
    </div>
  )
}
