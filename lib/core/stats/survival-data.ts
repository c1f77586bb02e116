import { countUpTo } from '../sorted'

/**
 * Times until something ends a unit's watch, with several ways to end.
 *
 *   entry ────────┤ at risk ├──────── time: cause 1, 2, … or 0 (censored: what would have come is not known)
 *
 * A unit is at risk at t when entry < t <= time. On a clock that counts whole steps, a unit that can
 * meet its event at its very first step s enters at s - 0.5.
 */
export interface Observation {
  time: number
  /** 0: censored; 1, 2, …: the cause that ended it. */
  cause: number
  /** When it came under watch (delayed entry); from the beginning if absent. */
  entry?: number
  /** Units of one cluster depend on one another; each unit its own if absent. */
  cluster?: string | number
}

/** Observations as columns, so that 300,000 of them are read in milliseconds. */
export interface SurvivalData {
  n: number
  time: Float64Array
  entry: Float64Array
  cause: Uint8Array
  /** Dense numbers 0 .. clusters - 1. */
  cluster: Int32Array
  clusters: number
  /** Whether any two units share a cluster. */
  clustered: boolean
  /** Left out because their watch ended before it began. */
  neverAtRisk: number
}

export function survivalData(observations: readonly Observation[]): SurvivalData {
  const collector = new SurvivalCollector(observations.length)
  for (const { time, cause, entry, cluster } of observations) collector.add(time, cause, entry, cluster)
  return collector.data()
}

/** Takes observations one by one without keeping an object for each. */
export class SurvivalCollector {
  private n = 0
  private time: Float64Array
  private entry: Float64Array
  private cause: Uint8Array
  private cluster: Int32Array
  private numbers = new Map<string | number, number>()
  private clusters = 0
  private clustered = false
  private neverAtRisk = 0
  private lastCluster: string | number | undefined
  private lastNumber = 0

  /** @param atMost as many observations as will come, or more. */
  constructor(atMost: number) {
    this.time = new Float64Array(atMost)
    this.entry = new Float64Array(atMost)
    this.cause = new Uint8Array(atMost)
    this.cluster = new Int32Array(atMost)
  }

  add(time: number, cause: number, entry: number | undefined, cluster: string | number | undefined): void {
    if (Number.isNaN(time)) throw new RangeError(`observation ${this.n} has no time`)
    if (entry !== undefined && !(entry < time)) {
      this.neverAtRisk += 1
      return
    }
    const i = this.n++
    this.time[i] = time
    this.cause[i] = cause
    this.entry[i] = entry ?? Number.NEGATIVE_INFINITY
    this.cluster[i] = this.numberOf(cluster)
  }

  data(): SurvivalData {
    const { n, clusters, clustered, neverAtRisk } = this
    return {
      n,
      time: this.time.subarray(0, n),
      entry: this.entry.subarray(0, n),
      cause: this.cause.subarray(0, n),
      cluster: this.cluster.subarray(0, n),
      clusters,
      clustered,
      neverAtRisk,
    }
  }

  private numberOf(cluster: string | number | undefined): number {
    if (cluster === undefined) return this.clusters++
    // units of a cluster mostly come together
    if (cluster === this.lastCluster) {
      this.clustered = true
      return this.lastNumber
    }
    let number = this.numbers.get(cluster)
    if (number === undefined) {
      number = this.clusters++
      this.numbers.set(cluster, number)
    } else this.clustered = true
    this.lastCluster = cluster
    this.lastNumber = number
    return number
  }
}

/** What happened at each time at which something of a counted cause did. */
export interface RiskTable {
  /** Distinct times with an event, ascending. */
  times: Float64Array
  atRisk: Float64Array
  /** `events[j - 1][k]`: events of cause j at `times[k]`. */
  events: Float64Array[]
  /** All counted causes together. */
  anyEvent: Float64Array
  /** Per unit: it is at risk at the times with index from[i] .. upTo[i] - 1. */
  from: Int32Array
  upTo: Int32Array
}

/** Counts causes 1 .. `causes`; higher ones are censoring. */
export function riskTable(data: SurvivalData, causes: number): RiskTable {
  const { times, upToTime } = eventTimes(data, causes)
  const atRisk = new Float64Array(times.length)
  const events = Array.from({ length: causes }, () => new Float64Array(times.length))
  const anyEvent = new Float64Array(times.length)
  // differences, then running sums: +1 at the first event time after entry, -1 after the last one up to `time`
  const change = new Float64Array(times.length + 1)
  const from = new Int32Array(data.n)
  const upTo = new Int32Array(data.n)
  for (let i = 0; i < data.n; i++) {
    const entry = data.entry[i] as number
    const first = entry === Number.NEGATIVE_INFINITY ? 0 : upToTime(entry)
    const after = upToTime(data.time[i] as number)
    from[i] = first
    upTo[i] = after
    if (after > first) {
      change[first] = (change[first] as number) + 1
      change[after] = (change[after] as number) - 1
    }
    const cause = data.cause[i] as number
    if (!isEvent(cause, causes)) continue
    const row = events[cause - 1] as Float64Array
    row[after - 1] = (row[after - 1] as number) + 1
    anyEvent[after - 1] = (anyEvent[after - 1] as number) + 1
  }
  let running = 0
  for (let k = 0; k < times.length; k++) {
    running += change[k] as number
    atRisk[k] = running
  }
  return { times, atRisk, events, anyEvent, from, upTo }
}

