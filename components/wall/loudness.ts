import { DESTRUCTIVE_KINDS } from '@/lib/core/interventions'
import { isRunning, type SessionSummary } from '@/lib/live/protocol'

/** Interventions that destroyed or cut delegated work. */
export function destructiveCount({ interventions }: Pick<SessionSummary, 'interventions'>): number {
  let count = 0
  for (const [kind, n] of Object.entries(interventions)) if ((DESTRUCTIVE_KINDS as ReadonlySet<string>).has(kind)) count += n
  return count
}

/**
 * Running sessions, the loudest first: by what masters destroyed or cut in the last two minutes, then by the share of
 * tasks cut short, then by how much was destroyed in all, then by who spoke last. Equal ones keep the order of their ids.
 */
export function loudestFirst(sessions: Iterable<SessionSummary>, now: number): SessionSummary[] {
  const share = ({ tasks, tasksCutShort }: SessionSummary) => (tasks > 0 ? tasksCutShort / tasks : 0)
  // a strip ends when something last came: what it marks may be long ago
  const recent = ({ strip, receivedAt }: SessionSummary) =>
    strip?.marks.filter(([at]) => strip.to - strip.from - at + (now - receivedAt) < RECENT_MS).length ?? 0
  // when somebody speaks changes all the time; by minutes it does not make strips jump
  const minute = ({ receivedAt }: SessionSummary) => Math.floor(receivedAt / 60_000)
  return [...sessions]
    .filter((session) => isRunning(session, now))
    .map((session) => ({ session, keys: [recent(session), share(session), destructiveCount(session), minute(session)] }))
    .sort((a, b) => {
      for (const [i, key] of b.keys.entries()) if (key !== a.keys[i]) return key - (a.keys[i] ?? 0)
      return a.session.id < b.session.id ? -1 : 1
    })
    .map(({ session }) => session)
}

const RECENT_MS = 120_000

/** So many columns that all strips fit a screen that is wide, each about as wide as it is readable. */
export function columnsFor(count: number): number {
  if (count <= 3) return 1
  if (count <= 8) return 2
  if (count <= 18) return 3
  return 4
}
