import { ChevronDown, ChevronRight, Eye, EyeOff, Pin } from 'lucide-react'
import { formatCount, plural } from '@/components/text/count'
import { canonicalModel } from '@/lib/core/models/name'
import { clockWords } from '@/lib/timeline/clock-words'
import type { Lane } from '@/lib/timeline/lane'
import { kindOf } from '@/lib/timeline/lane-order'
import { AXIS, laneHeight, type Scene } from '@/lib/timeline/scene'
import { printDuration } from '@/lib/timeline/ticks'
import { type LaneView, toggled } from '@/lib/view/lanes'
import type { Selection } from '@/lib/view/view'
import { laneName } from './lane-words'
import styles from './timeline.module.css'

// An eye sees this far at a time; each further level says nothing new.
const INDENT = 12
const MAX_INDENT = 5

interface Props {
  scene: Scene
  selected: Selection | undefined
  view: LaneView
  onSelect(id: string): void
  onLanes(view: LaneView): void
}

/** The lanes' names at the left: those in view, the pinned one over them. */
export function LaneHeads({ scene, selected, view, onSelect, onLanes }: Props) {
  const { rows, layout, scroll, height, pinned } = scene
  const chosen = selected?.kind === 'agent' ? selected.id : undefined
  const seen = rows.lanes.filter(
    (lane) => lane !== pinned && (layout.top[lane.place + 1] ?? 0) > scroll - 200 && (layout.top[lane.place] ?? 0) < scroll + height + 200,
  )
  const lostSoFar = scene.replaying ? rows.lostBy(scene.now) : undefined
  const lost = (lane: Lane) => (lostSoFar ? (lostSoFar.get(lane.number) ?? 0) : lane.destroyed)
  const head = (lane: Lane, top: number) => (
    <Head
      key={lane.number}
      lane={lane}
      lost={lost}
      top={top}
      height={laneHeight(scene, lane)}
      selected={chosen === lane.id}
      view={view}
      onSelect={onSelect}
      onLanes={onLanes}
    />
  )
  return (
    <>
      {pinned && <div className={styles.pinned}>{head(pinned, 0)}</div>}
      {seen.map((lane) => head(lane, AXIS + (layout.top[lane.place] ?? 0)))}
    </>
  )
}

interface HeadProps extends Pick<Props, 'view' | 'onSelect' | 'onLanes'> {
  lane: Lane
  /** Turns and calls of a lane that a master destroyed; in a replay, by its moment. */
  lost(lane: Lane): number
  top: number
  height: number
  selected: boolean
}

function Head({ lane, lost, top, height, selected, view, onSelect, onLanes }: HeadProps) {
  if (lane.group) return <GroupHead lane={lane} lost={lost} top={top} height={height} view={view} onLanes={onLanes} />
  const { agent, role, depth, family } = lane
  const model = canonicalModel(agent?.model)
  const second = [role === 'master' ? 'master' : role === 'agent' ? undefined : role, model].filter((word) => word !== undefined).join(' · ')
  const rolled = rolledUp(lane.members, lost)
  const destroyed = lost(lane) + rolled.destroyed
  const name = family?.of === 'alike' && !family.open ? kindOf(lane) : laneName(lane)
  return (
    <div
      className={`${styles.head} ${styles[role]}`}
      style={{ top, height, paddingLeft: `calc(18px + ${Math.min(depth, MAX_INDENT) * INDENT}px)` }}
      data-selected={selected}
    >
      {family && (
        <button
          type="button"
          tabIndex={-1}
          className={styles.disclose}
          aria-expanded={family.open}
          aria-label={disclosure(lane)}
          title={disclosure(lane)}
          onClick={() => onLanes(rolledOver(view, lane))}
        >
          {family.open ? <ChevronDown size={12} aria-hidden /> : <ChevronRight size={12} aria-hidden />}
        </button>
      )}
      <button
        type="button"
        tabIndex={-1}
        className={styles.headMain}
        onClick={() => onSelect(lane.id)}
        title={agent?.agentType ? `${laneName(lane)} · ${agent.agentType}` : laneName(lane)}
      >
        <span className={styles.name}>
          <span>{name}</span>
          {family?.of === 'alike' && !family.open && <span className={styles.times}>× {formatCount(family.count)}</span>}
          {family?.of === 'below' && !family.open && <span className={styles.times}>+ {formatCount(lane.members.length)}</span>}
          {agent && !agent.declared && <span className={styles.tag}>undeclared</span>}
          {lane.shift !== 0 && (
            <span className={styles.tag} title={`Its clock was ${clockWords(lane.shift)}: shown shifted`}>
              {lane.shift > 0 ? '+' : ''}
              {printDuration(lane.shift)}
            </span>
          )}
        </span>
        {height >= 40 && (
          <span className={styles.line}>
            <span>{second || countsOf(lane.turns + rolled.turns, lane.calls + rolled.calls)}</span>
            {destroyed > 0 && <span className={styles.lost}>× {formatCount(destroyed)} lost</span>}
          </span>
        )}
      </button>
      <span className={styles.tools}>
        <Tool
          says={view.pinned.includes(lane.id) ? 'Unpin' : 'Pin on top'}
          pressed={view.pinned.includes(lane.id)}
          onClick={() => onLanes(toggled(view, 'pinned', lane.id))}
        >
          <Pin size={11} aria-hidden />
        </Tool>
        <Tool
          says={view.only.includes(lane.id) ? 'Show the others again' : 'Only this one'}
          pressed={view.only.includes(lane.id)}
          onClick={() => onLanes(toggled(view, 'only', lane.id))}
        >
          <Eye size={11} aria-hidden />
        </Tool>
        <Tool says="Leave out" pressed={false} onClick={() => onLanes(toggled(view, 'muted', lane.id))}>
          <EyeOff size={11} aria-hidden />
        </Tool>
      </span>
    </div>
  )
}

