import { leastShifts } from '@/lib/core/causality'
import type { Touched } from '@/lib/core/session'
import type { SessionStore } from '@/lib/live/session-store'
import { soon } from '@/lib/live/soon'
import { Corrected, type Shifts } from '@/lib/timeline/corrected'
import { handOversOf, readHandOvers } from '@/lib/timeline/hand-overs'
import { Rows } from '@/lib/timeline/rows'
import { DEFAULT_LANES, type LaneView } from '@/lib/view/lanes'
import { ALL_WORK, type WorkFilter } from '@/lib/view/work'

export interface RowsSource {
  readonly rows: Rows
  /** What causality says of the agents' clocks; empty where nothing contradicts itself. */
  readonly shifts: Shifts
  /** `replaced`: `rows` is another object now. */
  subscribe(listener: (replaced: boolean) => void): () => void
  /** Which lanes are shown and how, and what of the work. */
  arrange(view: LaneView, work: WorkFilter): void
  /** Whether `rows` show the corrected times, or all of them as recorded. */
  correct(on: boolean): void
}

type RowsStore = Pick<SessionStore, 'state' | 'findings' | 'subscribe'>

// What a running session says of its clocks is judged again at most so often: it is a pass over all bars.
const JUDGE_MS = 2_000
// With more bars than this the judgement would be felt while the page opens.
const MANY_BARS = 20_000
const AFTER_PICTURE_MS = 600
// Of a frame, for judging a long session.
const SLICE_MS = 4
const NONE: Shifts = new Map()

/** The rows of a store, kept up to date batch by batch. Where clocks contradict one another there are two of them. */
export function createRowsSource(store: RowsStore, judgeMs = JUDGE_MS): RowsSource {
  let view = DEFAULT_LANES
  let work = ALL_WORK
  let correcting = true
  let recorded = new Rows(store.state, store.findings)
  let shifts: Shifts = NONE
  let corrected: Corrected | undefined
  let shown = recorded
  let timer: ReturnType<typeof setTimeout> | undefined
  const listeners = new Set<(replaced: boolean) => void>()
  const tell = (replaced: boolean) => {
    for (const listener of [...listeners]) listener(replaced)
  }
  const choose = () => {
    corrected = correcting && shifts.size > 0 ? new Corrected(store.state, store.findings, shifts) : undefined
    shown = corrected ? new Rows(corrected.state, corrected.findings, view) : recorded
    shown.arrange(view)
    shown.filter(work)
    for (const lane of shown.lanesByNumber) lane.shift = corrected?.of(lane.agent?.id) ?? 0
  }
  /** A long session is drawn first, and judged when its picture stands. */
  const judgeAll = () => {
    clearTimeout(timer)
    timer = undefined
    shifts = NONE
    if (recorded.bars.count > MANY_BARS) timer = setTimeout(() => judge(), AFTER_PICTURE_MS)
    else shifts = leastShifts(handOversOf(recorded))
    choose()
  }
  /** A few milliseconds at a time: frames come in between. */
  const judge = (reading = readHandOvers(recorded), of = recorded) => {
    timer = undefined
    if (of !== recorded) return
    for (const until = performance.now() + SLICE_MS; ; ) {
      const { value, done } = reading.next()
      if (done) {
        const next = leastShifts(value)
        if (same(shifts, next)) return
        shifts = next
        choose()
        tell(true)
        return
      }
      if (performance.now() < until) continue
      soon(() => judge(reading, of))
      return
    }
  }
  judgeAll()
  store.subscribe(({ replaced, touched, findingsChanged, textsCame }) => {
    if (replaced || recorded.state !== store.state || recorded.findings !== store.findings) {
      recorded = new Rows(store.state, store.findings, view)
      judgeAll()
      return tell(true)
    }
    recorded.apply(touched, findingsChanged)
    if (textsCame) recorded.forgetLabels()
    if (corrected) {
      if (textsCame) corrected.complete()
      // its findings are copies: those with words are other ones
      shown.apply(corrected.apply(touched, findingsChanged), findingsChanged || textsCame === true)
      if (textsCame) shown.forgetLabels()
    }
    if (timer === undefined && mayContradict(touched)) timer = setTimeout(() => judge(), judgeMs)
    tell(false)
  })
  return {
    get rows() {
      return shown
    },
    get shifts() {
      return shifts
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    arrange(nextView, nextWork) {
      if (nextView === view && nextWork === work) return
      view = nextView
      work = nextWork
      shown.arrange(view)
      shown.filter(work)
      tell(false)
    },
    correct(on) {
      if (on === correcting) return
      correcting = on
      if (shifts.size === 0) return
      choose()
      tell(true)
    },
  }
}

function mayContradict({ tasks, turns, calls, writes, session }: Touched): boolean {
  return session || tasks.size + turns.size + calls.size + writes.size > 0
}

function same(a: Shifts, b: Shifts): boolean {
  if (a.size !== b.size) return false
  for (const [agent, { ms }] of a) if (b.get(agent)?.ms !== ms) return false
  return true
}
