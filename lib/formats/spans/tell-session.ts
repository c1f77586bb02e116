import { previewOf } from '@/lib/core/content'
import type { EventInput } from '@/lib/core/event'
import { clip } from '../claude-code/draft'
import { endOf } from './outcome'
import { Sheet, type Telling } from './sheet'
import type { Node, Trace } from './trace'

/** Facts about the session, each when it is first known. */
export function tellSession(node: Node, telling: Telling): EventInput[] {
  const { work, trace } = node
  const sheet = new Sheet(node, telling)
  const told = sessionTold(trace)
  const root = work.parentId === undefined
  const title = work.session.title ?? (root && work.kind === 'agent' && work.input !== undefined ? previewOf(work.input) : undefined)
  const known = {
    format: telling.format,
    framework: work.session.framework,
    workflow: work.session.workflow,
    workingDirectory: work.session.workingDirectory,
    title: telling.first ? title : undefined,
    tags: work.session.tags,
  }
  const facts: { [key in keyof typeof known]?: string | string[] } = {}
  for (const key of Object.keys(known) as (keyof typeof known)[]) if (known[key] !== undefined && !told.facts.has(key)) facts[key] = known[key]
  const earlier = told.at === undefined || work.startedAt < told.at
  if (earlier) told.at = work.startedAt
  if (earlier || Object.keys(facts).length > 0) {
    for (const key of Object.keys(facts)) told.facts.add(key)
    sheet.tellAs(`${work.id}:session`, told.ids, {
      type: 'session.started',
      occurredAt: work.startedAt,
      ...(known.format === undefined ? {} : { format: known.format }),
      ...('framework' in facts ? { framework: clip(known.framework ?? '', 100) } : {}),
      ...('workflow' in facts ? { workflow: clip(known.workflow ?? '', 200) } : {}),
      ...('workingDirectory' in facts ? { workingDirectory: clip(known.workingDirectory ?? '', 4096) } : {}),
      ...('title' in facts ? { title: clip(known.title ?? '', 2000) } : {}),
      ...(known.tags !== undefined && 'tags' in facts ? { tags: known.tags.slice(0, 50).map((tag) => clip(tag, 100)) } : {}),
    })
  }
  // a conversation may go on with the next trace
  if (root && telling.prefix !== 'openai-agents' && work.endedAt !== undefined && telling.sessionId === trace.id) {
    sheet.tell('session-ended', {
      type: 'session.ended',
      occurredAt: work.endedAt,
      status: endOf(work),
      ...(work.trouble === undefined ? {} : { reason: clip(work.trouble, 2000) }),
    })
  }
  return sheet.events
}

function sessionTold(trace: Trace): NonNullable<Trace['sessionTold']> {
  trace.sessionTold ??= { ids: new Set(), facts: new Set(), at: undefined }
  return trace.sessionTold
}
