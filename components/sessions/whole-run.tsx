import type { SessionStore } from '@/lib/live/session-store'
import { printElapsed } from '@/lib/timeline/ticks'

const LOOK = 'rounded border border-dashed px-1.5 text-[0.6875rem] leading-4 whitespace-nowrap text-quiet'

/** While a replay shows a moment: what stands here is about all of the run all the same. */
export function WholeRun({ className = '' }: { className?: string }) {
  return (
    <span title="This is about the whole run, whatever moment the replay shows." className={`${LOOK} ${className}`}>
      whole run
    </span>
  )
}

/** Of which moment of a replay this is. */
export function AsOf({ store, className = '' }: { store: SessionStore; className?: string }) {
  const { whole, state } = store
  if (!whole) return <WholeRun className={className} />
  const at = store.clock ?? whole.state.lastAt
  return (
    <span title="What was known at this moment of the replay." className={`${LOOK} tabular-nums ${className}`}>
      as of {at === undefined || state.firstAt === undefined ? 'now' : printElapsed(at - state.firstAt)}
    </span>
  )
}
