import { onlineManager } from '@tanstack/react-query'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Queries } from '@/components/providers/queries'
import { SharedSourceProvider } from '@/components/providers/session-source'
import type { KeptPage } from '@/lib/share/kept-file'
import { answersOf, KEPT_PATH } from './answers'
import { kept } from './kept'
import { readQuery, writeQuery } from './stand-ins/address'

/** A page of the dashboard out of one file: the same components over what lies in it. */
export function begin(draw: (page: KeptPage) => ReactNode): void {
  const file = kept()
  globalThis.fetch = answersOf(file)
  // No network is what this page is made for.
  onlineManager.setEventListener(() => () => {})
  onlineManager.setOnline(true)
  if (readQuery() === '') writeQuery(file.page.view)
  const root = document.getElementById('root')
  if (!root) throw new Error('The page has no place to be drawn in.')
  createRoot(root).render(
    <StrictMode>
      <Queries>
        <SharedSourceProvider value={{ path: KEPT_PATH, visit: '', keptAt: file.page.at }}>{draw(file.page)}</SharedSourceProvider>
      </Queries>
    </StrictMode>,
  )
}
