import { DEFAULT_VIEW, parseView, printView, type Selection, SELECTION_KINDS, type View } from './view'

/**
 * Two sessions on one clock: which, aligned at what, and which stretch of the shared axis. All of it is in
 * the address; `parseBeside(printBeside(v))` equals v.
 */
export interface Beside {
  a: BesideSide
  b: BesideSide
  /** ms since the aligned moment, `from < to`; undefined for all of both. */
  window: { from: number; to: number } | undefined
  /** What both timelines show alike: lanes, work, kinds of intervention, clocks as recorded. */
  both: SharedView
}

export interface BesideSide {
  /** The session's id; empty while none is chosen. */
  session: string
  /** The task at whose delegation it is aligned; undefined for the session's first event. */
  task: string | undefined
  selection: Selection | undefined
}

export type SharedView = Pick<View, 'lanes' | 'work' | 'hidden' | 'lens' | 'recorded'>

const sharedOf = ({ lanes, work, hidden, lens, recorded }: View): SharedView => ({ lanes, work, hidden, lens, recorded })
export const SHARED_DEFAULT: SharedView = sharedOf(DEFAULT_VIEW)
const OWN = ['a', 'b', 'ta', 'tb', 'pa', 'pb', 'from', 'to'] as const

export function parseBeside(search: string | URLSearchParams): Beside {
  const query = typeof search === 'string' ? new URLSearchParams(search) : search
  const from = numberOf(query.get('from'))
  const to = numberOf(query.get('to'))
  const side = (name: 'a' | 'b'): BesideSide => ({
    session: query.get(name) ?? '',
    task: query.get(`t${name}`) || undefined,
    selection: selectionOf(query.get(`p${name}`)),
  })
  return {
    a: side('a'),
    b: side('b'),
    window: from !== undefined && to !== undefined && from < to ? { from, to } : undefined,
    both: sharedOf(parseView(query)),
  }
}

/** The query without its question mark. */
export function printBeside({ a, b, window, both }: Beside): string {
  const query = new URLSearchParams()
  for (const [name, { session, task, selection }] of [
    ['a', a],
    ['b', b],
  ] as const) {
    if (session !== '') query.set(name, session)
    if (task !== undefined) query.set(`t${name}`, task)
    if (selection) query.set(`p${name}`, `${selection.kind}:${selection.id}`)
  }
  if (window) {
    query.set('from', String(window.from))
    query.set('to', String(window.to))
  }
  for (const [name, value] of new URLSearchParams(printView({ ...DEFAULT_VIEW, ...both })))
    if (!(OWN as readonly string[]).includes(name)) query.append(name, value)
  return query.toString()
}

/** The address of the page, without the server's name. */
export function besidePath(beside: Partial<Record<'a' | 'b', string>>): string {
  const side = (session = ''): BesideSide => ({ session, task: undefined, selection: undefined })
  const query = printBeside({ a: side(beside.a), b: side(beside.b), window: undefined, both: SHARED_DEFAULT })
  return query === '' ? '/side-by-side' : `/side-by-side?${query}`
}

function selectionOf(text: string | null): Selection | undefined {
  const at = text?.indexOf(':') ?? -1
  if (text === null || at < 0) return undefined
  const kind = SELECTION_KINDS.find((one) => one === text.slice(0, at))
  const id = text.slice(at + 1)
  return kind && id !== '' ? { kind, id } : undefined
}

// a year, in ms: no session is longer, and the axis keeps its digits
const FAR = 3.2e10

function numberOf(text: string | null): number | undefined {
  if (text === null || text.trim() === '') return undefined
  const value = Number(text)
  return Number.isFinite(value) && Math.abs(value) <= FAR ? value + 0 : undefined
}
