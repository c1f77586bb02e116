import { contentPreview } from '../content'
import type { TextOf } from '../detect/text'
import type { Check, Event, EventOf } from '../event'
import type { EventId } from '../ids'
import type { Intervention, InterventionKind } from '../interventions'
import { compareEvents } from '../order'
import { sameCheck } from './commands'
import { readTests } from './read-check'
import type { TestResult } from './reading'

/**
 * What became of the work, by checks that the log shows and without a judge: docs/detector.md, "Before
 * and after". Levels are never mixed; the highest that has both sides is taken.
 *
 *   … write of the task ──── run ────┤ first write of the burst … its last ├──── run ──── next write …
 *                           before                                              after
 */
export const OUTCOME_LEVELS = ['test', 'build', 'type', 'lint', 'syntax'] as const
export type OutcomeLevel = (typeof OUTCOME_LEVELS)[number]

export interface Outcome {
  level: OutcomeLevel
  before?: OutcomeSide
  after?: OutcomeSide
  /** Tests that ran on both sides and were not edited between. */
  shared?: number
  /** Of those: passed after less passed before. */
  delta?: number
  /** The master edited tests in the same burst: what it changed is not compared. */
  testsChanged?: boolean
  /** Tests (or runs, where tests have no names) that gave both answers on one state, and were left out. */
  flaky?: number
  /** One sentence on what is missing or to be borne in mind; empty where nothing is. */
  note: string
}

export interface OutcomeSide {
  ok: boolean
  passed?: number
  failed?: number
  /** The tool's answer; none for syntax, which is read from the text. */
  eventId?: EventId
}

export interface Coverage {
  /** Interventions that changed an artifact. */
  interventions: number
  /** With both sides. */
  pairs: number
  byLevel: Record<OutcomeLevel, number>
  onlyBefore: number
  onlyAfter: number
  neither: number
  /** Cut off before the first unit was complete: a fragment has no outcome. */
  fragments: number
  testsChanged: number
  flaky: number
}

export interface Pairs {
  /** By the intervention's id. */
  outcomes: Map<string, Outcome>
  coverage: Coverage
}

/** Whether a text is free of syntax errors; undefined where nobody can tell. */
export type SyntaxCheck = (text: string, path: string) => boolean | undefined

/** The kinds that change what a sub-agent made, so that there is a before and an after. */
const CHANGES: ReadonlySet<InterventionKind> = new Set(['overwrite', 'revise', 'rename', 'touch', 'reject', 'takeover'])
/** A burst of one master's writes on one artifact is one change: so many of its turns, nobody else in between. */
const BURST_TURNS = 3
const TEST_FILE = /(?:^|\/)(?:tests?|__tests__|specs?)\/|(?:^|\/)test_[^/]*$|[._-](?:test|spec)s?\.[^/]+$|_test\.[^/]+$|Tests?\.[^/]+$/i

/** Pure over the log: the same events give the same outcomes. */
export function pairOutcomes(events: readonly Event[], findings: readonly Intervention[], text: TextOf, syntax?: SyntaxCheck): Pairs {
  const log = new Log(events, text)
  const outcomes = new Map<string, Outcome>()
  const coverage: Coverage = {
    interventions: 0,
    pairs: 0,
    byLevel: { test: 0, build: 0, type: 0, lint: 0, syntax: 0 },
    onlyBefore: 0,
    onlyAfter: 0,
    neither: 0,
    fragments: 0,
    testsChanged: 0,
    flaky: 0,
  }
  for (const finding of findings) {
    if (!CHANGES.has(finding.kind) || finding.artifact === undefined) continue
    const outcome = outcomeOf(log, finding, text, syntax)
    coverage.interventions += 1
    if (finding.phase === 'pre_unit') coverage.fragments += 1
    if (outcome?.testsChanged) coverage.testsChanged += 1
    coverage.flaky += outcome?.flaky ?? 0
    if (outcome?.before && outcome.after) {
      coverage.pairs += 1
      coverage.byLevel[outcome.level] += 1
    } else if (outcome?.before) coverage.onlyBefore += 1
    else if (outcome?.after) coverage.onlyAfter += 1
    else coverage.neither += 1
    if (outcome) outcomes.set(finding.id, outcome)
  }
  return { outcomes, coverage }
}

interface Write {
  at: number
  event: EventOf<'artifact.written'>
}

interface Run {
  /** Places in the log. */
  from: number
  to: number
  level: Exclude<OutcomeLevel, 'syntax'>
  /** The same words are the same command. */
  command: string
  /** What the call says that it reads; empty where it does not say. */
  reads: readonly string[]
  check: Check
  returned: EventOf<'tool.returned'>
}

