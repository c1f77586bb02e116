import { useEffect, useState } from 'react'
import type { ReplayStatus } from '@/lib/timeline/replay'
import { Together } from '@/lib/timeline/together'
import type { Beside } from '@/lib/view/beside'

interface Held {
  together: Together
  /** Undefined while nothing is replayed. */
  replay: ReplayStatus | undefined
  /** Share of time in which no run is under way, where folding it is worth an offer. */
  idle: number | undefined
  /** Whether any of the runs goes on. */
  live: boolean
}

/** What the timelines of the page share, kept to what the address says. */
export function useTogether({ both: { clock, folded }, window, follows, at }: Beside, change: (change: (before: Beside) => Beside) => void): Held {
  const [replay, setReplay] = useState<ReplayStatus>()
  const [idle, setIdle] = useState<number>()
  const [live, setLive] = useState(false)
  const [together] = useState(
    () =>
      new Together({
        onView: (patch) => change((before) => ({ ...before, ...patch })),
        onReplay: setReplay,
        onIdle: setIdle,
        onLive: setLive,
      }),
  )
  useEffect(() => together.setView({ clock, folded, window, follows, at }), [together, clock, folded, window, follows, at])
  useEffect(() => () => together.close(), [together])
  return { together, replay, idle, live }
}
