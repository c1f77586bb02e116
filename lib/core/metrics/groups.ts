import type { SessionRecord, TaskGroups, TaskRecord } from './task-record'

/** What figures can be compared by. */
export const GROUP_KEYS = ['masterModel', 'subAgentModel', 'framework', 'workflow', 'promptVariant', 'format', 'tag'] as const
export type GroupKey = (typeof GROUP_KEYS)[number]

export interface Group<T> {
  /** One value a key asked for; undefined: the source does not say. */
  values: (string | undefined)[]
  /** For a person: "gpt-4o · trust". */
  label: string
  members: T[]
}

/**
 * By one or two keys, largest first. Something with several tags is in several groups; such groups
 * are not independent, and no test should compare them.
 */
export function groupBy<T extends TaskRecord | SessionRecord>(records: readonly T[], keys: readonly GroupKey[]): Group<T>[] {
  const groups = new Map<string, Group<T>>()
  for (const record of records) {
    for (const values of combinations(record.groups, keys)) {
      const key = keyOf(values)
      let group = groups.get(key)
      if (!group) {
        group = { values, label: values.map((value) => value ?? 'not known').join(' · ') || 'all', members: [] }
        groups.set(key, group)
      }
      group.members.push(record)
    }
  }
  return [...groups.values()].sort((a, b) => b.members.length - a.members.length || (a.label < b.label ? -1 : 1))
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
