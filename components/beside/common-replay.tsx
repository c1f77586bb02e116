import { useMemo } from 'react'
import { ReplayBar } from '@/components/timeline/ReplayBar'
import { sources } from '@/components/timeline/sources'
import type { ReplayStatus } from '@/lib/timeline/replay'
import { strikeLabel } from '@/lib/timeline/strikes'
import type { Together } from '@/lib/timeline/together'
import type { Letter } from '@/lib/view/beside'
import type { ClockKind } from '@/lib/view/view'
import { placeWords } from './place-words'
import type { Run } from './run-pane'

interface Props {
  together: Together
  status: ReplayStatus
  clock: ClockKind
  runs: readonly { letter: Letter; run: Run }[]
  onStep(by: 1 | -1): void
}

/** Plays all runs together: one moment of the axis, chapters of each. */
export function CommonReplay({ together, status, clock, runs, onStep }: Props) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another clock has other places, and rows change in place
  const chapters = useMemo(
    () =>
      runs
        .flatMap(({ letter, run }) =>
          (sources.get(run.store)?.rows.strikeList ?? []).flatMap((strike) => {
            const at = strike.loud ? together.placeOf(letter, strike.occurredAt) : undefined
            return at === undefined ? [] : [{ id: `${letter} ${strike.id}`, at, says: `${letter.toUpperCase()} · ${strikeLabel(strike).says}` }]
          }),
        )
        .sort((a, b) => a.at - b.at),
    [together, clock, runs],
  )
  return (
    <div className="sticky bottom-0 z-20 shrink-0">
      <ReplayBar
        key={clock}
        replay={together.replay}
        status={status}
        extent={together.extent()}
        say={(place) => placeWords(clock, place)}
        chapters={chapters}
        hasIdle={clock === 'time'}
        onStep={onStep}
      />
    </div>
  )
}
