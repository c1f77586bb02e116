import { Clapperboard, FastForward, Pause, Play, SkipBack, SkipForward, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { formatCount } from '@/components/text/count'
import type { ReplayStatus } from '@/lib/timeline/replay'
import { printSpeed, SPEEDS } from '@/lib/timeline/replay'
import type { ReplayControl } from '@/lib/timeline/replay-control'
import { printKey } from '@/lib/view/keys'
import styles from './replay-bar.module.css'

/** An intervention that destroyed or cut work. */
export interface Chapter {
  id: string
  /** As the replay's `at`. */
  at: number
  says: string
}

interface Props {
  replay: ReplayControl
  status: ReplayStatus
  /** First and last place, as the replay's `at`. */
  extent: readonly [number, number]
  /** A place in words: "00:15". */
  say(at: number): string
  /** By place. */
  chapters: readonly Chapter[]
  /** Whether there is idle time to skip: where work is counted, it has no length. */
  hasIdle?: boolean
  onStep(by: 1 | -1): void
  /** Makes a film of it. */
  film?(onClose: () => void): ReactNode
}

/** More than anybody would choose from by hand: those about the moment. */
const MOST_CHAPTERS = 500

/** The controls of a replay: its moment, its pace, its chapters. */
export function ReplayBar({ replay, status, extent: [first, last], say, chapters, hasIdle = true, onStep, film }: Props) {
  const [skips, setSkips] = useState(replay.skipsIdle)
  const [films, setFilms] = useState(false)
  const passed = chapters.findLastIndex(({ at }) => at <= status.at)
  const from = Math.max(0, Math.min(passed - MOST_CHAPTERS / 2, chapters.length - MOST_CHAPTERS))
  const after = chapters.length - from - MOST_CHAPTERS
  const whole = replay.pace === 1
  return (
    <>
      {films && film?.(() => setFilms(false))}
      <section className={styles.root} aria-label="Replay">
        <button type="button" className={styles.play} aria-label={status.playing ? 'Pause' : 'Play'} title="space" onClick={() => replay.playOrPause()}>
          {status.playing ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
        </button>
        <button type="button" className={styles.button} aria-label="Previous intervention" title={printKey('previous-intervention')} onClick={() => onStep(-1)}>
          <SkipBack size={13} aria-hidden />
        </button>
        <button type="button" className={styles.button} aria-label="Next intervention" title="o" onClick={() => onStep(1)}>
          <SkipForward size={13} aria-hidden />
        </button>
        <span className={styles.time}>
          {say(status.at)} <span className={styles.quiet}>/ {say(last)}</span>
        </span>
        <input
          type="range"
          className={styles.range}
          aria-label="Moment"
          aria-valuetext={say(status.at)}
          min={first}
          max={Math.max(first + 1, last)}
          step={whole ? 1 : 'any'}
          value={Math.min(status.at, last)}
          onChange={(event) => replay.seek(Number(event.target.value))}
        />
        {chapters.length > 0 && (
          <select
            className={`${styles.select} ${styles.chapters}`}
            aria-label="Chapter"
            value={passed}
            onChange={(event) => {
              const chapter = chapters[Number(event.target.value)]
              replay.seek(chapter ? chapter.at : first)
            }}
          >
            <option value={-1}>beginning</option>
            {from > 0 && <option disabled>{formatCount(from)} before these</option>}
            {chapters.slice(from, from + MOST_CHAPTERS).map(({ id, at, says }, index) => (
              <option key={id} value={from + index}>
                {say(at)} {says}
              </option>
            ))}
            {after > 0 && <option disabled>{formatCount(after)} after these</option>}
          </select>
        )}
        <select className={styles.select} aria-label="Speed" value={status.speed} onChange={(event) => replay.setSpeed(Number(event.target.value), skips)}>
          {!(SPEEDS as readonly number[]).includes(status.speed) && <option value={status.speed}>{printSpeed(status.speed)}</option>}
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
        {hasIdle && (
          <button
            type="button"
            className={`${styles.button} ${styles.skip}`}
            aria-pressed={skips}
            aria-label="Skip idle time"
            title="Skip idle time"
            onClick={() => {
              setSkips(!skips)
              replay.setSpeed(status.speed, !skips)
            }}
          >
            <FastForward size={13} aria-hidden />
          </button>
        )}
        {film && (
          <button
            type="button"
            className={styles.button}
            aria-expanded={films}
            aria-label="Save as a clip"
            title="Save as a clip"
            onClick={() => setFilms(!films)}
          >
            <Clapperboard size={13} aria-hidden />
          </button>
        )}
        <button type="button" className={styles.button} aria-label="End the replay" title="r" onClick={() => replay.leave()}>
          <X size={13} aria-hidden />
        </button>
      </section>
    </>
  )
}
