import { formatRough } from '@/components/text/clock'
import { Pill } from '@/components/ui/badge'
import type { Liveness } from './liveness'

const ENDED: Record<string, string> = { completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled' }

/** State as a word and a sign; never in vermilion, which means something else. */
export function LivenessPill({ liveness }: { liveness: Liveness }) {
  switch (liveness.kind) {
    case 'live':
      return (
        <Pill tone="accepted" title="Events are arriving">
          <span aria-hidden className="pulse size-1.5 rounded-full bg-accepted" />
          Live
        </Pill>
      )
    case 'silent':
      return (
        <Pill title="No end was announced, but nothing has arrived lately: a long step, or it hangs">
          <span aria-hidden className="size-1.5 rounded-full border border-current" />
          Silent for {formatRough(liveness.forMs)}
        </Pill>
      )
    case 'backfilling':
      return (
        <Pill title="An older recording is being read in">
          <span aria-hidden className="pulse size-1.5 rounded-full bg-unknown" />
          Backfilling
        </Pill>
      )
    case 'ended':
      return <Pill>{liveness.status ? ENDED[liveness.status] : 'Ended'}</Pill>
    case 'open':
      return <Pill title="The recording stops without saying how the session ended">No end recorded</Pill>
    default: {
      const impossible: never = liveness
      return impossible
    }
  }
}
