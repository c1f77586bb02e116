import { canonicalModel } from '@/lib/core/models/name'
import type { ToolCall, Turn } from '@/lib/core/session'
import { tableOf } from '@/lib/core/table'
import { isAllWork, type WorkFilter, type WorkKind } from '@/lib/view/work'
import { CALL, DELEGATE, MESSAGE, TURN, WRITE } from './bars'
import { labelOf } from './labels'
import { pack } from './lane'
import type { Rows } from './rows'

/** What a filter says of a bar: it is shown, its kind is left out, or it is not what was asked for at all. */
export const SHOWN = 0
export const LEFT_OUT = 1
export const NOT_MEANT = 2

/** Gives each bar its verdict, by what the bar is now. */
export type Sift = (bar: number) => number

/**
 * A kind that is left out takes bars away and leaves the lane; an agent has nothing to do with a model or
 * words that none of its work has, and its lane goes, too. Undefined where everything is shown.
 */
export function siftOf(rows: Rows, { without, models, words }: WorkFilter): Sift | undefined {
  if (isAllWork({ without, models, words })) {
    said.delete(rows)
    return undefined
  }
  const read = readerOf(rows)
  const wanted = new Set(models)
  const asked = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (asked.length === 0) said.delete(rows)
  const saysAll = (bar: number) => {
    const texts = textsOf(rows)
    let text = texts[bar]
    if (text === undefined) {
      text = wordsOf(rows, bar)
      texts[bar] = text
    }
    return asked.every((word) => text.includes(word))
  }
  return (bar) => {
    if (wanted.size > 0 && !wanted.has(read.model(bar))) return NOT_MEANT
    if (asked.length > 0 && !saysAll(bar)) return NOT_MEANT
    return without.includes(read.kind(bar)) ? LEFT_OUT : SHOWN
  }
}

/** Packs all lanes anew from what the sift lets through. O(bars). */
export function siftAll(rows: Rows, sift: Sift | undefined): void {
  for (const lane of rows.lanesByNumber) {
    lane.pending = { from: 0, added: [], sort: false }
    if (lane.order.length > 0) pack(rows.bars, lane, sift)
    else lane.pending = undefined
  }
}

/** Whether a lane has nothing to do with what was asked for. */
export function isNotMeant(rows: Rows, order: { length: number; at(i: number): number }): boolean {
  if (order.length === 0) return false
  for (let i = 0; i < order.length; i++) if (rows.bars.out.at(order.at(i)) !== NOT_MEANT) return false
  return true
}

/** How much work there is of each kind, model and agent, whatever is shown of it. */
export interface Facets {
  kinds: Map<WorkKind, number>
  models: Map<string, number>
  /** Bars by the agent's id. */
  agents: Map<string, number>
  all: number
  shown: number
}

/** O(bars): to be asked for when somebody looks. */
export function facetsOf(rows: Rows): Facets {
  const { bars } = rows
  const read = readerOf(rows)
  const facets: Facets = { kinds: new Map(), models: new Map(), agents: new Map(), all: 0, shown: 0 }
  const add = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1)
  for (let bar = 0; bar < bars.count; bar++) {
    const lane = rows.lanesByNumber[bars.lane.at(bar)]
    if (!lane) continue
    facets.all++
    if (bars.out.at(bar) === SHOWN && lane.place >= 0) facets.shown++
    add(facets.kinds, read.kind(bar))
    add(facets.agents, lane.id)
    if (bars.subjectKind.at(bar) !== MESSAGE) add(facets.models, read.model(bar))
  }
  return facets
}

/** Kind and model of a bar, read from columns where it lies in them. */
function readerOf(rows: Rows): { kind(bar: number): WorkKind; model(bar: number): string } {
  const { bars, state } = rows
  const turns = tableOf(state.turns)
  const calls = tableOf(state.calls)
  const inColumns = turns && calls && bars.hasColumns ? { turns, calls } : undefined
  const models = inColumns?.turns.columns.column('model')
  const check = inColumns?.calls.columns.field('check')
  const isCheck = (bar: number) => {
    const row = inColumns ? bar - inColumns.turns.rows : -1
    if (inColumns && row >= 0 && row < inColumns.calls.rows && !inColumns.calls.isOwn(row)) return check?.(row) !== undefined
    return (bars.subject(bar) as ToolCall).check !== undefined
  }
  const modelOfTurn = (bar: number) => {
    if (inColumns && bar < inColumns.turns.rows && !inColumns.turns.isOwn(bar)) return models?.at(bar) as string | undefined
    return (bars.subject(bar) as Turn).model
  }
  const canonical = new Map<string | undefined, string>()
  return {
    kind(bar) {
      switch (bars.subjectKind.at(bar)) {
        case TURN:
          return bars.kind.at(bar) === WRITE ? 'write' : 'turn'
        case CALL: {
          const kind = bars.kind.at(bar)
          return kind === DELEGATE ? 'delegation' : kind === WRITE ? 'write' : isCheck(bar) ? 'check' : 'tool'
        }
        case MESSAGE:
          return 'message'
        default:
          return 'write'
      }
    },
    model(bar) {
      const turn = bars.subjectKind.at(bar) === TURN ? bar : bars.turn.at(bar)
      const told = (turn >= 0 ? modelOfTurn(turn) : undefined) ?? rows.lanesByNumber[bars.lane.at(bar)]?.agent?.model
      let name = canonical.get(told)
      if (name === undefined) {
        name = canonicalModel(told) ?? ''
        canonical.set(told, name)
      }
      return name
    },
  }
}

/** What bars say, by bar, kept from one letter typed to the next: making it is what costs. */
const said = new WeakMap<Rows, { of: number; texts: (string | undefined)[] }>()

function textsOf(rows: Rows): (string | undefined)[] {
  let known = said.get(rows)
  if (known?.of !== rows.told) {
    known = { of: rows.told, texts: [] }
    said.set(rows, known)
  }
  return known.texts
}

/** What a bar says in the picture, and the tool and paths behind it. */
function wordsOf(rows: Rows, bar: number): string {
  const { bars } = rows
  const subject = bars.subject(bar)
  const kind = bars.subjectKind.at(bar)
  const parts = [labelOf(rows, bar)]
  if (kind === CALL) {
    const { name, reads, id } = subject as ToolCall
    parts.push(name ?? '', ...(reads ?? []), ...(rows.callWrites.get(id) ?? []).map(({ path }) => path))
  } else if (kind === TURN) parts.push(...(rows.turnWrites.get((subject as Turn).id) ?? []).map(({ path }) => path))
  else if (subject && 'path' in subject) parts.push(subject.path)
  return parts.join('\n').toLowerCase()
}