class Log {
  readonly writes: Write[] = []
  readonly runs: Run[] = []
  private readonly tasks = new Map<string, { to: string; from: number; until: number }>()

  constructor(events: readonly Event[], text: TextOf) {
    const calls = new Map<string, { at: number; event: EventOf<'tool.called'> }>()
    for (const [at, event] of [...events].sort(compareEvents).entries()) {
      if (event.type === 'artifact.written') this.writes.push({ at, event })
      else if (event.type === 'tool.called') calls.set(event.callId, { at, event })
      else if (event.type === 'task.delegated') this.tasks.set(event.taskId, { to: event.to, from: at, until: Number.POSITIVE_INFINITY })
      else if (event.type === 'task.ended') {
        const task = this.tasks.get(event.taskId)
        if (task) task.until = at
      } else if (event.type === 'tool.returned' && event.check?.ok !== undefined && event.check.kind !== 'other') {
        const call = calls.get(event.callId)
        const words = call?.event.arguments
        const command = `${call?.event.name ?? ''} ${words === undefined ? '' : sameCheck(text(words) ?? contentPreview(words))}`
        this.runs.push({ from: call?.at ?? at, to: at, level: event.check.kind, command, reads: call?.event.reads ?? [], check: event.check, returned: event })
      }
    }
  }

  /** What the task is about: where a check does not say what it reads, any change of these ends what it says. */
  filesOf(taskId: string): Set<string> {
    const task = this.tasks.get(taskId)
    const files = new Set<string>()
    for (const { at, event } of this.writes) {
      const its = event.taskId === undefined ? task !== undefined && event.agentId === task.to && at >= task.from && at <= task.until : event.taskId === taskId
      if (its) files.add(event.path)
    }
    return files
  }

  /**
   * Runs on the state that stood before the place `at`, or after it: no write lies between to what the run
   * reads. Where a run does not say what it reads, `files` stand in; one that says so and reads something
   * else says nothing of the artifact.
   */
  runsOn(side: 'before' | 'after', at: number, level: OutcomeLevel, files: ReadonlySet<string>, artifact: string): Run[] {
    return this.runs.filter((run) => {
      if (run.level !== level || (run.reads.length > 0 && !run.reads.includes(artifact))) return false
      const [from, to] = side === 'before' ? [run.from, at] : [at, run.to]
      if (from >= to || (side === 'before' ? run.to >= at : run.from <= at)) return false
      return !this.writes.some(
        (write) => write.at > from && write.at < to && (run.reads.length > 0 ? run.reads.includes(write.event.path) : files.has(write.event.path)),
      )
    })
  }
}

function outcomeOf(log: Log, finding: Intervention, text: TextOf, syntax: SyntaxCheck | undefined): Outcome | undefined {
  const files = log.filesOf(finding.taskId)
  const { artifact } = finding
  if (artifact === undefined) return undefined
  files.add(artifact)
  const burst = burstOf(
    log.writes.filter(({ event }) => event.path === artifact),
    finding,
  )
  if (!burst) return undefined
  const [first, last] = burst
  const testsEdited = log.writes
    .filter(({ at, event }) => at >= first && at <= last && event.agentId === finding.master.agentId && TEST_FILE.test(event.path))
    .map(({ event }) => event.path)
  const fragment = finding.phase === 'pre_unit'

  let partial: Outcome | undefined
  for (const level of ['test', 'build', 'type', 'lint'] as const) {
    const before = fragment ? [] : log.runsOn('before', first, level, files, artifact)
    const after = log.runsOn('after', last, level, files, artifact)
    for (const command of new Set([...before, ...after].map((run) => run.command))) {
      const compared = compare(level, of(before, command), of(after, command), testsEdited, text)
      if (compared?.before && compared.after) return compared
      partial ??= compared
    }
  }
  const read = syntax && !fragment ? syntaxOutcome(finding, text, syntax) : undefined
  if (read) return read
  if (partial && fragment) partial.note = 'The work was cut off before its first unit was complete: a fragment has no outcome.'
  return partial
}

function of(runs: readonly Run[], command: string): Run[] {
  return runs.filter((run) => run.command === command)
}

/** First and last place in the log of the master's writes around the finding's, without anybody else's between. */
function burstOf(writes: readonly Write[], finding: Intervention): [number, number] | undefined {
  const at = writes.findIndex(({ event }) => event.id === finding.master.eventId)
  const start = writes[at]
  if (!start) return undefined
  const reach = (step: 1 | -1) => {
    const turns = new Set<string>()
    let end = start
    for (let i = at; i >= 0 && i < writes.length; i += step) {
      const write = writes[i] as Write
      if (write.event.agentId !== finding.master.agentId) break
      turns.add(write.event.turnId ?? write.event.id)
      if (turns.size > BURST_TURNS) break
      end = write
    }
    return end.at
  }
  return [reach(-1), reach(1)]
}

