'use client'

import { Header } from '@/components/chrome/header'
import { BesideRuns } from './beside-runs'
import { PickSession } from './pick-session'
import { useBeside } from './use-beside'

/** Two sessions' timelines under one another on one axis, and what differs between them. */
export function BesidePage() {
  const [beside, change] = useBeside()
  const { a, b } = beside
  const choose = (side: 'a' | 'b') => (session: string) =>
    change((before) => ({ ...before, window: undefined, [side]: { session, task: undefined, selection: undefined } }))
  return (
    <div className="flex min-h-dvh flex-col lg:h-dvh lg:overflow-hidden">
      <Header crumbs={<h1 className="min-w-0 flex-1 truncate text-sm font-semibold">Side by side</h1>} />
      <main className="relative flex min-h-0 flex-1 flex-col lg:overflow-y-auto">
        {a.session !== '' && b.session !== '' ? (
          // another pair is another page: stores follow one session for life
          <BesideRuns key={`${a.session}\n${b.session}`} beside={beside} change={change} onChoose={(side) => choose(side)('')} />
        ) : (
          <div className="mx-auto w-full max-w-3xl space-y-8 px-5 py-8">
            <p className="text-quiet">Two runs on one clock: aligned at their start or at a task of each, with what differs between them.</p>
            <PickSession title={a.session === '' ? 'The first run' : 'The other run'} not={a.session || b.session} onPick={choose(a.session === '' ? 'a' : 'b')} />
          </div>
        )}
      </main>
    </div>
  )
}
