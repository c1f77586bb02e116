import { Keyboard, Link2, Play, Plus } from 'lucide-react'
import { Button } from '@/components/ui/button'
import type { Together } from '@/lib/timeline/together'
import type { SharedView } from '@/lib/view/beside'
import { CLOCKS, type View } from '@/lib/view/view'

interface Props {
  both: SharedView
  /** Share of time in which no run is under way, where folding it is worth an offer. */
  idle: number | undefined
  together: Together
  replaying: boolean
  /** Whether what goes on is kept in view; undefined where nothing goes on. */
  following: boolean | undefined
  copied: boolean
  onView(patch: Partial<View>): void
  onCopyLink(): void
  onKeys(): void
  /** Left out where there is no room for another. */
  onAdd: (() => void) | undefined
}

const CLOCK_WORDS = { time: 'Time', tokens: 'Tokens', steps: 'Steps' } as const
const SIZE = 'h-7 px-2.5 text-xs max-sm:px-2'

/** What holds for all timelines at once: the clock, folded idle time, the replay; and the link to it. */
export function CommonBar({ both, idle, together, replaying, following, copied, onView, onCopyLink, onKeys, onAdd }: Props) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b bg-surface px-5 py-1.5 max-sm:gap-1.5 max-sm:px-4">
      <fieldset className="flex rounded-md border bg-bg" aria-label="Clock">
        {CLOCKS.map((clock) => (
          <button
            key={clock}
            type="button"
            aria-pressed={both.clock === clock}
            title={`Clock: ${CLOCK_WORDS[clock].toLowerCase()} (t)`}
            onClick={() => onView({ clock })}
            className="h-7 rounded-[5px] px-2.5 text-xs text-quiet hover:text-text aria-pressed:bg-surface-2 aria-pressed:font-medium aria-pressed:text-text"
          >
            {CLOCK_WORDS[clock]}
          </button>
        ))}
      </fieldset>
      {!replaying && (
        <Button className={SIZE} hotkey="r" onClick={() => together.replay.playOrPause()}>
          <Play size={12} aria-hidden />
          Replay
        </Button>
      )}
      {following !== undefined && !replaying && (
        <Button className={SIZE} hotkey="f" pressed={following} onClick={() => together.toggleFollow()}>
          {following ? 'Following' : 'Follow'}
        </Button>
      )}
      {idle !== undefined && (
        <Button className={SIZE} hotkey="i" pressed={both.folded} onClick={() => onView({ folded: !both.folded })}>
          <span>
            {Math.floor(idle * 100)} % idle<span className="max-sm:hidden"> in all</span>
            {both.folded ? ', folded' : ', fold?'}
          </span>
        </Button>
      )}
      <span className="flex-1" />
      {onAdd && (
        <Button look="bare" className={SIZE} onClick={onAdd} title="Add a run">
          <Plus size={14} aria-hidden />
          <span className="max-sm:sr-only">Add a run</span>
        </Button>
      )}
      <Button look="bare" className={SIZE} onClick={onCopyLink} title="Copy a link to exactly this view (c)">
        <Link2 size={14} aria-hidden />
        <span role="status" className={copied ? '' : 'max-sm:sr-only'}>
          {copied ? 'Copied' : 'Copy link'}
        </span>
      </Button>
      <Button look="bare" className={`${SIZE} max-lg:hidden`} onClick={onKeys} aria-label="Keys" title="Keys (?)">
        <Keyboard size={14} aria-hidden />
      </Button>
    </div>
  )
}
