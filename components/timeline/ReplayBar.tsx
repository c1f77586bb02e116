import { Clapperboard, FastForward, Pause, Play, SkipBack, SkipForward, X } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { ReplayStatus } from '@/lib/timeline/replay'
import { printSpeed, SPEEDS } from '@/lib/timeline/replay'
import type { Rows } from '@/lib/timeline/rows'
import type { Stage } from '@/lib/timeline/stage'
import { strikeLabel } from '@/lib/timeline/strikes'
import { printElapsed } from '@/lib/timeline/ticks'
import styles from './replay-bar.module.css'

const ClipBar = dynamic(() => import('./ClipBar').then((module) => module.ClipBar), { ssr: false })

/** Plays the session back: its moment, its pace, its chapters; and makes a film of it. */
export function ReplayBar({ stage, status, rows, onStep }: { stage: Stage; status: ReplayStatus; rows: Rows; onStep(by: 1 | -1): void }) {
  const [skips, setSkips] = useState(stage.replay.skipsIdle)
  const [clips, setClips] = useState(false)
  const { firstAt = 0, lastAt = 0 } = rows.state
  const chapters = rows.strikeList.filter(({ loud }) => loud)
  const passed = chapters.findLastIndex(({ finding }) => finding.occurredAt <= status.at)
  return (
    <>
      {clips && <ClipBar stage={stage} rows={rows} at={status.at} onClose={() => setClips(false)} />}
      <section className={styles.root} aria-label="Replay">
        <button type="button" className={styles.play} aria-label={status.playing ? 'Pause' : 'Play'} title="space" onClick={() => stage.replay.playOrPause()}>
          {status.playing ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
        </button>
        <button type="button" className={styles.button} aria-label="Previous intervention" title="O" onClick={() => onStep(-1)}>
          <SkipBack size={13} aria-hidden />
        </button>
        <button type="button" className={styles.button} aria-label="Next intervention" title="o" onClick={() => onStep(1)}>
          <SkipForward size={13} aria-hidden />
        </button>
        <span className={styles.time}>
          {printElapsed(status.at - firstAt)} <span className={styles.quiet}>/ {printElapsed(lastAt - firstAt)}</span>
        </span>
        <input
          type="range"
          className={styles.range}
          aria-label="Moment"
          aria-valuetext={printElapsed(status.at - firstAt)}
          min={firstAt}
          max={Math.max(firstAt + 1, lastAt)}
          value={Math.min(status.at, lastAt)}
          onChange={(event) => stage.replay.seek(Number(event.target.value))}
        />
        {chapters.length > 0 && (
          <select
            className={`${styles.select} ${styles.chapters}`}
            aria-label="Chapter"
            value={passed}
            onChange={(event) => {
              const chapter = chapters[Number(event.target.value)]
              stage.replay.seek(chapter ? chapter.occurredAt : firstAt)
            }}
          >
            <option value={-1}>beginning</option>
            {/* more than anybody would choose from by hand */}
            {chapters.slice(0, 500).map((strike, index) => (
              <option key={strike.id} value={index}>
                {printElapsed(strike.occurredAt - firstAt)} {strikeLabel(strike).says}
              </option>
            ))}
          </select>
        )}
        <select
          className={styles.select}
          aria-label="Speed"
          value={status.speed}
          onChange={(event) => stage.replay.setSpeed(Number(event.target.value), skips)}
        >
          {!(SPEEDS as readonly number[]).includes(status.speed) && <option value={status.speed}>{printSpeed(status.speed)}</option>}
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
        <button
          type="button"
          className={`${styles.button} ${styles.skip}`}
          aria-pressed={skips}
          aria-label="Skip idle time"
          title="Skip idle time"
          onClick={() => {
            setSkips(!skips)
            stage.replay.setSpeed(status.speed, !skips)
          }}
        >
          <FastForward size={13} aria-hidden />
        </button>
        <button
          type="button"
          className={styles.button}
          aria-expanded={clips}
          aria-label="Save as a clip"
          title="Save as a clip"
          onClick={() => setClips(!clips)}
        >
          <Clapperboard size={13} aria-hidden />
        </button>
        <button type="button" className={styles.button} aria-label="End the replay" title="r" onClick={() => stage.replay.leave()}>
          <X size={13} aria-hidden />
        </button>
      </section>
    </>
  )
}
