import dynamic from 'next/dynamic'
import type { ReplayStatus } from '@/lib/timeline/replay'
import type { Rows } from '@/lib/timeline/rows'
import type { Stage } from '@/lib/timeline/stage'
import { strikeLabel } from '@/lib/timeline/strikes'
import { printElapsed } from '@/lib/timeline/ticks'
import { ReplayBar } from './ReplayBar'

const ClipBar = dynamic(() => import('./ClipBar').then((module) => module.ClipBar), { ssr: false })

/** Plays a session back, and makes a film of it. */
export function RunReplay({ stage, status, rows, onStep }: { stage: Stage; status: ReplayStatus; rows: Rows; onStep(by: 1 | -1): void }) {
  const { firstAt = 0, lastAt = 0 } = rows.state
  return (
    <ReplayBar
      replay={stage.replay}
      status={status}
      extent={[firstAt, lastAt]}
      say={(at) => printElapsed(at - firstAt)}
      chapters={rows.strikeList.flatMap((strike) => (strike.loud ? [{ id: strike.id, at: strike.occurredAt, says: strikeLabel(strike).says }] : []))}
      onStep={onStep}
      film={(onClose) => <ClipBar stage={stage} rows={rows} at={status.at} onClose={onClose} />}
    />
  )
}
