'use client'

/** The page broke, the data did not: it lies on the server and is read again. Small, because every page carries it. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-3 p-6">
      <h1 className="text-lg font-semibold">This page broke</h1>
      <p className="text-sm text-quiet">Nothing that was recorded is lost. Try again; if it breaks again, the line below is what to report.</p>
      <code className="max-w-full rounded-md border bg-surface px-3 py-2 text-xs break-words select-all">{error.message}</code>
      <p className="flex gap-4 text-sm font-medium">
        <button type="button" onClick={reset} className="underline underline-offset-2">
          Try again
        </button>
        <a href="/sessions" className="underline underline-offset-2">
          All sessions
        </a>
      </p>
    </main>
  )
}