function compare(level: Run['level'], before: readonly Run[], after: readonly Run[], testsEdited: readonly string[], text: TextOf): Outcome | undefined {
  const outcome: Outcome = { level, note: '' }
  if (level === 'test' && testsEdited.length > 0) outcome.testsChanged = true
  const a = stateOf(before, text)
  const b = stateOf(after, text)
  const flaky = (a?.flaky ?? 0) + (b?.flaky ?? 0)
  if (flaky > 0) outcome.flaky = flaky
  if (a?.side) outcome.before = a.side
  if (b?.side) outcome.after = b.side
  if (!outcome.before && !outcome.after) return flaky > 0 ? { ...outcome, note: 'The same check gave both answers on the same state.' } : undefined
  if (!outcome.before || !outcome.after) {
    outcome.note = outcome.before ? 'The check was not run again after the change.' : 'The check had not been run on the work before the change.'
    return outcome
  }
  if (level !== 'test' || !a?.tests || !b?.tests) {
    if (outcome.testsChanged) outcome.note = 'The master edited tests as well, and the tests have no names to leave those out.'
    return outcome
  }
  const edited = (id: string) => testsEdited.some((path) => id.includes(path) || id.includes(path.slice(path.lastIndexOf('/') + 1)))
  const was = a.tests
  const shared = [...b.tests].filter(([id]) => was.has(id) && !edited(id))
  if (shared.length === 0) {
    return { level, testsChanged: outcome.testsChanged, flaky: outcome.flaky, note: 'No test ran both before and after the change.' }
  }
  const passedBefore = shared.filter(([id]) => was.get(id)).length
  const passedAfter = shared.filter(([, ok]) => ok).length
  outcome.shared = shared.length
  outcome.delta = passedAfter - passedBefore
  outcome.before = { ...outcome.before, ok: passedBefore === shared.length, passed: passedBefore, failed: shared.length - passedBefore }
  outcome.after = { ...outcome.after, ok: passedAfter === shared.length, passed: passedAfter, failed: shared.length - passedAfter }
  if (outcome.testsChanged) outcome.note = 'The master edited tests as well; those are left out.'
  return outcome
}

/** The first run of a command on one state; what another run of it there contradicts is left out. */
function stateOf(runs: readonly Run[], text: TextOf): { side?: OutcomeSide; tests?: Map<string, boolean>; flaky: number } | undefined {
  const first = runs[0]
  if (!first) return undefined
  const { ok, passed, failed } = first.check
  const side: OutcomeSide = { ok: ok === true, eventId: first.returned.id }
  if (passed !== undefined) side.passed = passed
  if (failed !== undefined) side.failed = failed
  const tests = new Map<string, boolean>()
  const flaky = new Set<string>()
  for (const run of runs) {
    for (const { id, ok: passes } of testsOf(run, text)) {
      const known = tests.get(id)
      if (known === undefined) tests.set(id, passes)
      else if (known !== passes) flaky.add(id)
    }
  }
  for (const id of flaky) tests.delete(id)
  if (tests.size > 0) return { side, tests, flaky: flaky.size }
  return runs.some((run) => run.check.ok !== ok) ? { flaky: 1 } : { side, flaky: 0 }
}

/** A command is found again in its words, which stand in JSON for most tools. */
function testsOf(run: Run, text: TextOf): TestResult[] {
  const { result } = run.returned
  const output = result === undefined ? undefined : text(result)
  if (output === undefined || run.level !== 'test') return []
  // any test runner's words will do: which command printed them is known
  return readTests('npm test', output) ?? []
}

/** The floor: does the whole text parse, before and after? */
function syntaxOutcome(finding: Intervention, text: TextOf, syntax: SyntaxCheck): Outcome | undefined {
  const { before, after, whole } = finding.explanation
  if (!whole || finding.artifact === undefined || before === undefined || after === undefined) return undefined
  const texts = [before, after].map((content) => text(content))
  const [was, is] = texts.map((content) => (content === undefined || content.trim() === '' ? undefined : syntax(content, finding.artifact as string)))
  if (was === undefined || is === undefined) return undefined
  return { level: 'syntax', before: { ok: was }, after: { ok: is }, note: 'No check ran: this says only whether the text parses.' }
}