/** Over a group: what it is called and what is in it; a press rolls it up or opens it. */
function GroupHead({ lane, lost, top, height, view, onLanes }: Omit<HeadProps, 'selected' | 'onSelect'>) {
  const sums = rolledUp(lane.group?.lanes ?? [], lost)
  return (
    <div className={`${styles.head} ${styles.group}`} style={{ top, height, paddingLeft: 18 }}>
      <span className={styles.disclose} aria-hidden>
        {lane.family?.open ? <ChevronDown size={12} /> : <ChevronRight size={12} />}
      </span>
      <button
        type="button"
        tabIndex={-1}
        className={styles.headMain}
        aria-expanded={lane.family?.open}
        title={disclosure(lane)}
        onClick={() => onLanes(rolledOver(view, lane))}
      >
        <span className={styles.name}>
          <span>{laneName(lane)}</span>
          <span className={styles.times}>× {formatCount(lane.family?.count ?? 0)}</span>
        </span>
        {height >= 40 && (
          <span className={styles.line}>
            <span>{countsOf(sums.turns, sums.calls)}</span>
            {sums.destroyed > 0 && <span className={styles.lost}>× {formatCount(sums.destroyed)} lost</span>}
          </span>
        )}
      </button>
    </div>
  )
}

function Tool({ says, pressed, onClick, children }: { says: string; pressed: boolean; onClick(): void; children: React.ReactNode }) {
  return (
    <button type="button" tabIndex={-1} className={styles.tool} aria-pressed={pressed} aria-label={says} title={says} onClick={onClick}>
      {children}
    </button>
  )
}

/** The view with this lane's family opened, or rolled up. */
export function rolledOver(view: LaneView, lane: Lane): LaneView {
  return lane.family ? toggled(view, lane.family.kept, lane.id) : view
}

function disclosure({ family, members }: Lane): string {
  if (!family) return ''
  if (family.of === 'group') return family.open ? 'Roll up this group' : `Show the ${plural(family.count, 'lane')} of this group`
  if (family.of === 'below') return family.open ? 'Roll up what it directs' : `Show the ${formatCount(members.length)} that it directs`
  return family.open ? 'Roll up its siblings' : `Show all ${formatCount(family.count)} one by one`
}

function rolledUp(members: readonly Lane[], lost: (lane: Lane) => number): { turns: number; calls: number; destroyed: number } {
  const sum = { turns: 0, calls: 0, destroyed: 0 }
  for (const lane of members) {
    sum.turns += lane.turns
    sum.calls += lane.calls
    sum.destroyed += lost(lane)
  }
  return sum
}

function countsOf(turns: number, calls: number): string {
  return [turns > 0 ? plural(turns, 'turn') : '', calls > 0 ? plural(calls, 'call') : ''].filter(Boolean).join(', ')
}
