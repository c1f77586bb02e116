import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Metadata } from 'next'
import { Header } from '@/components/chrome/header'
import { Markdown } from '@/components/detector/markdown'

export const metadata: Metadata = { title: 'The detector: definitions and proof' }
// Read once, when the pages are built: the page shows what this version was measured to do.
export const dynamic = 'force-static'

export default async function Page() {
  const text = await readFile(path.join(process.cwd(), 'docs/detector.md'), 'utf8')
  return (
    <>
      <Header />
      <main className="mx-auto max-w-5xl px-5 py-6">
        <Markdown text={text} />
      </main>
    </>
  )
}
