import type { SessionRecord, TaskGroups } from './task-record'
import type { TaskTable } from './task-table'
import { type TaskList, type Tasks, tasksIn } from './tasks'

/** What figures can be compared by. */
export const GROUP_KEYS = ['masterModel', 'subAgentModel', 'framework', 'workflow', 'promptVariant', 'format', 'tag'] as const
export type GroupKey = (typeof GROUP_KEYS)[number]

export interface Group<T> {
  /** One value a key asked for; undefined: the source does not say. */
  values: (string | undefined)[]
  /** For a person: "gpt-4o · trust". */
  label: string
  members: T
}

/**
 * Tasks by one or two keys, largest first. One with several tags is in several groups; such groups
 * are not independent, and no test should compare them.
 */
export function groupTasks(list: TaskList, keys: readonly GroupKey[]): Group<Tasks>[] {
  const tasks = tasksIn(list)
  const { table, rows } = tasks
  const found: { values: number[]; count: number }[] = []
  const numbers = new Map<string, number>()
  const groupOf = (values: number[]): number => {
    const key = values.join(' ')
    let group = numbers.get(key)
    if (group === undefined) {
      group = found.push({ values, count: 0 }) - 1
      numbers.set(key, group)
    }
    return group
  }
  // rows alike in what is asked for are in the same groups, and there are few ways to be alike
  const [first, second] = keys.map((key) => codesOf(table, key)) as [Codes | undefined, Codes | undefined]
  const size = second?.size ?? 1
  const known: (readonly number[] | undefined)[] = []
  const groupsAt = new Map<number, readonly number[]>()
  const dense = (first?.size ?? 1) * size <= MOST_DENSE
  const groupsOf = (row: number): readonly number[] => {
    const [a, b] = [first ? (first.codes[row] as number) : 0, second ? (second.codes[row] as number) : 0]
    const code = a * size + b
    const before = dense ? known[code] : groupsAt.get(code)
    if (before) return before
    const own = (first?.values(a) ?? [undefined]).flatMap((x) =>
      (second?.values(b) ?? [undefined]).map((y) => groupOf([x, y].filter((one) => one !== undefined))),
    )
    if (dense) known[code] = own
    else groupsAt.set(code, own)
    return own
  }
  // twice over the rows: how many each group has, then which
  for (const row of rows) for (const group of groupsOf(row)) (found[group] as { count: number }).count += 1
  const members = found.map(({ count }) => new Int32Array(count))
  const filled = new Int32Array(found.length)
  for (const row of rows) {
    for (const group of groupsOf(row)) {
      const at = filled[group] as number
      ;(members[group] as Int32Array)[at] = row
      filled[group] = at + 1
    }
  }
  return inOrder(
    found.map(({ values }, group) => ({
      ...namedBy(keys.map((name, i) => table.word(name, values[i] ?? 0))),
      members: tasks.withRows(members[group] as Int32Array),
    })),
  )
}

/** Ways to be alike that an array has places for. */
const MOST_DENSE = 1 << 16

/** What rows are alike in by one key: the word, or all tags together. */
interface Codes {
  codes: Int32Array
  /** More than any code. */
  size: number
  /** Numbers of the words behind a code. */
  values(code: number): readonly number[]
}

function codesOf(table: TaskTable, key: GroupKey): Codes {
  if (key !== 'tag') return { codes: table.names[key], size: table.words(key), values: (code) => [code] }
  const { tagSets } = table
  return { codes: table.tags, size: tagSets.length, values: (code) => (tagSets[code]?.length ? [...(tagSets[code] as Int32Array)] : NO_TAG) }
}

const NO_TAG: readonly number[] = [0]

/** Sessions by what their own records say. */
export function groupSessions(sessions: readonly SessionRecord[], keys: readonly GroupKey[]): Group<SessionRecord[]>[] {
  const groups = new Map<string, Group<SessionRecord[]>>()
  for (const session of sessions) {
    for (const values of combinations(session.groups, keys)) {
      const key = keyOf(values)
      let group = groups.get(key)
      if (!group) {
        group = { ...namedBy(values), members: [] }
        groups.set(key, group)
      }
      group.members.push(session)
    }
  }
  return inOrder([...groups.values()])
}

function namedBy(values: (string | undefined)[]): { values: (string | undefined)[]; label: string } {
  return { values, label: values.map((value) => value ?? 'not known').join(' · ') || 'all' }
}

function inOrder<T extends { length: number }>(groups: Group<T>[]): Group<T>[] {
  return groups.sort((a, b) => b.members.length - a.members.length || (a.label < b.label ? -1 : 1))
}

/** With its length before it no value can be taken for two. */
function keyOf(values: readonly (string | undefined)[]): string {
  let key = ''
  for (const value of values) key += value === undefined ? '-' : `${value.length}:${value}`
  return key
}

function combinations(groups: TaskGroups, keys: readonly GroupKey[]): (string | undefined)[][] {
  if (keys.length === 1 && keys[0] !== undefined && keys[0] !== 'tag') return [[groups[keys[0]]]]
  return keys.reduce<(string | undefined)[][]>((rows, key) => rows.flatMap((row) => valuesOf(groups, key).map((value) => [...row, value])), [[]])
}

function valuesOf(groups: TaskGroups, key: GroupKey): (string | undefined)[] {
  if (key !== 'tag') return [groups[key]]
  return groups.tags.length > 0 ? groups.tags : [undefined]
}
