'use client'

import { Header } from '@/components/chrome/header'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/notes'

/** The page broke, the data did not: it lies on the server and is read again. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div className="flex h-dvh flex-col">
      <Header />
      <main className="min-h-0 flex-1">
        <EmptyState title="This page broke">
          <p className="mb-1">Nothing that was recorded is lost. Try again; if it breaks again, the line below is what to report.</p>
          <p className="mb-4 flex items-center justify-center gap-1">
            <code className="text-xs break-words">{error.message}</code>
            <CopyButton text={`${error.message}\n${error.stack ?? ''}`} label="Copy the error" />
          </p>
          <Button onClick={reset}>Try again</Button>
        </EmptyState>
      </main>
    </div>
  )
}
