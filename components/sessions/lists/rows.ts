import { countChecks } from '@/components/sessions/figures'
import { agentName, taskName } from '@/components/sessions/names'
import { standingKinds } from '@/components/sessions/standing-kinds'
import { contentPreview } from '@/lib/core/content'
import { groupOfKind, type Intervention } from '@/lib/core/interventions'
import type { SessionState, Task, ToolCall, Turn, Write } from '@/lib/core/session'
import { type SetAside, setAsideOf, standingFindings } from '@/lib/core/set-aside'
import { countsBy } from '@/lib/core/tally'
import type { Hideable, Tab } from '@/lib/view/view'

/** One row of the lists beside the inspector, in the order of `at`. */
export type ListRow =
  | { kind: 'intervention'; id: string; at: number; finding: Intervention; aside: SetAside | undefined }
  | { kind: 'turn'; id: string; at: number | undefined; turn: Turn; called: string[] }
  | { kind: 'task'; id: string; at: number | undefined; task: Task }
  | { kind: 'artifact'; id: string; at: number; artifact: ArtifactRow }
  | { kind: 'call'; id: string; at: number | undefined; call: ToolCall }

export interface ArtifactRow {
  path: string
  writes: number
  writers: string[]
  /** Destructive or other counted interventions that hit it. */
  hits: number
  lastAt: number
}

const artifacts = countsBy<Write, 'path'>(['path'], ({ path }) => path)

/** What the tabs say. Of the findings only interventions that stand: not what was accepted, noted or set aside. */
export function countsOf(state: SessionState, findings: ReadonlyMap<string, Intervention>): Record<Tab, number> {
  const { known, unknown } = countChecks(state)
  let interventions = 0
  for (const [kind, count] of standingKinds(state, findings)) if (groupOfKind(kind) === 'intervention') interventions += count
  return { interventions, turns: state.turns.size, tasks: state.tasks.size, artifacts: artifacts.of(state.writes).size, checks: known + unknown }
}

/** Of these rows, the interventions that `countsOf` counts. */
export function countingOf(rows: readonly ListRow[]): number {
  return rows.filter((row) => row.kind === 'intervention' && row.aside === undefined && groupOfKind(row.finding.kind) === 'intervention').length
}

/** `search`: words that must all occur, without regard to case. `hidden`: kinds of intervention that are left out. */
export function rowsOf(
  tab: Tab,
  state: SessionState,
  findings: ReadonlyMap<string, Intervention>,
  search: string,
  hidden: readonly Hideable[] = [],
): ListRow[] {
  const rows = allRows(tab, state, findings, new Set(hidden))
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return rows
  return rows.filter((row) => {
    const text = wordsOf(row, state).toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

function allRows(tab: Tab, state: SessionState, findings: ReadonlyMap<string, Intervention>, hidden: ReadonlySet<Hideable>): ListRow[] {
  switch (tab) {
    case 'interventions': {
      const aside = setAsideOf(state)
      const shown = [...findings.values()].filter(({ id, kind }) => !hidden.has(kind) && !(aside.has(id) && hidden.has('set_aside')))
      return inOrder(shown.map((finding): ListRow => ({ kind: 'intervention', id: finding.id, at: finding.occurredAt, finding, aside: aside.get(finding.id) })))
    }
    case 'turns': {
      const called = calledBy(state)
      return inOrder(
        Array.from(
          state.turns.values(),
          (turn): ListRow => ({ kind: 'turn', id: turn.id, at: turn.startedAt ?? turn.endedAt, turn, called: called.get(turn.id) ?? NONE }),
        ),
      )
    }
    case 'tasks':
      return inOrder(Array.from(state.tasks.values(), (task): ListRow => ({ kind: 'task', id: task.id, at: task.delegatedAt, task })))
    case 'artifacts':
      return inOrder(artifactsOf(state, findings).map((artifact): ListRow => ({ kind: 'artifact', id: artifact.path, at: artifact.lastAt, artifact })))
    case 'checks':
      return inOrder(
        [...state.calls.values()]
          .filter((call) => call.check !== undefined)
          .map((call): ListRow => ({ kind: 'call', id: call.id, at: call.calledAt ?? call.returnedAt, call })),
      )
    default: {
      const impossible: never = tab
      return impossible
    }
  }
}

const NONE: string[] = []

/** Names of the tools that each turn called. */
function calledBy(state: SessionState): Map<string, string[]> {
  const called = new Map<string, string[]>()
  for (const { turnId, name } of state.calls.values()) {
    if (turnId === undefined || name === undefined) continue
    const names = called.get(turnId)
    if (names) names.push(name)
    else called.set(turnId, [name])
  }
  return called
}

function artifactsOf(state: SessionState, findings: ReadonlyMap<string, Intervention>): ArtifactRow[] {
  const rows = new Map<string, ArtifactRow>()
  for (const { path, agentId, at } of state.writes.values()) {
    const row = rows.get(path)
    if (!row) rows.set(path, { path, writes: 1, writers: [agentId], hits: 0, lastAt: at })
    else {
      row.writes++
      if (!row.writers.includes(agentId)) row.writers.push(agentId)
      row.lastAt = Math.max(row.lastAt, at)
    }
  }
  for (const { artifact, headline } of standingFindings(state, findings.values())) {
    const row = artifact === undefined || !headline ? undefined : rows.get(artifact)
    if (row) row.hits++
  }
  return [...rows.values()]
}

/** Sorted already in nearly every case, which the engine's sort notices. What has no time comes last. */
function inOrder(rows: ListRow[]): ListRow[] {
  return rows.sort((a, b) => (a.at ?? Number.POSITIVE_INFINITY) - (b.at ?? Number.POSITIVE_INFINITY) || (a.id < b.id ? -1 : 1))
}

function wordsOf(row: ListRow, state: SessionState): string {
  switch (row.kind) {
    case 'intervention': {
      const { kind, artifact, master, assigneeId, taskId, phase, trigger } = row.finding
      const task = state.tasks.get(taskId)
      return `${kind} ${row.aside ? 'set aside' : ''} ${phase} ${trigger.kind} ${artifact ?? ''} ${agentName(state, master.agentId)} ${agentName(state, assigneeId)} ${task ? taskName(task) : ''}`
    }
    case 'turn':
      return `${agentName(state, row.turn.agentId)} ${row.turn.model ?? ''} ${row.turn.output === undefined ? '' : contentPreview(row.turn.output)} ${row.called.join(' ')} ${row.id}`
    case 'task':
      return `${taskName(row.task)} ${agentName(state, row.task.to)} ${agentName(state, row.task.by)} ${row.task.endStatus ?? ''}`
    case 'artifact':
      return `${row.id} ${row.artifact.writers.map((id) => agentName(state, id)).join(' ')}`
    case 'call':
      return `${row.call.name ?? ''} ${row.call.check?.kind ?? ''} ${row.call.check?.tool ?? ''} ${row.call.arguments === undefined ? '' : contentPreview(row.call.arguments)} ${agentName(state, row.call.agentId)}`
    default: {
      const impossible: never = row
      return impossible
    }
  }
}