/** The distinct times of events, ascending, and how many of them are <= any t >= 0. */
function eventTimes(data: SurvivalData, causes: number): { times: Float64Array; upToTime: (t: number) => number } {
  const last = lastWhole(data, causes)
  if (last === undefined) {
    const happened = new Set<number>()
    for (let i = 0; i < data.n; i++) if (isEvent(data.cause[i] as number, causes)) happened.add(data.time[i] as number)
    const times = Float64Array.from(happened).sort()
    return { times, upToTime: (t) => countUpTo(times, t) }
  }
  // clocks count whole tokens and steps: a place for each is faster than looking
  const upTo = new Int32Array(last + 1)
  for (let i = 0; i < data.n; i++) if (isEvent(data.cause[i] as number, causes)) upTo[data.time[i] as number] = 1
  let count = 0
  for (let t = 0; t <= last; t++) {
    count += upTo[t] as number
    upTo[t] = count
  }
  const times = new Float64Array(count)
  for (let t = last; t >= 0; t--) if ((upTo[t] as number) > (t === 0 ? 0 : (upTo[t - 1] as number))) times[(upTo[t] as number) - 1] = t
  if (last < 0) return { times, upToTime: () => 0 }
  return { times, upToTime: (t) => (t < 0 ? 0 : (upTo[t >= last ? last : Math.floor(t)] as number)) }
}

/** So many places for a time, however few the data. */
const SMALL_TABLE = 4_096
const PLACES_A_UNIT = 16
const MOST_PLACES = 1 << 22

/** One more than the latest time, if all are whole numbers that a table may have places for. */
export function placesFor(times: Float64Array, n: number): number | undefined {
  const most = Math.min(MOST_PLACES, SMALL_TABLE + n * PLACES_A_UNIT)
  let last = -1
  for (let i = 0; i < n; i++) {
    const time = times[i] as number
    if (!(time >= 0 && time < most) || Math.floor(time) !== time) return undefined
    if (time > last) last = time
  }
  return last + 1
}

/** The last event's time (-1: none), if all events come at whole numbers that a table may have places for; else undefined. */
function lastWhole(data: SurvivalData, causes: number): number | undefined {
  const most = Math.min(MOST_PLACES, SMALL_TABLE + data.n * PLACES_A_UNIT)
  let last = -1
  for (let i = 0; i < data.n; i++) {
    if (!isEvent(data.cause[i] as number, causes)) continue
    const time = data.time[i] as number
    if (!(time >= 0 && time < most) || Math.floor(time) !== time) return undefined
    if (time > last) last = time
  }
  return last
}

/**
 * Units come under watch at their entries. Where the first few are alone under watch one event among
 * two would halve the curve for good, so a curve begins when `fewest` are watched, as is usual with
 * delayed entry (Klein & Moeschberger 2003, 4.6). 0: from the start, or never.
 */
export function watchedFrom({ entry, time, n }: SurvivalData, fewest: number): number {
  // enough of them from the start: the usual case, and no need to sort
  let early = 0
  let lost = 0
  for (let i = 0; i < n; i++) {
    if ((entry[i] as number) <= 0) early++
    if ((time[i] as number) < 0) lost++
  }
  if (early >= fewest && lost === 0) return 0
  const soon = lost === 0 ? watchedSoon(entry, time, n, fewest) : undefined
  if (soon !== undefined) return soon
  const entries = Float64Array.from(entry).sort()
  const ends = Float64Array.from(time).sort()
  let left = 0
  for (let i = 0; i < n; i++) {
    const at = entries[i] as number
    while (left < n && (ends[left] as number) < at) left++
    if (i + 1 - left >= fewest) return Math.max(0, Math.ceil(at))
  }
  return 0
}

/** So many of the earliest entries are looked at before all of them are. */
const EARLIEST = 6

/** The same from the earliest entries alone; undefined where these do not settle it. */
function watchedSoon(entry: Float64Array, time: Float64Array, n: number, fewest: number): number | undefined {
  const entries: number[] = []
  const most = EARLIEST * fewest
  for (let i = 0; i < n; i++) {
    const value = entry[i] as number
    if (entries.length === most && value >= (entries[most - 1] as number)) continue
    let at = entries.length < most ? entries.length : most - 1
    for (; at > 0 && (entries[at - 1] as number) > value; at--) entries[at] = entries[at - 1] as number
    entries[at] = value
  }
  const last = entries.at(-1) ?? 0
  const ends: number[] = []
  for (let i = 0; i < n; i++) if ((time[i] as number) < last) ends.push(time[i] as number)
  ends.sort((a, b) => a - b)
  let left = 0
  for (let i = 0; i < entries.length; i++) {
    const at = entries[i] as number
    while (left < ends.length && (ends[left] as number) < at) left++
    if (i + 1 - left >= fewest) return Math.max(0, Math.ceil(at))
  }
  return undefined
}

function isEvent(cause: number, causes: number): boolean {
  return cause >= 1 && cause <= causes
}

/** At risk, and ended so far by each cause, at each of the given times: the table under a curve. */
export function riskAt(data: SurvivalData, grid: readonly number[], causes: number): { t: number; atRisk: number; events: number[]; censored: number }[] {
  return grid.map((t) => {
    let atRisk = 0
    let censored = 0
    const events = new Array<number>(causes).fill(0)
    for (let i = 0; i < data.n; i++) {
      const time = data.time[i] as number
      const cause = data.cause[i] as number
      if ((data.entry[i] as number) < t && time >= t) atRisk++
      if (time > t) continue
      if (isEvent(cause, causes)) events[cause - 1] = (events[cause - 1] ?? 0) + 1
      else if (time < t) censored++
    }
    return { t, atRisk, events, censored }
  })
}
