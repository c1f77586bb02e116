'use client'

import { useEffect } from 'react'
import { reachable } from '@/components/ui/reachable'

const RELOADED = 'backseat-reloaded-at'
const NOT_AGAIN_WITHIN_MS = 30_000

function reloadOnce() {
  try {
    if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < NOT_AGAIN_WITHIN_MS) return
    sessionStorage.setItem(RELOADED, String(Date.now()))
    location.reload()
  } catch {
    // without storage nothing would stop a second reload: the reader decides
  }
}

/** The page broke, the data did not: it lies on the server and is read again. Small, because every page carries it. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  // The server was updated while this page was open, and a part of the old one is gone.
  const outdated = /chunk/i.test(`${error.name} ${error.message}`)
  useEffect(() => {
    if (!outdated) return
    let waiting: ReturnType<typeof setTimeout> | undefined
    // A reload without a server would leave the browser's own error page.
    const reloadOnceReachable = async () => {
      if (await reachable()) reloadOnce()
      else waiting = setTimeout(reloadOnceReachable, 1_000)
    }
    void reloadOnceReachable()
    return () => clearTimeout(waiting)
  }, [outdated])
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-3 p-6">
      <h1 className="text-lg font-semibold">{outdated ? 'Backseat was updated' : 'This page broke'}</h1>
      <p className="text-sm text-quiet">
        {outdated
          ? 'Reload the page to get the new version.'
          : 'Nothing that was recorded is lost. Try again; if it breaks again, the line below is what to report.'}
      </p>
      <code className="max-w-full rounded-md border bg-surface px-3 py-2 text-xs break-words select-all">{error.message}</code>
      <p className="flex gap-4 text-sm font-medium">
        <button type="button" onClick={outdated ? () => location.reload() : reset} className="underline underline-offset-2">
          {outdated ? 'Reload' : 'Try again'}
        </button>
        <a href="/sessions" className="underline underline-offset-2">
          All sessions
        </a>
      </p>
    </main>
  )
}
