import { formatDuration } from '@/components/text/clock'
import { formatCount, formatShort, plural } from '@/components/text/count'
import type { Progress } from '@/lib/core/parameter-trial'

/** How far, how fast, how long still. */
export function ReadingBar({ title, progress }: { title: string; progress: Progress }) {
  const { sessions, events, rate, remaining } = progress
  const share = events.all === 0 ? 1 : events.done / events.all
  return (
    <div className="min-w-60 flex-1">
      <div className="mb-1 flex flex-wrap justify-between gap-x-4 text-xs">
        <span className="font-medium">{title}</span>
        <span className="font-mono text-quiet">
          {formatCount(sessions.done)} of {plural(sessions.all, 'session')} · {formatShort(events.done)} of {formatShort(events.all)} events
          {rate !== undefined && ` · ${formatShort(Math.round(rate))}/s`}
          {remaining !== undefined && share < 1 && ` · ${formatDuration(remaining * 1000)} left`}
        </span>
      </div>
      <div
        role="progressbar"
        aria-label={title}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1.5 overflow-hidden rounded-full bg-surface-2"
      >
        <div className="h-full rounded-full bg-text transition-[width] motion-reduce:transition-none" style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  )
}
