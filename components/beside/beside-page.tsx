'use client'

import { useState } from 'react'
import { Header } from '@/components/chrome/header'
import { Button } from '@/components/ui/button'
import type { BesideSide } from '@/lib/view/beside'
import { BesideRuns } from './beside-runs'
import { PickSession } from './pick-session'
import { ChosenRuns } from './chosen-runs'
import { useBeside } from './use-beside'

const TITLES = ['The first run', 'The other run', 'A third run', 'A fourth run'] as const

/** Sessions' timelines under one another on one axis, and what differs between them. */
export function BesidePage() {
  const [beside, change] = useBeside()
  // a run that is being chosen in the place of one that stands there, or after the last
  const [choosing, setChoosing] = useState<number>()
  const { runs } = beside
  const missing = runs.findIndex(({ session }) => session === '')
  const place = missing >= 0 ? missing : choosing
  const choose = (session: string) => {
    change((before) => {
      const chosen: BesideSide = { session, task: undefined, selection: undefined }
      const next = [...before.runs]
      next[place ?? 0] = chosen
      return { ...before, window: undefined, at: undefined, runs: next }
    })
    setChoosing(undefined)
  }
  return (
    <div className="flex min-h-dvh flex-col lg:h-dvh lg:overflow-hidden">
      <Header crumbs={<h1 className="min-w-0 flex-1 truncate text-sm font-semibold">Side by side</h1>} />
      <main className="relative flex min-h-0 flex-1 flex-col lg:overflow-y-auto">
        {place === undefined ? (
          <BesideRuns beside={beside} change={change} onChoose={setChoosing} />
        ) : (
          <div className="mx-auto w-full max-w-3xl space-y-8 px-5 py-8">
            {missing >= 0 ? (
              <p className="text-quiet">
                Runs on one clock: aligned at their start or at a task of each, played back together, with what differs between them.
              </p>
            ) : (
              <Button onClick={() => setChoosing(undefined)}>Back to the runs</Button>
            )}
            <ChosenRuns sessions={runs.map(({ session }, i) => (i === place ? '' : session))} />
            <PickSession
              // what was searched for the first is not what is searched for the other
              key={place}
              title={TITLES[place] ?? 'Another run'}
              not={runs.map(({ session }) => session)}
              onPick={choose}
            />
          </div>
        )}
      </main>
    </div>
  )
}
