import type { SessionRecord, TaskGroups } from './task-record'
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
  const numbers = new Map<number, number>()
  const found: { key: number; count: number }[] = []
  // twice over the rows: how many each group has, then which
  const size = Math.max(1, ...keys.map((key) => table.words(key)))
  const each = (take: (group: number, row: number) => void) => {
    for (const row of rows) {
      for (const key of combined(tasks, keys, row, size)) {
        let group = numbers.get(key)
        if (group === undefined) {
          group = found.push({ key, count: 0 }) - 1
          numbers.set(key, group)
        }
        take(group, row)
      }
    }
  }
  each((group) => {
    ;(found[group] as { count: number }).count += 1
  })
  const members = found.map(({ count }) => new Int32Array(count))
  const filled = new Int32Array(found.length)
  each((group, row) => {
    ;(members[group] as Int32Array)[filled[group] as number] = row
    filled[group] = (filled[group] as number) + 1
  })
  return inOrder(
    found.map(({ key }, group) => {
      const parts = keys.length === 2 ? [Math.floor(key / size), key % size] : [key]
      return { ...namedBy(keys.map((name, i) => table.word(name, parts[i] ?? 0))), members: tasks.withRows(members[group] as Int32Array) }
    }),
  )
}

/** The numbers of the row's groups: of each key's values, the first times `size` plus the second. */
function combined({ table }: Tasks, keys: readonly GroupKey[], row: number, size: number): Iterable<number> {
  const [first, second] = keys
  if (first === undefined) return ONLY
  if (first !== 'tag' && second === undefined) {
    one[0] = table.names[first][row] as number
    return one
  }
  if (first !== 'tag' && second !== undefined && second !== 'tag') {
    one[0] = (table.names[first][row] as number) * size + (table.names[second][row] as number)
    return one
  }
  const valuesOf = (key: GroupKey): readonly number[] => {
    if (key !== 'tag') return [table.names[key][row] as number]
    const tags = table.tagSets[table.tags[row] as number] as Int32Array
    return tags.length > 0 ? [...tags] : ONLY
  }
  if (second === undefined) return valuesOf(first)
  return valuesOf(first).flatMap((a) => valuesOf(second).map((b) => a * size + b))
}

const ONLY: readonly number[] = [0]
/** Filled anew for each row: most have one group, and there are hundreds of thousands. */
const one: [number] = [0]

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
