import { DETECTOR_PARAMETERS } from '../interventions'
import { A_FEW, atOnce, type Slices } from '../slices'
import { ALTERNATIVE, type NamedKey } from './packed-session'
import { type ClockColumns, type EndColumns, HOW, newClocks, newEnds } from './task-columns'
import type { TaskRecord } from './task-record'
import { TaskTable } from './task-table'

/**
 * A choice of tasks: rows of a table, those of a session together. What figures are made of. `judged`
 * replaces how the tasks ended by how they would have at another threshold.
 */
export class Tasks {
  constructor(
    readonly table: TaskTable,
    readonly rows: Int32Array,
    private readonly judged?: Judged,
  ) {}

  get length(): number {
    return this.rows.length
  }

  get ends(): EndColumns {
    return this.judged?.ends ?? this.table.ends
  }

  get firsts(): ClockColumns {
    return this.judged?.firsts ?? this.table.firsts
  }

  get chances(): Float64Array {
    return this.judged?.chances ?? this.table.chances
  }

  filter(has: (row: number) => boolean): Tasks {
    const { rows } = this
    const kept = new Int32Array(rows.length)
    let n = 0
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      if (has(row)) kept[n++] = row
    }
    return this.withRows(kept.subarray(0, n))
  }

  withRows(rows: Int32Array): Tasks {
    return new Tasks(this.table, rows, this.judged)
  }

  /** Those with these values; a tag is one of several. */
  where(wanted: Partial<Record<NamedKey | 'tag', string>>): Tasks {
    const { table } = this
    let tasks: Tasks = this
    for (const [key, word] of Object.entries(wanted) as [NamedKey | 'tag', string][]) {
      const number = table.number(key, word)
      if (number === undefined) return this.withRows(new Int32Array(0))
      if (key === 'tag') {
        const has = table.tagSets.map((tags) => tags.includes(number))
        tasks = tasks.filter((row) => has[table.tags[row] as number] === true)
      } else {
        const names = table.names[key]
        tasks = tasks.filter((row) => names[row] === number)
      }
    }
    return tasks
  }

  count(has: (row: number) => boolean): number {
    let count = 0
    for (const row of this.rows) if (has(row)) count++
    return count
  }

  sessions(): number {
    return countRuns(this.table.session, this.rows)
  }

  /** With "overwrite" meaning: less than theta of the sub-agent's tokens survived. */
  at(theta: number): Tasks {
    return theta === DETECTOR_PARAMETERS.overwriteBelow
      ? this
      : new Tasks(this.table, this.rows, judgedAt(this.table, this.rows, theta, newJudged(this.table.n)))
  }

  /** As `at` for one threshold after the other, in the same columns: each answer holds until the next is asked for. */
  *atEach(thetas: readonly number[]): Generator<{ theta: number; tasks: Tasks }, void, void> {
    const judged = newJudged(this.table.n)
    for (const theta of thetas)
      yield {
        theta,
        tasks: theta === DETECTOR_PARAMETERS.overwriteBelow ? this : new Tasks(this.table, this.rows, judgedAt(this.table, this.rows, theta, judged)),
      }
  }
}

/** Records are taken as they are; figures over very many are asked of rows of a table that is kept. */
export type TaskList = Tasks | readonly TaskRecord[]

export function tasksIn(list: TaskList): Tasks {
  return list instanceof Tasks ? list : atOnce(packTasks(list))
}

export function* packTasks(records: readonly TaskRecord[]): Slices<Tasks> {
  const numbers = new Map<string, number>()
  const bySession: TaskRecord[][] = []
  for (const record of records) {
    let number = numbers.get(record.sessionId)
    if (number === undefined) {
      number = bySession.push([]) - 1
      numbers.set(record.sessionId, number)
    }
    bySession[number]?.push(record)
  }
  const table = new TaskTable()
  for (const [session, own] of bySession.entries())
    for (const record of own) {
      if (table.add(record, session) % A_FEW === 0) yield
    }
  return new Tasks(
    table,
    Int32Array.from({ length: table.n }, (_, row) => row),
  )
}

interface Judged {
  ends: EndColumns
  firsts: ClockColumns
  chances: Float64Array
}

function newJudged(n: number): Judged {
  return { ends: newEnds(n), firsts: newClocks(n), chances: new Float64Array(n) }
}

/** Writes how these rows ended with another threshold for "overwrite" into `judged`, and returns it. */
function judgedAt(table: TaskTable, rows: Int32Array, theta: number, judged: Judged): Judged {
  const { cuts: runs, ends, plain } = table
  const { columns: cuts } = runs
  const own = theta >= DETECTOR_PARAMETERS.overwriteBelow
  const copyEnd = (from: EndColumns, row: number) => {
    judged.ends.how[row] = from.how[row] as number
    judged.ends.why[row] = from.why[row] as number
    judged.ends.phase[row] = from.phase[row] as number
    copyClocks(from, row, judged.ends, row)
  }
  for (const row of rows) {
    copyClocks(table.firsts, row, judged.firsts, row)
    let cut = -1
    const from = runs.from[row] as number
    for (let at = from; at < from + (runs.count[row] as number); at++) {
      if (!((own && cuts.own[at] === 1) || theta > (cuts.above[at] as number))) continue
      cut = at
      break
    }
    if (cut >= 0) {
      judged.ends.how[row] = HOW.cut_short
      judged.ends.why[row] = cuts.kind[cut] as number
      judged.ends.phase[row] = cuts.phase[cut] as number
      copyClocks(cuts, cut, judged.ends, row)
      // stepping in proves that it could
      for (const clock of ['tokens', 'step', 'opportunity'] as const) {
        const first = judged.firsts[clock]
        const there = cuts[clock][cut] as number
        if (!((first[row] as number) <= there)) first[row] = there
      }
      judged.chances[row] = Math.max(1, cuts.opportunity[cut] as number)
    } else if (ends.how[row] === HOW.cut_short && ((table.flags[row] as number) & ALTERNATIVE) === 0) {
      copyEnd(plain, row)
      judged.chances[row] = plain.opportunity[row] as number
    } else {
      copyEnd(ends, row)
      judged.chances[row] = table.chances[row] as number
    }
  }
  return judged
}

function copyClocks(from: ClockColumns, at: number, to: ClockColumns, row: number): void {
  to.tokens[row] = from.tokens[at] as number
  to.step[row] = from.step[at] as number
  to.opportunity[row] = from.opportunity[at] as number
}

function countRuns(values: Int32Array, rows: Int32Array): number {
  let runs = 0
  let last = -1
  for (const row of rows) {
    const value = values[row] as number
    if (value !== last) runs++
    last = value
  }
  return runs
}
