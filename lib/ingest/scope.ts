import type { SessionId } from '@/lib/core/ids'
import { DEFAULT_PROJECT, type ProjectId, scopedName } from '@/lib/core/project'
import type { AppendResult } from '@/lib/live/protocol'
import type { Ingest } from './ingest'
import type { Incoming, Parsed } from './parse'

/** Whatever takes a parsed batch. */
export interface Door {
  append(parsed: Parsed): Promise<AppendResult>
}

/** As long as names of sessions may be (lib/core/ids.ts). */
const MOST_CHARS = 200

/** The way into one project: names of sessions are made its own. In the default project they stay as they are. */
export function doorOf(ingest: Ingest, project: ProjectId): Door {
  return { append: (parsed) => ingest.append(scope(parsed, project)) }
}

function scope(parsed: Parsed, project: ProjectId): Parsed {
  if (project === DEFAULT_PROJECT && !parsed.events.some(({ event }) => event.sessionId.startsWith('~'))) return parsed
  const events: Incoming[] = []
  const rejected = [...parsed.rejected]
  for (const incoming of parsed.events) {
    const { event, place } = incoming
    const name = scopedName(project, event.sessionId)
    if (name.length > MOST_CHARS) {
      rejected.push({
        ...place,
        id: event.id,
        code: 'bad_field',
        message: `sessionId: together with the name of its project it is longer than ${MOST_CHARS} characters.`,
      })
      continue
    }
    event.sessionId = name as SessionId
    events.push(incoming)
  }
  return { events, rejected }
}
