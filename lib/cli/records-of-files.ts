import { inlineText } from '@/lib/core/detect/text'
import type { Event } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import type { PriceBook } from '@/lib/core/models/price'
import { sessionRecordOf } from '@/lib/core/metrics/sessions-of'
import type { SessionRecord, TaskRecord } from '@/lib/core/metrics/task-record'
import { tasksOf } from '@/lib/core/metrics/tasks-of'
import { compareEvents } from '@/lib/core/order'
import { newSessionState } from '@/lib/core/session'
import { decodeGroup } from './decode-group'
import { findTraceFiles, inGroups } from './trace-files'

export interface FileRecords {
  sessions: SessionRecord[]
  tasks: TaskRecord[]
  /** What could not be read, in sentences. */
  problems: string[]
}

/** What figures read of the sessions in trace files, with no server and no database. A session told by several files is one. */
export async function recordsOfFiles(paths: readonly string[], book: PriceBook): Promise<FileRecords> {
  const found = await findTraceFiles(paths, { absolute: false })
  const problems = found.issues.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  const sessions = new Map<SessionId, Map<string, Event>>()
  for (const group of inGroups(found.files)) {
    try {
      for await (const part of decodeGroup(group)) {
        for (const { event } of part.events) {
          const events = sessions.get(event.sessionId) ?? new Map<string, Event>()
          sessions.set(event.sessionId, events)
          if (!events.has(event.id)) events.set(event.id, event)
        }
        for (const { severity, message, place } of part.issues) if (severity === 'error') problems.push(`${place?.path ?? group[0]?.path ?? ''}: ${message}`)
      }
    } catch (error) {
      problems.push(`${group[0]?.path ?? ''}: it could not be read to its end: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  // loads the parsers: no other command needs to wait for them
  const { newParsingDetector } = await import('@/lib/units/detector')
  const records: FileRecords = { sessions: [], tasks: [], problems }
  for (const [id, byId] of sessions) {
    const events = [...byId.values()].sort(compareEvents)
    const state = applyEvents(newSessionState(id), events)
    const detector = newParsingDetector()
    for (const event of events) detector.apply(event, inlineText)
    records.sessions.push(sessionRecordOf(state, book))
    records.tasks.push(...tasksOf(state, detector.findings(), detector.ledger(), book))
  }
  return records
}
