import { canonicalModel } from '@/lib/core/models/name'
import type { Lane } from '@/lib/timeline/lane'
import { AXIS, laneHeight, type Scene } from '@/lib/timeline/scene'
import type { Selection } from '@/lib/view/view'
import { laneName } from './lane-words'
import styles from './timeline.module.css'

// An eye sees this far at a time; each further level says nothing new.
const INDENT = 12
const MAX_INDENT = 5

/** The lanes' names at the left: those in view, the pinned one over them. */
export function LaneHeads({ scene, selected, onSelect }: { scene: Scene; selected: Selection | undefined; onSelect(id: string): void }) {
  const { rows, layout, scroll, height, pinned } = scene
  const chosen = selected?.kind === 'agent' ? selected.id : undefined
  const seen = rows.lanes.filter(
    (lane) => lane !== pinned && (layout.top[lane.place + 1] ?? 0) > scroll - 200 && (layout.top[lane.place] ?? 0) < scroll + height + 200,
  )
  return (
    <>
      {pinned && (
        <div className={styles.pinned}>
          <Head lane={pinned} top={0} height={laneHeight(scene, pinned)} selected={chosen === pinned.id} onSelect={onSelect} />
        </div>
      )}
      {seen.map((lane) => (
        <Head
          key={lane.number}
          lane={lane}
          top={AXIS + (layout.top[lane.place] ?? 0)}
          height={laneHeight(scene, lane)}
          selected={chosen === lane.id}
          onSelect={onSelect}
        />
      ))}
    </>
  )
}

function Head({ lane, top, height, selected, onSelect }: { lane: Lane; top: number; height: number; selected: boolean; onSelect(id: string): void }) {
  const { agent, role, depth } = lane
  const model = canonicalModel(agent?.model)
  const second = [role === 'master' ? 'master' : role === 'agent' ? undefined : role, model].filter((word) => word !== undefined).join(' · ')
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${styles.head} ${styles[role]}`}
      style={{ top, height, paddingLeft: `calc(18px + ${Math.min(depth, MAX_INDENT) * INDENT}px)` }}
      data-selected={selected}
      onClick={() => onSelect(lane.id)}
      title={agent?.agentType ? `${laneName(lane)} · ${agent.agentType}` : laneName(lane)}
    >
      <span className={styles.name}>
        <span>{laneName(lane)}</span>
        {agent && !agent.declared && <span className={styles.tag}>undeclared</span>}
      </span>
      {height >= 40 && (
        <span className={styles.line}>
          <span>{second || countsOf(lane)}</span>
          {lane.destroyed > 0 && <span className={styles.lost}>× {lane.destroyed} lost</span>}
        </span>
      )}
    </button>
  )
}

function countsOf({ turns, calls }: Lane): string {
  return [turns > 0 ? `${turns} ${turns === 1 ? 'turn' : 'turns'}` : '', calls > 0 ? `${calls} ${calls === 1 ? 'call' : 'calls'}` : '']
    .filter(Boolean)
    .join(', ')
}
