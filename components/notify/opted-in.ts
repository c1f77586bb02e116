import type { NotifyRule } from '@/lib/core/notify/rule'

/** What this browser tells of, kept in it and nowhere else. */
export interface OptedIn {
  rule: NotifyRule
  /** ms since 1970; what was before is not told. */
  since: number
}

const CHOICE = 'backseat:notify'
const TOLD = 'backseat:notified'
const MOST_TOLD = 300
/** `storage` events reach other tabs only; this one tells the tab itself. */
export const CHANGED = 'backseat:notify-changed'

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Undefined: nobody asked for it, or what is kept is damaged. */
export function readOptedIn(storage: Kept): OptedIn | undefined {
  try {
    const kept: unknown = JSON.parse(storage.getItem(CHOICE) ?? 'null')
    if (typeof kept !== 'object' || kept === null) return undefined
    const { rule, since }: { rule?: unknown; since?: unknown } = kept
    const parsed = ruleOf(rule)
    return parsed && typeof since === 'number' ? { rule: parsed, since } : undefined
  } catch {
    return undefined
  }
}

export function keepOptedIn(storage: Kept, choice: OptedIn | undefined): void {
  if (choice) storage.setItem(CHOICE, JSON.stringify(choice))
  else storage.removeItem(CHOICE)
}

/** True the first time that this is asked of a key, in whatever tab. */
export function isNews(storage: Kept, key: string): boolean {
  let told: string[] = []
  try {
    const kept: unknown = JSON.parse(storage.getItem(TOLD) ?? '[]')
    if (Array.isArray(kept)) told = kept.filter((one) => typeof one === 'string')
  } catch {
    // damaged: told again at worst
  }
  if (told.includes(key)) return false
  storage.setItem(TOLD, JSON.stringify([...told, key].slice(-MOST_TOLD)))
  return true
}

function ruleOf(value: unknown): NotifyRule | undefined {
  const { kind, above, tasks, minutes }: { kind?: unknown; above?: unknown; tasks?: unknown; minutes?: unknown } = Object(value)
  if (kind === 'overwrite-rate' && typeof above === 'number' && typeof tasks === 'number') return { kind, above, tasks }
  if (kind === 'silent' && typeof minutes === 'number') return { kind, minutes }
  return undefined
}
