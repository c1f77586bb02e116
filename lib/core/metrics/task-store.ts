import { type NamedKey, type PackedSession, SIMULATED } from './packed-session'
import { grown } from './task-columns'
import type { SessionRecord } from './task-record'
import { TaskTable } from './task-table'
import { Tasks } from './tasks'

/** Which tasks a comparison is about. Times of the sessions' starts, ms; `until` is not included. */
export interface Choice {
  project: string
  since?: number
  until?: number
  /** `auto`: left out where there are real ones. */
  simulated: 'include' | 'exclude' | 'only' | 'auto'
  only: Partial<Record<NamedKey | 'tag', string>>
}

export interface Chosen {
  /** In the range, whatever else is filtered. */
  inRange: Tasks
  tasks: Tasks
  simulatedLeftOut: number
}

/**
 * The records of very many sessions as columns, kept up to date session by session. A session's rows
 * stand together; when it grows beyond its room it moves, and others that need as much may have it.
 */
export class TaskStore {
  private readonly table = new TaskTable()
  private readonly numbers = new Map<string, number>()
  private readonly records: (SessionRecord | undefined)[] = []
  private readonly projects: string[] = []
  /** Start of each session, ms, and whether it is made up: read of every session for every choice. NaN: nothing is there. */
  private startedAt = new Float64Array(0)
  private simulated = new Uint8Array(0)
  private readonly first: number[] = []
  private readonly count: number[] = []
  private readonly room: number[] = []
  private readonly freeNumbers: number[] = []
  /** First rows of what nobody uses, by how many rows there are. */
  private readonly freeRows = new Map<number, number[]>()

  get size(): number {
    return this.numbers.size
  }

  has(sessionId: string): boolean {
    return this.numbers.has(sessionId)
  }

  put(project: string, { session, words, tasks }: PackedSession): void {
    const number = this.numbers.get(session.sessionId) ?? this.freeNumbers.pop() ?? this.records.length
    this.numbers.set(session.sessionId, number)
    this.records[number] = session
    this.projects[number] = project
    this.keep(number, session)
    if (tasks.length > (this.room[number] ?? 0)) {
      this.free(number)
      const room = 2 ** Math.ceil(Math.log2(tasks.length))
      this.room[number] = room
      this.first[number] = this.freeRows.get(room)?.pop() ?? this.table.take(room)
    }
    const first = this.first[number] ?? 0
    tasks.forEach((task, i) => {
      this.table.put(first + i, task, words, number, session.sessionId)
    })
    for (let i = tasks.length; i < (this.count[number] ?? 0); i++) this.table.clear(first + i)
    this.count[number] = tasks.length
  }

  /** False: there was none. */
  remove(sessionId: string): boolean {
    const number = this.numbers.get(sessionId)
    if (number === undefined) return false
    this.numbers.delete(sessionId)
    this.free(number)
    this.records[number] = undefined
    this.startedAt[number] = Number.NaN
    this.freeNumbers.push(number)
    return true
  }

  session(sessionId: string): SessionRecord | undefined {
    return this.records[this.numbers.get(sessionId) ?? -1]
  }

  /** How many sessions a project has. */
  sessionsOf(project: string): number {
    let count = 0
    this.records.forEach((record, number) => {
      if (record && this.projects[number] === project) count += 1
    })
    return count
  }

  /** `among`: of these sessions only. */
  choose(choice: Choice, among?: readonly string[]): Chosen {
    const inRange = new Tasks(this.table, this.rowsOf(this.chosenSessions(choice, among)))
    const matching = inRange.where(choice.only)
    if (choice.simulated !== 'auto') return { inRange, tasks: matching, simulatedLeftOut: 0 }
    const real = matching.filter((row) => ((this.table.flags[row] as number) & SIMULATED) === 0)
    const tasks = real.length > 0 ? real : matching
    return { inRange, tasks, simulatedLeftOut: matching.length - tasks.length }
  }

  /** Records of the sessions that these tasks are of, in the same order. */
  recordsOf(tasks: Tasks): SessionRecord[] {
    const found: SessionRecord[] = []
    let last = -1
    for (const row of tasks.rows) {
      const number = this.table.session[row] as number
      const record = number === last ? undefined : this.records[number]
      if (record) found.push(record)
      last = number
    }
    return found
  }

  /** Sessions in which nothing was delegated: what delegation is held against. They have no sub-agents to choose by. */
  withoutTasks(choice: Choice): SessionRecord[] {
    return this.chosenSessions(choice).flatMap((number) => {
      const record = this.records[number]
      return record && this.count[number] === 0 && matchesSession(record, choice.only) ? [record] : []
    })
  }

  private chosenSessions(
    { project, since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, simulated }: Choice,
    among?: readonly string[],
  ): number[] {
    const found: number[] = []
    const unwanted = simulated === 'exclude' ? 1 : simulated === 'only' ? 0 : 2
    const look = (number: number) => {
      const startedAt = this.startedAt[number] as number
      if (startedAt >= since && startedAt < until && this.simulated[number] !== unwanted && this.projects[number] === project) found.push(number)
    }
    if (among) for (const id of among) look(this.numbers.get(id) ?? -1)
    else for (let number = 0; number < this.records.length; number++) look(number)
    return found
  }

  private keep(number: number, { startedAt = 0, simulated }: SessionRecord): void {
    if (number >= this.startedAt.length) {
      const capacity = Math.max(16, 2 * number)
      const bigger = new Float64Array(capacity).fill(Number.NaN)
      bigger.set(this.startedAt)
      this.startedAt = bigger
      this.simulated = grown(this.simulated, new Uint8Array(capacity))
    }
    this.startedAt[number] = startedAt
    this.simulated[number] = simulated ? 1 : 0
  }

  private rowsOf(sessions: readonly number[]): Int32Array {
    let total = 0
    for (const number of sessions) total += this.count[number] ?? 0
    const rows = new Int32Array(total)
    let at = 0
    for (const number of sessions) {
      const first = this.first[number] ?? 0
      const end = first + (this.count[number] ?? 0)
      for (let row = first; row < end; row++) rows[at++] = row
    }
    return rows
  }

  private free(number: number): void {
    const room = this.room[number] ?? 0
    if (room > 0) {
      const first = this.first[number] ?? 0
      for (let i = 0; i < (this.count[number] ?? 0); i++) this.table.clear(first + i)
      const free = this.freeRows.get(room)
      if (free) free.push(first)
      else this.freeRows.set(room, [first])
    }
    this.room[number] = 0
    this.count[number] = 0
  }
}

function matchesSession({ groups }: SessionRecord, only: Choice['only']): boolean {
  return (Object.entries(only) as [NamedKey | 'tag', string][]).every(
    ([key, word]) => key === 'subAgentModel' || (key === 'tag' ? groups.tags.includes(word) : groups[key] === word),
  )
}
