import { meanCumulativeAt, type MeanCumulativePoint, type RecurrentData } from '../stats/mean-cumulative'
import { displayOf, type NotMeasurable } from './estimate'
import { STARTED } from './packed-session'
import { HOW } from './task-columns'
import type { Clock } from './task-record'
import { type TaskList, tasksIn } from './tasks'

/** Mean number of interventions a task by each moment of a clock. Plain JSON. */
export interface StepIns {
  tasks: number
  sessions: number
  /** Begun, but their master never had a turn to step in. */
  withoutChance: number
  events: number
  /** Fewer than ten tasks under watch beyond it: none is given. */
  until: number
  /** As far as all groups are watched. */
  shared: number
  points: MeanCumulativePoint[]
}

const FEWEST = 10
const MOST_POINTS = 30

/**
 * Over the tasks that were begun and that a master could have stepped into, of every unsolicited intervention that counts, again
 * and again. A task that was accepted or failed is over and has no more; one that was cut short is over at the last that is
 * recorded of it. Where the end is not known, watching stops.
 */
export function stepIns(groups: readonly TaskList[], clock: Exclude<Clock, 'tokens'>): (StepIns | NotMeasurable)[] {
  const watched = groups.map((list) => watchedOf(list, clock))
  // as far as all of them are watched: where they are held against each other
  const shared = Math.min(...watched.flatMap((found) => ('reason' in found || !found.known ? [] : [found.until])))
  return watched.map((found) => {
    if ('reason' in found) return found
    const { data, until, known, withoutChance } = found
    const step = Math.max(1, Math.ceil(until / MOST_POINTS))
    const grid = new Set(Array.from({ length: Math.floor(until / step) + 1 }, (_, i) => i * step))
    if (shared <= until) grid.add(shared)
    const points = known
      ? meanCumulativeAt(
          data,
          [...grid].sort((a, b) => a - b),
        )
      : []
    return { tasks: data.n, sessions: data.clusters, withoutChance, events: data.at.length, until, shared: known ? shared : until, points }
  })
}

interface Watched {
  data: RecurrentData
  until: number
  known: boolean
  withoutChance: number
}

function watchedOf(list: TaskList, clock: Exclude<Clock, 'tokens'>): Watched | NotMeasurable {
  const { table, rows } = tasksIn(list)
  const { fates, plain, stepIns: runs, session } = table
  const at = runs.columns[clock]
  const chosen: number[] = []
  let withoutChance = 0
  for (const row of rows) {
    if (((table.flags[row] as number) & STARTED) === 0) continue
    if ((fates.opportunity[row] as number) >= 1 || (runs.count[row] as number) > 0) chosen.push(row)
    else withoutChance += 1
  }
  const n = chosen.length
  if (n === 0) return { code: 'no_opportunity', reason: 'Not measurable here: no task was begun that a master could have stepped into.' }
  const data: RecurrentData = {
    n,
    end: new Float64Array(n),
    over: new Uint8Array(n),
    cluster: new Int32Array(n),
    clusters: 0,
    unit: new Int32Array(0),
    at: new Float64Array(0),
  }
  const units: number[] = []
  const times: number[] = []
  let last = -1
  chosen.forEach((row, i) => {
    const from = runs.from[row] as number
    let end = fates[clock][row] as number
    if (fates.how[row] === HOW.cut_short) end = Math.max(end, plain[clock][row] as number)
    for (let k = from; k < from + (runs.count[row] as number); k++) {
      const time = at[k] as number
      units.push(i)
      times.push(time)
      if (time > end) end = time
    }
    data.end[i] = end
    data.over[i] = fates.how[row] === HOW.censored ? 0 : 1
    const own = session[row] as number
    if (own !== last) data.clusters += 1
    last = own
    data.cluster[i] = data.clusters - 1
  })
  data.unit = Int32Array.from(units)
  data.at = Float64Array.from(times)
  const ends = data.end.slice().sort()
  const until = n < FEWEST ? 0 : Math.floor(ends[n - FEWEST] as number)
  return { data, until, known: displayOf(n, data.clusters, 'sessions') !== 'counts', withoutChance }
}

/** Who steps in most and least as far as all are watched, then each: "0.42 interventions a task within 20 steps (0.31 to 0.57); 96 tasks in 32 sessions." */
export function saysStepIns(groups: readonly { label: string; found: StepIns | NotMeasurable }[], unit: string): string[] {
  const known = groups.flatMap(({ label, found }) => {
    const point = 'reason' in found ? undefined : pointAt(found)
    return point ? [{ label, point }] : []
  })
  known.sort((a, b) => b.point.mean - a.point.mean)
  const [most, least] = [known[0], known.at(-1)]
  const head =
    most && least && most !== least
      ? [`Within ${most.point.t} ${unit} ${most.label} steps in most, ${meanOf(most.point)} times a task, and ${least.label} least, ${meanOf(least.point)}.`]
      : []
  return [...head, ...groups.map(({ label, found }) => saysOne(label, found, unit))]
}

function saysOne(label: string, found: StepIns | NotMeasurable, unit: string): string {
  if ('reason' in found) return `${label}: ${found.reason}`
  const { tasks, sessions, events } = found
  const counted = `${tasks} ${tasks === 1 ? 'task' : 'tasks'} in ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`
  const point = pointAt(found)
  if (!point) return `${label}: ${events} ${events === 1 ? 'intervention' : 'interventions'} in ${counted}; too few for a mean.`
  return `${label}: ${meanOf(point)} interventions a task within ${point.t} ${unit}; ${counted}.`
}

function pointAt({ points, shared }: StepIns): MeanCumulativePoint | undefined {
  return points.findLast(({ t }) => t <= shared)
}

function meanOf({ mean, low, high }: MeanCumulativePoint): string {
  return low === undefined || high === undefined ? mean.toFixed(2) : `${mean.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}
