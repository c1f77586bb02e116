import type { Metadata } from 'next'
import { Header } from '@/components/chrome/header'
import { Markdown } from '@/components/detector/markdown'

export const metadata: Metadata = { title: 'The detector: definitions and proof' }

/** docs/detector.md as it was when the pages were built (next.config.js): what this version was measured to do. */
export default function Page() {
  return (
    <>
      <Header />
      <main className="mx-auto max-w-5xl px-5 py-6">
        <Markdown text={process.env.DETECTOR_DOC ?? ''} />
      </main>
    </>
  )
}
