import { formatCount, plural } from '../count'

/**
 * What somebody wants to be told of, while it happens. Pure: the server (lib/notify) and the browser ask the same.
 */
export type NotifyRule =
  /** Of the tasks delegated in a running session more than this share was overwritten or cut, once there are so many. */
  | { kind: 'overwrite-rate'; above: number; tasks: number }
  /** A session that has not ended says nothing for so long. */
  | { kind: 'silent'; minutes: number }

/** What a rule looks at: fields of SessionSummary (lib/live/protocol.ts). */
export interface Watched {
  id: string
  head: number
  tasks: number
  tasksCutShort: number
  endedAt?: number
  /** Newest time of an event, by the producer's clock. */
  lastAt?: number
  /** When something last arrived, server's clock, ms. */
  receivedAt: number
}

export interface Alert {
  /** One and the same for what is to be told once: a session that is above, or one silence. */
  key: string
  /** A sentence without the session's name. */
  says: string
}

/** Later than this a silence is old news, and a session without an end a recording. */
const OLD_NEWS_MS = 86_400_000

/** What is to be told of the session now (ms), if anything. `since`: when the rule was made; what was before is not told. */
export function alertOf(rule: NotifyRule, session: Watched, now: number, since: number): Alert | undefined {
  const { id, tasks, tasksCutShort, receivedAt, lastAt } = session
  if (session.endedAt !== undefined || receivedAt < since) return undefined
  // read from a recording: nobody can look while it happens
  if (lastAt !== undefined && receivedAt - lastAt > OLD_NEWS_MS) return undefined
  switch (rule.kind) {
    case 'overwrite-rate': {
      if (tasks < Math.max(1, rule.tasks) || tasksCutShort / tasks <= rule.above || now - receivedAt > OLD_NEWS_MS) return undefined
      return {
        key: `overwrite-rate ${id}`,
        says: `${formatCount(tasksCutShort)} of ${plural(tasks, 'delegated task')} ${tasksCutShort === 1 ? 'was' : 'were'} overwritten or cut short (${percent(tasksCutShort / tasks)}; told above ${percent(rule.above)} after ${formatCount(rule.tasks)}).`,
      }
    }
    case 'silent': {
      const silent = now - receivedAt
      if (silent < rule.minutes * 60_000 || silent > rule.minutes * 60_000 + OLD_NEWS_MS) return undefined
      // whatever comes afterwards begins another silence
      return {
        key: `silent ${session.head} ${id}`,
        says: `nothing has arrived for ${rule.minutes === 1 ? 'a minute' : plural(rule.minutes, 'minute')}, and no end was announced.`,
      }
    }
    default: {
      const impossible: never = rule
      throw new Error(`a rule that nobody knows: ${JSON.stringify(impossible)}`)
    }
  }
}

export function ruleWords(rule: NotifyRule): string {
  switch (rule.kind) {
    case 'overwrite-rate':
      return `more than ${percent(rule.above)} of a running session’s tasks overwritten or cut, after ${plural(rule.tasks, 'task')}`
    case 'silent':
      return `silent for ${plural(rule.minutes, 'minute')}`
    default: {
      const impossible: never = rule
      throw new Error(`a rule that nobody knows: ${JSON.stringify(impossible)}`)
    }
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
