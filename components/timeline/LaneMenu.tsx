import { SlidersHorizontal } from 'lucide-react'
import { formatCount, plural } from '@/components/text/count'
import { DEFAULT_LANES, isDefaultLanes, LANE_GROUPS, LANE_SORTS, type LaneGroup, type LaneSort, type LaneView } from '@/lib/view/lanes'
import { CLOCKS, type ClockKind } from '@/lib/view/view'
import styles from './menus.module.css'
import { usePopover } from './use-popover'

const SORTS: Record<LaneSort, string> = { first: 'first seen', activity: 'most active', interventions: 'most interventions' }
const GROUPS: Record<LaneGroup, string> = { tree: 'who directs whom', role: 'role', model: 'model' }
const CLOCK_WORDS: Record<ClockKind, string> = { time: 'time', tokens: 'tokens', steps: 'steps' }

/** How the lanes stand, and what the axis counts; what is left out is the filter's. */
export function LaneMenu(props: {
  shown: number
  hidden: number
  rolledUp: number
  view: LaneView
  clock: ClockKind
  onLanes(view: LaneView): void
  onClock(clock: ClockKind): void
}) {
  const { shown, hidden, rolledUp, view, clock, onLanes, onClock } = props
  const { root, open, setOpen } = usePopover<HTMLDivElement>()
  const said = [plural(shown, 'lane'), hidden > 0 ? `${formatCount(hidden)} left out` : '', rolledUp > 0 ? `${formatCount(rolledUp)} rolled up` : ''].filter(
    Boolean,
  )
  return (
    <div ref={root} className={styles.lanes}>
      <button
        type="button"
        className={styles.words}
        aria-expanded={open}
        aria-label={`Lanes and clock: ${said.join(', ')}`}
        title={said.join(', ')}
        onClick={() => setOpen(!open)}
      >
        <SlidersHorizontal size={12} aria-hidden />
        <span className={styles.said}>
          {said[0]}
          {hidden > 0 && <b> · {formatCount(hidden)} out</b>}
        </span>
      </button>
      {open && (
        <section className={styles.menu} aria-label="Lanes and clock">
          <label className={styles.field}>
            <span>Group</span>
            <select value={view.group} onChange={(event) => onLanes({ ...view, group: LANE_GROUPS.find((one) => one === event.target.value) ?? 'tree' })}>
              {LANE_GROUPS.map((one) => (
                <option key={one} value={one}>
                  {GROUPS[one]}
                </option>
              ))}
            </select>
          </label>
          <label className={styles.field}>
            <span>Order</span>
            <select value={view.sort} onChange={(event) => onLanes({ ...view, sort: LANE_SORTS.find((sort) => sort === event.target.value) ?? 'first' })}>
              {LANE_SORTS.map((sort) => (
                <option key={sort} value={sort}>
                  {SORTS[sort]}
                </option>
              ))}
            </select>
          </label>
          <label className={styles.field}>
            <span>Clock</span>
            <select value={clock} onChange={(event) => onClock(CLOCKS.find((one) => one === event.target.value) ?? 'time')}>
              {CLOCKS.map((one) => (
                <option key={one} value={one}>
                  {CLOCK_WORDS[one]}
                </option>
              ))}
            </select>
          </label>
          <p className={styles.note}>{said.join(' · ')}</p>
          {!isDefaultLanes(view) && (
            <button type="button" className={styles.reset} onClick={() => onLanes(DEFAULT_LANES)}>
              Show all lanes as they came
            </button>
          )}
        </section>
      )}
    </div>
  )
}
