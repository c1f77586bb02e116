import { formatCount, plural } from '@/lib/core/count'
import { canonicalModel } from '@/lib/core/models/name'
import { CALL, CANCELLED, DELEGATE, FAILED, MESSAGE, OPEN, RUNNING, TURN, WRITE } from './bars'
import { clockWords } from './clock-words'
import { type Lane, placeOf } from './lane'
import type { Rows } from './rows'
import type { Strike } from './strike'
import { strikeLabel } from './strikes'
import { printDuration, printElapsed } from './ticks'

/**
 * The timeline as a list for keyboard and screen reader, made from the same rows: each lane, and under
 * an open lane each of its bars. Rows are found by index in O(log lanes), so that 100,000 cost nothing
 * until they are looked at.
 */
export type TreeRow =
  | { kind: 'lane'; lane: Lane; open: boolean; index: number; level: number; position: number; siblings: number }
  | { kind: 'bar'; lane: Lane; bar: number; index: number; level: number; position: number; siblings: number }

export class Tree {
  /** By place on the screen: the index of the lane's own row; the last entry is the number of all rows. */
  private first = new Int32Array(1)

  constructor(
    readonly rows: Rows,
    readonly closed: ReadonlySet<string>,
  ) {
    this.first = new Int32Array(rows.lanes.length + 1)
    let index = 0
    rows.lanes.forEach((lane, place) => {
      this.first[place] = index
      index += 1 + (closed.has(lane.id) ? 0 : lane.shown.length)
    })
    this.first[rows.lanes.length] = index
  }

  get length(): number {
    return this.first[this.first.length - 1] as number
  }

  getRow(index: number): TreeRow {
    const { lanes } = this.rows
    let low = 0
    let high = lanes.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.first[middle] as number) <= index) low = middle
      else high = middle - 1
    }
    const lane = lanes[low]
    if (!lane || index < 0 || index >= this.length) throw new Error(`the tree has no row ${index}`)
    const within = index - (this.first[low] as number) - 1
    if (within < 0) {
      const same = lanes.filter(({ depth }) => depth === lane.depth)
      return { kind: 'lane', lane, open: !this.closed.has(lane.id), index, level: lane.depth + 1, position: same.indexOf(lane) + 1, siblings: same.length }
    }
    return { kind: 'bar', lane, bar: lane.shown.at(within), index, level: lane.depth + 2, position: within + 1, siblings: lane.shown.length }
  }

  /** The row of a bar, or of its lane where that is closed; -1 for no bar. */
  indexOfBar(bar: number): number {
    if (bar < 0) return -1
    const lane = this.rows.laneOfBar(bar)
    if (lane.place < 0) return -1
    const head = this.first[lane.place] as number
    // one that is rolled up is told of in the row of the lane that stands for it
    if (this.closed.has(lane.id) || lane.standIn) return head
    // a bar that a filter leaves out is told of in its lane's row
    return this.rows.bars.out.at(bar) === 0 ? head + 1 + placeOf(this.rows.bars, lane.shown, bar) : head
  }

  indexOfLane(id: string): number {
    const lane = this.rows.lookupLane(id) ?? this.rows.lanes.find((one) => one.group && one.id === id)
    return lane && lane.place >= 0 ? (this.first[lane.place] as number) : -1
  }
}

/** "Lane coder, gpt-4o-mini, 12 turns, 3 overwritten". */
export function sayLane(lane: Lane): string {
  if (lane.group) return sayGroup(lane.group, lane.family?.open === true)
  const { agent } = lane
  const parts = [`Lane ${lane.id === '' ? 'of an unknown agent' : (agent?.name ?? agent?.agentType ?? lane.id)}`]
  if (lane.role !== 'agent' && lane.role !== 'unknown') parts.push(lane.role)
  if (agent && !agent.declared) parts.push('not declared by the source')
  const model = canonicalModel(agent?.model)
  if (model) parts.push(model)
  if (lane.turns > 0) parts.push(plural(lane.turns, 'turn'))
  if (lane.calls > 0) parts.push(plural(lane.calls, 'call'))
  if (lane.writes > 0) parts.push(plural(lane.writes, 'write'))
  if (lane.destroyed > 0) parts.push(`${formatCount(lane.destroyed)} overwritten or cut`)
  if (lane.members.length > 0)
    parts.push(`stands for ${plural(lane.members.length, 'lane')} that ${lane.members.length === 1 ? 'is' : 'are'} rolled up into it`)
  if (lane.turns + lane.calls + lane.writes === 0) parts.push('nothing yet')
  if (lane.shown !== lane.order) parts.push(`${formatCount(lane.shown.length)} of ${formatCount(lane.order.length)} shown`)
  if (lane.shift !== 0) parts.push(`its clock was ${clockWords(lane.shift)}, shifted`)
  return parts.join(', ')
}

