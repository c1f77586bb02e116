import { Circle, Square, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { formatCount, plural } from '@/components/text/count'
import { saveFile } from '@/components/ui/save-file'
import { CLIP_HEADER, CLIP_LENGTHS, lanesInView, mostBytes, planClip } from '@/lib/timeline/clip'
import { type ClipLanes, filmRatio, heightOfAll, holdsAll } from '@/lib/timeline/clip-size'
import { printSpeed } from '@/lib/timeline/replay'
import type { Rows } from '@/lib/timeline/rows'
import type { Stage } from '@/lib/timeline/stage'
import { clipSupport, recordClip } from './clip-recorder'
import styles from './replay-bar.module.css'

type Stretch = 'all' | 'here' | 'window'
type State =
  | { kind: 'choosing' }
  | { kind: 'recording'; share: number }
  | { kind: 'saved'; name: string; bytes: number; length: number }
  | { kind: 'failed'; why: string }

/** Makes a film of a replay, or of a stretch of it: what the page shows of the timeline, recorded while it plays. */
export function ClipBar({ stage, rows, at, onClose }: { stage: Stage; rows: Rows; at: number; onClose(): void }) {
  const [stretch, setStretch] = useState<Stretch>('all')
  const [of, setOf] = useState<ClipLanes>('all')
  const [seconds, setSeconds] = useState<number>(20)
  const [state, setState] = useState<State>({ kind: 'choosing' })
  const recording = useRef<AbortController>(undefined)
  useEffect(() => () => recording.current?.abort(), [])
  const support = clipSupport()
  if ('why' in support)
    return (
      <section className={styles.clip} aria-label="Clip" data-clip>
        <p className={styles.says}>{support.why}</p>
        <Close onClose={onClose} />
      </section>
    )

  const { firstAt = 0, lastAt = 0, facts, id } = rows.state
  const { scale } = stage.scene
  const [from, to] =
    stretch === 'here' && at < lastAt
      ? [at, lastAt]
      : stretch === 'window'
        ? [Math.max(firstAt, scale.timeAt(0)), Math.min(lastAt, scale.timeAt(scale.width))]
        : [firstAt, lastAt]
  const plan = planClip(from, to, seconds, stage.replay.skipsIdle ? stage.idle : undefined)
  const lanes = lanesInView(stage.scene)
  const more = lanes.shown < lanes.all
  const mayAll = more && holdsAll(stage.scene)
  const held: ClipLanes = mayAll ? of : 'view'
  const size = filmRatio(heightOfAll(stage.scene) + CLIP_HEADER, devicePixelRatio) / devicePixelRatio
  const part = !more
    ? 'the timeline as it is shown'
    : held === 'all'
      ? `all ${plural(lanes.all, 'lane')}${size < 1 ? `, at ${Math.floor(size * 100)}% of their size` : ''}`
      : `${formatCount(lanes.shown)} of ${plural(lanes.all, 'lane')}, those in view${mayAll ? '' : ' (drag the edge below for more)'}`
  const record = async () => {
    const stop = new AbortController()
    recording.current = stop
    setState({ kind: 'recording', share: 0 })
    try {
      const recorded = await recordClip(stage, plan, held, support.type, (share) => setState({ kind: 'recording', share }), stop.signal)
      if (!recorded) return setState({ kind: 'choosing' })
      const name = `${nameOf(facts.title ?? id)}${facts.simulated ? '-simulated' : ''}.${support.ending}`
      saveFile(name, recorded.film)
      setState({ kind: 'saved', name, bytes: recorded.film.size, length: recorded.length })
    } catch (error) {
      setState({ kind: 'failed', why: `The clip could not be recorded: ${error instanceof Error ? error.message : String(error)}` })
    }
  }
  if (state.kind === 'recording')
    return (
      <section className={styles.clip} aria-label="Clip" data-clip>
        <Circle size={10} className={styles.dot} aria-hidden />
        <span className={styles.says}>
          Recording {Math.round((state.share * plan.length) / 1000)} of {Math.round(plan.length / 1000)} s. It stands still while this tab is in the background.
        </span>
        <button type="button" className={styles.record} onClick={() => recording.current?.abort()}>
          <Square size={10} aria-hidden /> Stop
        </button>
      </section>
    )
  return (
    <section className={styles.clip} aria-label="Clip" data-clip>
      <select className={styles.select} aria-label="Of" value={stretch} onChange={(event) => setStretch(event.target.value as Stretch)}>
        <option value="all">the whole run</option>
        <option value="here">from here on</option>
        <option value="window">what is in view</option>
      </select>
      {mayAll && (
        <select className={styles.select} aria-label="Lanes" value={held} onChange={(event) => setOf(event.target.value === 'all' ? 'all' : 'view')}>
          <option value="all">all {plural(lanes.all, 'lane')}</option>
          <option value="view">lanes in view</option>
        </select>
      )}
      <select className={styles.select} aria-label="In" value={seconds} onChange={(event) => setSeconds(Number(event.target.value))}>
        {CLIP_LENGTHS.map((length) => (
          <option key={length} value={length}>
            in {length} s
          </option>
        ))}
      </select>
      <button type="button" className={styles.record} onClick={() => void record()}>
        <Circle size={10} className={styles.dot} aria-hidden /> Record
      </button>
      <p className={styles.says} role={state.kind === 'failed' ? 'alert' : 'status'}>
        {state.kind === 'saved'
          ? `Saved as ${state.name}: ${(state.length / 1000).toFixed(0)} s, ${megabytes(state.bytes)}.`
          : state.kind === 'failed'
            ? state.why
            : `${support.ending === 'webm' ? 'WebM' : 'MP4'} of ${part}, ${printSpeed(plan.speed)}, ${(plan.length / 1000).toFixed(0)} s, at most ${megabytes(mostBytes(plan))}`}
      </p>
      <Close onClose={onClose} />
    </section>
  )
}

function Close({ onClose }: { onClose(): void }) {
  return (
    <button type="button" className={styles.button} aria-label="Close" onClick={onClose}>
      <X size={13} aria-hidden />
    </button>
  )
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** A file's name of the words of a title. */
function nameOf(title: string): string {
  return (
    title
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'replay'
  )
}
