import { contentChars, isContentRef } from '../content'
import type { SessionState, ToolCall } from '../session'
import { A_FEW, type Slices } from '../slices'
import { fieldsOf } from '../table'
import type { OutcomeLevel } from './task-record'

export interface Ran {
  level: OutcomeLevel
  ok: boolean
  /** Same words, same command. */
  command: string
  from: number
  to: number
}

/** What is read of a call. */
const FIELDS = ['check', 'name', 'arguments', 'calledAt', 'returnedAt'] as const

export type Judged = 'good' | 'bad' | 'flaky' | undefined

/** Checks of known result, by level, and of each level by command. */
export class Checks {
  private readonly byLevel = new Map<OutcomeLevel, { all: RanList; byCommand: Map<string, RanList> }>()

  private constructor() {}

  static *of(state: SessionState): Slices<Checks> {
    const checks = new Checks()
    const { byLevel } = checks
    const ran: Ran[] = []
    let n = 0
    for (const call of fieldsOf(state.calls, FIELDS)) {
      if (++n % A_FEW === 0) yield
      const one = ranOf(call)
      if (one) ran.push(one)
    }
    ran.sort((a, b) => a.from - b.from)
    yield
    for (const one of ran) {
      if (++n % A_FEW === 0) yield
      let level = byLevel.get(one.level)
      if (!level) {
        level = { all: new RanList(), byCommand: new Map() }
        byLevel.set(one.level, level)
      }
      level.all.add(one)
      let own = level.byCommand.get(one.command)
      if (!own) {
        own = new RanList()
        level.byCommand.set(one.command, own)
      }
      own.add(one)
    }
    return checks
  }

  get none(): boolean {
    return this.byLevel.size === 0
  }

  levels(): Iterable<OutcomeLevel> {
    return this.byLevel.keys()
  }

  /** All of one state, begun at or after `from` and back by `to`: any command that gave both answers is flaky; good if every answer is. */
  judge(level: OutcomeLevel, from: number, to: number): Judged {
    return this.byLevel.get(level)?.all.judge(from, to)
  }

  judgeCommand(level: OutcomeLevel, command: string, from: number, to: number): Judged {
    return this.byLevel.get(level)?.byCommand.get(command)?.judge(from, to)
  }

  commands(level: OutcomeLevel, from: number, to: number): Set<string> {
    return new Set(
      this.byLevel
        .get(level)
        ?.all.between(from, to)
        .map(({ command }) => command),
    )
  }
}

/** Checks in the order in which they began. */
class RanList {
  private readonly ran: Ran[] = []
  /** They come back in the order in which they began: then a span of time is a span of the list. */
  private ordered = true
  /** Failures before each place; and the first place up to which some command from here on has given both answers. */
  private failed: number[] = []
  private flakyBy: number[] | undefined

  add(one: Ran): void {
    const last = this.ran.at(-1)
    if (last && one.to < last.to) this.ordered = false
    this.ran.push(one)
  }

  between(from: number, to: number): Ran[] {
    const ran: Ran[] = []
    for (let at = this.firstFrom(from); at < this.ran.length; at++) {
      const one = this.ran[at] as Ran
      if (one.from > to) break
      if (one.to <= to) ran.push(one)
    }
    return ran
  }

  judge(from: number, to: number): Judged {
    if (!this.ordered && to !== Number.POSITIVE_INFINITY) return judge(this.between(from, to))
    const first = this.firstFrom(from)
    const after = this.countBack(to)
    if (after <= first) return undefined
    const flakyBy = this.flakyBy ?? this.prepare()
    if ((flakyBy[first] as number) < after) return 'flaky'
    return this.failed[after] === this.failed[first] ? 'good' : 'bad'
  }

  private prepare(): number[] {
    let failed = 0
    this.failed = [0, ...this.ran.map(({ ok }) => (ok ? failed : ++failed))]
    const flakyBy = new Array<number>(this.ran.length)
    const seen = new Map<string, { good: number; bad: number }>()
    let nearest = Number.POSITIVE_INFINITY
    for (let at = this.ran.length - 1; at >= 0; at--) {
      const { command, ok } = this.ran[at] as Ran
      let next = seen.get(command)
      if (!next) {
        next = { good: Number.POSITIVE_INFINITY, bad: Number.POSITIVE_INFINITY }
        seen.set(command, next)
      }
      nearest = Math.min(nearest, ok ? next.bad : next.good)
      next[ok ? 'good' : 'bad'] = at
      flakyBy[at] = nearest
    }
    this.flakyBy = flakyBy
    return flakyBy
  }

  private firstFrom(moment: number): number {
    return this.count((one) => one.from < moment)
  }

  /** Only while `ordered`, or for ever. */
  private countBack(moment: number): number {
    return moment === Number.POSITIVE_INFINITY ? this.ran.length : this.count((one) => one.to <= moment)
  }

  private count(before: (one: Ran) => boolean): number {
    let low = 0
    let high = this.ran.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(this.ran[middle] as Ran)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function judge(ran: readonly Ran[]): Judged {
  if (ran.length === 0) return undefined
  const answers = new Map<string, boolean>()
  for (const { command, ok } of ran) {
    const known = answers.get(command)
    if (known !== undefined && known !== ok) return 'flaky'
    answers.set(command, ok)
  }
  return [...answers.values()].every((ok) => ok) ? 'good' : 'bad'
}

function ranOf({ check, name, arguments: words, calledAt, returnedAt }: Pick<ToolCall, (typeof FIELDS)[number]>): Ran | undefined {
  if (check?.ok === undefined || check.kind === 'other') return undefined
  const to = returnedAt ?? calledAt
  const from = calledAt ?? returnedAt
  if (to === undefined || from === undefined) return undefined
  const command = words === undefined ? '' : isContentRef(words) ? `${words.hash}:${contentChars(words)}` : words
  return { level: check.kind, ok: check.ok, command: `${name ?? ''} ${command}`, from, to: Math.max(from, to) }
}
