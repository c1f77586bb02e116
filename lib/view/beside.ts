import { DEFAULT_VIEW, parseView, printView, type Selection, SELECTION_KINDS, type View } from './view'

/**
 * Sessions on one clock: which, aligned at what, and which stretch of the shared axis. All of it is in the
 * address; `parseBeside(printBeside(v))` equals v. Places on the axis are milliseconds since the aligned
 * moment, or tokens or steps since then, as the clock counts.
 */
export interface Beside {
  /** Two to `MOST_RUNS`, by letter; the last may lack a session only among the first two. */
  runs: readonly BesideSide[]
  /** `from < to`; undefined for all of all. */
  window: { from: number; to: number } | undefined
  /** Where a run goes on: the window keeps its breadth and moves with it. */
  follows: boolean
  /** Replaying: the place that is shown; undefined for all that is known. */
  at: number | undefined
  /** What all timelines show alike: clock, lanes, work, kinds of intervention, times as recorded. */
  both: SharedView
}

/** More have no room under one another. */
export const MOST_RUNS = 4
export const LETTERS = ['a', 'b', 'c', 'd'] as const
export type Letter = (typeof LETTERS)[number]

/** One of the runs. */
export interface BesideSide {
  /** The session's id; empty while none is chosen. */
  session: string
  /** The task at whose delegation it is aligned; undefined for the session's first event. */
  task: string | undefined
  selection: Selection | undefined
}

export type SharedView = Pick<View, 'lanes' | 'work' | 'hidden' | 'lens' | 'recorded' | 'clock' | 'folded'>

export const sharedOf = ({ lanes, work, hidden, lens, recorded, clock, folded }: SharedView): SharedView => ({
  lanes,
  work,
  hidden,
  lens,
  recorded,
  clock,
  folded,
})
export const SHARED_DEFAULT: SharedView = sharedOf(DEFAULT_VIEW)
const EMPTY: BesideSide = { session: '', task: undefined, selection: undefined }

export function parseBeside(search: string | URLSearchParams): Beside {
  const query = typeof search === 'string' ? new URLSearchParams(search) : search
  const from = numberOf(query.get('from'))
  const to = numberOf(query.get('to'))
  const runs = LETTERS.map((letter) => ({
    session: query.get(letter) ?? '',
    task: query.get(`t${letter}`) || undefined,
    selection: selectionOf(query.get(`p${letter}`)),
  }))
  return {
    runs: runs.slice(0, Math.max(2, runs.findLastIndex(({ session }) => session !== '') + 1)),
    window: from !== undefined && to !== undefined && from < to ? { from, to } : undefined,
    follows: query.get('follow') === 'main',
    at: numberOf(query.get('t')),
    both: sharedOf(parseView(query)),
  }
}

/** The query without its question mark. */
export function printBeside({ runs, window, follows, at, both }: Beside): string {
  const query = new URLSearchParams()
  for (const [i, { session, task, selection }] of runs.entries()) {
    const letter = LETTERS[i]
    if (letter === undefined) break
    if (session !== '') query.set(letter, session)
    if (task !== undefined) query.set(`t${letter}`, task)
    if (selection) query.set(`p${letter}`, `${selection.kind}:${selection.id}`)
  }
  if (window) {
    query.set('from', String(window.from))
    query.set('to', String(window.to))
  }
  if (follows) query.set('follow', 'main')
  if (at !== undefined) query.set('t', String(at))
  // names of their own: nothing of the shared view is called as what is above
  for (const [name, value] of new URLSearchParams(printView({ ...DEFAULT_VIEW, ...both }))) query.append(name, value)
  return query.toString()
}

/** The address of the page, without the server's name. */
export function besidePath(sessions: readonly string[]): string {
  const runs = sessions.slice(0, MOST_RUNS).map((session) => ({ ...EMPTY, session }))
  const query = printBeside({ runs, window: undefined, follows: false, at: undefined, both: SHARED_DEFAULT })
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
