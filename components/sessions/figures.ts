import { COUNTED_KINDS, DESTRUCTIVE_KINDS, type Intervention } from '@/lib/core/interventions'
import { type SessionState, type Task, taskStatus, turnOutputTokens } from '@/lib/core/session'
import { standingFindings } from '@/lib/core/set-aside'
import { formatCount, formatPercent, plural } from '@/components/text/count'
import { kindNoun } from './kinds'

/** One of the five figures over a session: what was counted, or why it cannot be. */
export interface Figure {
  key: 'cut' | 'tokens' | 'autonomous' | 'discarded' | 'checks'
  title: string
  value: FigureValue
  /** Beside the number: how sure it is. */
  note: string
  /** Under it: what it is made of, what was left out. */
  detail: string
  /** It counts destroyed or cut work, and there is some. */
  loud: boolean
  /** What exactly is counted. */
  explains: string
}

export type FigureValue = { kind: 'share'; x: number; n: number } | { kind: 'number'; text: string } | { kind: 'absent'; why: string }

/** Fewer than this and an interval would pretend to know more than the count says. */
const FEWEST_FOR_INTERVAL = 10

/** `ended`: an interval watched while it grows excludes the truth far more often than it says, so it waits for the end. */
export function figuresOf(state: SessionState, findings: Iterable<Intervention>, ended: boolean): Figure[] {
  const all = standingFindings(state, findings)
  const tasks = [...state.tasks.values()].filter((task) => task.delegatedAt !== undefined)
  return [cutShort(tasks, all, ended), tokensBefore(state, tasks, all), autonomous(tasks, all, ended), discarded(tasks, all), checks(state)]
}

function cutShort(tasks: Task[], findings: Intervention[], ended: boolean): Figure {
  const headlines = findings.filter((finding) => finding.headline)
  const hit = new Set(headlines.map((finding) => finding.taskId))
  const x = tasks.filter((task) => hit.has(task.id)).length
  const kinds = countBy(headlines.map((finding) => finding.kind))
  const said = kinds.map(([kind, count]) => `${formatCount(count)} ${kindNoun(kind)}`).join(', ')
  return {
    key: 'cut',
    title: 'Tasks overwritten or cut',
    value: tasks.length === 0 ? { kind: 'absent', why: 'nothing delegated yet' } : { kind: 'share', x, n: tasks.length },
    note: tasks.length === 0 ? '' : intervalNote(x, tasks.length, ended),
    detail: said,
    loud: x > 0,
    explains:
      'Delegated tasks whose work a master overwrote, interrupted or took over without being asked to, out of all delegated tasks. Each task counts once, by the first such event.',
  }
}

/**
 * Output tokens that a sub-agent had written when its master stepped in. Kaplan-Meier over all tasks:
 * one that nobody cut says only "at least this many", and counts as that.
 */
function tokensBefore(state: SessionState, tasks: Task[], findings: Intervention[]): Figure {
  const figure = {
    key: 'tokens' as const,
    title: 'Tokens before interruption',
    loud: false,
    explains:
      'Output tokens of the sub-agent between the delegation and the moment its master overwrote, interrupted or took over the task. The median is a Kaplan-Meier estimate: tasks that nobody cut count as "at least so many".',
  }
  const cut = new Map(findings.filter((finding) => finding.headline).map((finding) => [finding.taskId, finding.clocks]))
  const times = [...cut.values()].map((clocks) => clocks.tokens).sort((a, b) => a - b)
  const measured = outputByTask(state)
  if (tasks.length === 0) return { ...figure, value: { kind: 'absent', why: 'nothing delegated yet' }, note: '', detail: '' }
  if (times.length === 0) {
    const most = Math.max(0, ...tasks.map((task) => measured.get(task.id) ?? 0))
    return { ...figure, value: { kind: 'absent', why: 'not interrupted' }, note: '', detail: most > 0 ? `up to ${plural(most, 'token')} without one` : '' }
  }
  if (times.every((tokens) => tokens === 0) && measured.size === 0)
    return { ...figure, value: { kind: 'absent', why: 'not measurable here' }, note: '', detail: 'the source gives no token counts' }
  const estimated = [...cut.values()].some((clocks) => clocks.tokensEstimated)
  const sign = estimated ? '~' : ''
  const uncut = tasks.filter((task) => !cut.has(task.id))
  const censored = uncut.map((task) => measured.get(task.id)).filter((tokens) => tokens !== undefined)
  const unknown = uncut.length - censored.length
  const rest = join(censored.length > 0 && `${formatCount(censored.length)} not cut`, unknown > 0 && `${formatCount(unknown)} unknown`)
  if (times.length < 3)
    return { ...figure, value: { kind: 'number', text: `${sign}${times.map(formatCount).join(', ')}` }, note: 'too few for a median', detail: rest }
  const median = kaplanMeierMedian(times, censored)
  if (median === undefined)
    return { ...figure, value: { kind: 'number', text: `>${sign}${formatCount(times.at(-1) ?? 0)}` }, note: 'median not reached', detail: rest }
  return { ...figure, value: { kind: 'number', text: `${sign}${formatCount(median)}` }, note: 'median', detail: rest }
}

