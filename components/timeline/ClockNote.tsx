import { clockWords } from '@/lib/timeline/clock-words'
import type { Shifts } from '@/lib/timeline/corrected'
import { agentName } from '@/lib/timeline/labels'
import type { Rows } from '@/lib/timeline/rows'
import styles from './timeline.module.css'

const WHY = {
  began_before_sent: 'it began work before that was delegated',
  received_before_returned: 'its result was there before it was sent',
  with_master: 'it was timed like its master',
} as const

/** Says that clocks contradict one another and whether the picture is put right; a switch between the two. */
export function ClockNote({ rows, shifts, recorded, onRecorded }: { rows: Rows; shifts: Shifts; recorded: boolean; onRecorded(recorded: boolean): void }) {
  if (shifts.size === 0) return null
  const all = [...shifts.values()].sort((a, b) => Math.abs(b.ms) - Math.abs(a.ms))
  const [first] = all
  if (!first) return null
  const said =
    all.length === 1
      ? `${agentName(rows, first.agentId)}’s clock was ${clockWords(first.ms)}`
      : `${all.length} clocks disagree, by up to ${clockWords(first.ms).replace(/ \w+$/, '')}`
  const title = all.map(({ agentId, ms, because }) => `${agentName(rows, agentId)}: ${clockWords(ms)}, for ${WHY[because]}`).join('\n')
  return (
    <button type="button" className={styles.pill} aria-pressed={!recorded} title={title} onClick={() => onRecorded(!recorded)}>
      <span className={styles.pillWords}>{said}</span>
      <span className={styles.pillDo}>{recorded ? 'as recorded · correct?' : 'shifted · as recorded?'}</span>
    </button>
  )
}