/** "Group gpt-4o: 12 lanes, 340 turns, 3 overwritten or cut, rolled up". */
function sayGroup({ title, lanes }: NonNullable<Lane['group']>, open: boolean): string {
  let turns = 0
  let calls = 0
  let destroyed = 0
  for (const lane of lanes) {
    turns += lane.turns
    calls += lane.calls
    destroyed += lane.destroyed
  }
  const parts = [`Group ${title}: ${plural(lanes.length, 'lane')}`, plural(turns, 'turn'), plural(calls, 'call')]
  if (destroyed > 0) parts.push(`${formatCount(destroyed)} overwritten or cut`)
  if (!open) parts.push('rolled up')
  return parts.join(', ')
}

/** "00:08.2, 3.1 s, writes schema.sql, 47 tokens, destroyed: cut at 47 tokens · unit unfinished". */
export function sayBar(rows: Rows, bar: number): string {
  const { bars } = rows
  const start = bars.start.at(bar)
  const parts = [printElapsed(start - (rows.state.firstAt ?? 0), 1)]
  const state = bars.state.at(bar)
  if (state === RUNNING) parts.push('running')
  else if (state === OPEN) parts.push('end unknown')
  else if (bars.end.at(bar) > start) parts.push(printDuration(bars.end.at(bar) - start))
  const kind = bars.kind.at(bar)
  const subject = bars.subjectKind.at(bar)
  const label = rows.label(bar)
  if (bars.acted.at(bar) === 1) parts.push(label)
  else if (kind === WRITE) parts.push(`writes ${label}`)
  else if (kind === DELEGATE) parts.push(`delegates ${label}`)
  else if (subject === CALL) parts.push(`calls ${label}`)
  else if (subject === MESSAGE) parts.push(`says ${label}`)
  else parts.push(label)
  const tokens = bars.tokens.at(bar)
  if (subject === TURN && !saysTokens(label)) parts.push(Number.isNaN(tokens) ? 'tokens unknown' : plural(tokens, 'token'))
  if (state === FAILED) parts.push('failed')
  if (state === CANCELLED) parts.push('cancelled')
  const marks = rows.marked.get(bar)
  if (marks?.hit) {
    const more = marks.touching.filter((strike) => strike.hitBar === bar).length - 1
    parts.push(`${marks.hit.loud ? 'destroyed' : 'changed'}: ${strikeLabel(marks.hit).says}${more > 0 ? `, and ${formatCount(more)} more` : ''}`)
  }
  if (bars.acted.at(bar) === 1) parts.push('destroys delegated work')
  for (const strike of signsOn(rows, bar)) parts.push(`${strike.aside ? 'set aside' : 'noted'}: ${strikeLabel(strike).says}`)
  return parts.join(', ')
}

// of the timeline's own words for a turn that said nothing; a text may speak of tokens, too
const saysTokens = (label: string) => /^(streaming… )?~?[\d,]+ tokens?$/.test(label)

/** What stands on a bar as a sign and marks it in no other way: what is only noted, and what a person set aside. */
function* signsOn(rows: Rows, bar: number): Generator<Strike> {
  const { strikeList } = rows
  const signs = rows.cuts.of(rows.laneOfBar(bar), false)
  for (let i = 0; signs && i < signs.length; i++) {
    const strike = strikeList[signs.at(i)] as Strike
    if (!strike.marking && (strike.hitBar >= 0 ? strike.hitBar : strike.actorBar) === bar) yield strike
  }
}