function autonomous(tasks: Task[], findings: Intervention[], ended: boolean): Figure {
  const met = new Set(findings.filter((finding) => COUNTED_KINDS.has(finding.kind) && !finding.flags.includes('requested')).map((finding) => finding.taskId))
  const over = tasks.filter((task) => {
    const status = taskStatus(task)
    return (status !== 'open' && status !== 'blocked') || met.has(task.id)
  })
  const x = over.filter((task) => {
    const status = taskStatus(task)
    return (status === 'completed' || status === 'accepted') && !met.has(task.id)
  }).length
  const open = tasks.length - over.length
  return {
    key: 'autonomous',
    title: 'Autonomous completion',
    value:
      over.length === 0
        ? { kind: 'absent', why: tasks.length === 0 ? 'nothing delegated yet' : 'no task has ended yet' }
        : { kind: 'share', x, n: over.length },
    note: over.length > 0 ? intervalNote(x, over.length, ended) : '',
    detail: open > 0 ? `${formatCount(open)} still open` : '',
    loud: false,
    explains:
      'Tasks that their sub-agent completed without any intervention of a master, out of those that are over. Help that the sub-agent asked for is not held against it.',
  }
}

function discarded(tasks: Task[], findings: Intervention[]): Figure {
  const destroying = findings.filter((finding) => DESTRUCTIVE_KINDS.has(finding.kind) && finding.destroyed > 0)
  const tokens = destroying.reduce((sum, finding) => sum + finding.destroyed, 0)
  const lines = destroying.reduce((sum, finding) => sum + finding.destroyedLines, 0)
  const artifacts = new Set(destroying.map((finding) => finding.artifact).filter(Boolean)).size
  const partial = destroying.some((finding) => finding.flags.includes('partial_view') || finding.flags.includes('approximate'))
  return {
    key: 'discarded',
    title: 'Tokens discarded',
    value: tasks.length === 0 ? { kind: 'absent', why: 'nothing delegated yet' } : { kind: 'number', text: `${partial ? '≥' : ''}${formatCount(tokens)}` },
    note: '',
    detail: tokens === 0 ? '' : join(plural(lines, 'line'), artifacts > 0 && `in ${plural(artifacts, 'artifact')}`),
    loud: tokens > 0,
    explains: 'Code tokens (words, numbers, operators; not layout) that sub-agents had written into artifacts and that a master destroyed.',
  }
}

function checks(state: SessionState): Figure {
  let passed = 0
  let known = 0
  let unknown = 0
  const kinds: string[] = []
  for (const { check } of state.calls.values()) {
    if (!check) continue
    kinds.push(check.kind)
    if (check.ok === undefined) unknown++
    else {
      known++
      if (check.ok) passed++
    }
  }
  const said = countBy(kinds)
    .map(([kind, count]) => `${formatCount(count)} ${kind}`)
    .join(', ')
  return {
    key: 'checks',
    title: 'Checks passed',
    value: known > 0 ? { kind: 'share', x: passed, n: known } : { kind: 'absent', why: unknown > 0 ? 'outcome not known' : 'none run' },
    note: '',
    detail: join(said, unknown > 0 && known > 0 && `${formatCount(unknown)} of unknown outcome`),
    loud: false,
    explains: 'Runs of tests, linters, type checks and builds that the log shows, and how many of them succeeded.',
  }
}

function intervalNote(x: number, n: number, ended: boolean): string {
  const share = formatPercent(x / n)
  if (n < FEWEST_FOR_INTERVAL) return n < 3 ? '' : `${share}; n too small for an interval`
  if (!ended) return `${share} so far`
  const { low, high } = wilson(x, n)
  return `${share}, 95% CI ${Math.round(low * 100)}–${Math.round(high * 100)}`
}

/** Wilson's score interval for x of n, at 95 %. Tasks of one session depend on one another, so it is a lower bound of the doubt. */
export function wilson(x: number, n: number): { low: number; high: number } {
  const z = 1.959964
  const p = x / n
  const middle = p + (z * z) / (2 * n)
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  const scale = 1 + (z * z) / n
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) }
}

/** Smallest time at which at most half go on; undefined when more than half outlast every event. */
export function kaplanMeierMedian(events: readonly number[], censored: readonly number[]): number | undefined {
  const cuts = [...events].sort((a, b) => a - b)
  const ends = [...censored].sort((a, b) => a - b)
  let left = 1
  let passed = 0
  for (let i = 0; i < cuts.length; ) {
    const time = cuts[i] as number
    while (passed < ends.length && (ends[passed] as number) < time) passed++
    let next = i
    while (next < cuts.length && cuts[next] === time) next++
    left *= 1 - (next - i) / (cuts.length - i + ends.length - passed)
    // a product of fractions that should be one half may end a hair above it
    if (left <= 0.5 + 1e-12) return time
    i = next
  }
  return undefined
}

/** A turn that names no task works on the newest one that its agent had been given. */
export function outputByTask(state: SessionState): Map<string, number> {
  const given = new Map<string, Task[]>()
  for (const task of [...state.tasks.values()].sort((a, b) => (a.delegatedAt ?? 0) - (b.delegatedAt ?? 0))) {
    if (task.to === undefined || task.delegatedAt === undefined) continue
    const list = given.get(task.to)
    if (list) list.push(task)
    else given.set(task.to, [task])
  }
  const sums = new Map<string, number>()
  for (const turn of state.turns.values()) {
    const tokens = turnOutputTokens(turn)
    if (tokens === undefined) continue
    const at = turn.startedAt ?? turn.endedAt ?? Number.NEGATIVE_INFINITY
    const task = turn.taskId ?? (turn.agentId && given.get(turn.agentId)?.findLast(({ delegatedAt = 0 }) => delegatedAt <= at)?.id)
    if (task !== undefined) sums.set(task, (sums.get(task) ?? 0) + tokens)
  }
  return sums
}

function countBy(values: string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}

function join(...parts: (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(' · ')
}
