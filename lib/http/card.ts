import type { AgentId } from '@/lib/core/ids'
import { cutsShort, DESTRUCTIVE_KINDS, type Intervention } from '@/lib/core/interventions'
import { type SessionState, taskStatus, turnEnd } from '@/lib/core/session'
import { standingFindings } from '@/lib/core/set-aside'
import type { Ingest } from '@/lib/ingest/ingest'
import type { SessionLink } from '@/lib/share/link'
import { isRunning } from '@/lib/live/protocol'
import type { SharedView } from '@/lib/share/shared-view'

/** What the preview of a link draws and says: shapes and counts, and a title with secrets hidden. No text of anybody's. */
export interface Card {
  kind: 'session'
  title: string
  description: string
  simulated: boolean
  running: boolean
  lanes: CardLane[]
  counts: { name: string; value: string; loud: boolean }[]
}

export interface CardLane {
  master: boolean
  /** Shares of the session's time, from 0 to 1. */
  bars: [from: number, to: number][]
  /** Where work of this lane was destroyed or cut. */
  strikes: number[]
}

const MOST_LANES = 7
/** Bars nearer than this share of the width are one. */
const GAP = 1 / 300
const MOST_TITLE = 90

/** Undefined when the session is gone. */
export function cardOf({ to, content }: SessionLink, ingest: Ingest, view: SharedView): Promise<Card | undefined> {
  return ingest.read(to.sessionId, ({ state, tallies, receivedAt }) => {
    const running = isRunning({ endedAt: state.facts.endedAt, receivedAt, lastAt: state.lastAt }, Date.now())
    const findings = standingFindings(state, tallies.findings.values()).filter(({ kind }) => DESTRUCTIVE_KINDS.has(kind))
    const said = state.facts.title === undefined || !content ? 'A session' : short(view.redact(state.facts.title))
    const finding = to.kind === 'intervention' ? tallies.findings.get(to.target) : undefined
    return {
      kind: 'session',
      title: finding ? `${WORDS[finding.kind] ?? 'Intervention'} in ${said === 'A session' ? 'a session' : said}` : said,
      description: finding ? describeOne(finding) : describe(state, findings, running),
      simulated: state.facts.simulated === true,
      running,
      lanes: lanesOf(state, findings),
      counts: countsOf(state, findings),
    }
  })
}

const WORDS: Partial<Record<Intervention['kind'], string>> = { overwrite: 'Overwrite', interrupt: 'Interruption', takeover: 'Takeover', reject: 'Rejection' }

/** Figures only: names of files and people stay out of a card. */
function describeOne({ kind, survival, clocks, phase }: Intervention): string {
  const kept = survival === undefined ? '' : ` ${Math.round(survival * 100)} % of the sub-agent’s tokens survived.`
  const when = phase === 'post_completion' || phase === 'post_acceptance' ? 'after the work was done' : 'before the work was done'
  return `${WORDS[kind] ?? 'Intervention'} ${when}, at step ${clocks.step}.${kept}`
}

function describe(state: SessionState, findings: readonly Intervention[], running: boolean): string {
  const delegated = [...state.tasks.values()].filter((task) => task.delegatedAt !== undefined).length
  // As on the page: a task counts by the first cut that nobody had asked for, while its work was not accepted.
  const hit = new Set(findings.filter(cutsShort).map(({ taskId }) => taskId)).size
  const late = findings.filter(({ headline, phase }) => headline && phase === 'post_acceptance')
  const open = [...state.tasks.values()].filter((task) => taskStatus(task) === 'open').length
  if (delegated === 0) return `${plural(agentsIn(state), 'agent')}; nothing was delegated.`
  const said = [`${hit === 0 ? 'None of' : `${hit} of`} ${plural(delegated, 'delegated task')} overwritten or cut by the master`]
  if (late.length > 0) said.push(`${late.length} after acceptance`)
  if (open > 0 && running) said.push(`${plural(open, 'task')} under way`)
  return `${said.join('; ')}.`
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** As in the list of sessions: without people and the harness. */
function agentsIn(state: SessionState): number {
  return [...state.agents.values()].filter(({ role }) => role !== 'human' && role !== 'harness').length
}

function countsOf(state: SessionState, findings: readonly Intervention[]): Card['counts'] {
  const of = (kind: Intervention['kind']) => findings.filter((finding) => finding.kind === kind).length
  const count = (value: number, noun: string, alarms: boolean) => ({
    name: `${noun}${value === 1 ? '' : 's'}`,
    value: String(value),
    loud: alarms && value > 0,
  })
  return [
    count(agentsIn(state), 'agent', false),
    count(state.tasks.size, 'task', false),
    count(of('overwrite'), 'overwrite', true),
    count(of('interrupt'), 'interrupt', true),
    count(of('takeover'), 'takeover', true),
  ]
}

function lanesOf(state: SessionState, findings: readonly Intervention[]): CardLane[] {
  const { firstAt, lastAt } = state
  if (firstAt === undefined || lastAt === undefined) return []
  const span = Math.max(1, lastAt - firstAt)
  const share = (at: number) => Math.min(1, Math.max(0, (at - firstAt) / span))
  const byAgent = new Map<AgentId, [number, number][]>()
  for (const turn of state.turns.values()) {
    const start = turn.startedAt ?? turn.endedAt
    if (turn.agentId === undefined || start === undefined) continue
    const bars = byAgent.get(turn.agentId) ?? []
    bars.push([share(start), share(turnEnd(turn) ?? (state.facts.endedAt === undefined ? lastAt : start))])
    byAgent.set(turn.agentId, bars)
  }
  const strikes = new Map<AgentId, number[]>()
  for (const { assigneeId, occurredAt } of findings) strikes.set(assigneeId, [...(strikes.get(assigneeId) ?? []), share(occurredAt)])
  const masters = new Set([...state.tasks.values()].map(({ by }) => by))
  const workers = new Set([...state.tasks.values()].map(({ to }) => to))
  const isMaster = (id: AgentId) => masters.has(id) && !workers.has(id)
  const ids = [...new Set([...byAgent.keys(), ...strikes.keys()])]
  const weight = (id: AgentId) => (isMaster(id) ? 1e9 : 0) + (strikes.get(id)?.length ?? 0) * 1e3 + (byAgent.get(id)?.length ?? 0)
  return ids
    .sort((a, b) => weight(b) - weight(a) || (a < b ? -1 : 1))
    .slice(0, MOST_LANES)
    .map((id) => ({ master: isMaster(id), bars: joined(byAgent.get(id) ?? []), strikes: (strikes.get(id) ?? []).slice(0, 40) }))
}

function joined(bars: [number, number][]): [number, number][] {
  const all: [number, number][] = []
  for (const [from, to] of bars.sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last && from - last[1] < GAP) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}

function short(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > MOST_TITLE ? `${line.slice(0, MOST_TITLE - 1)}…` : line
}
