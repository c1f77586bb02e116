import { z } from 'zod'
import {
  ChangeSchema,
  CheckSchema,
  ContentSchema,
  EditSchema,
  EVENT_VERSION,
  EventSchema,
  type EventType,
  EvidenceSchema,
  SourceSchema,
  UsageSchema,
} from '@/lib/core/event'

/** What each event says, for readers of the schema; docs/formats.md says it at length. */
export const EVENT_MEANINGS: Record<EventType, string> = {
  'session.started': 'A session began, or something more is known about it.',
  'session.ended': 'The session is over.',
  'agent.joined': 'An agent, a person or the harness takes part; may be told again when more is known.',
  'task.delegated': 'One agent gave another a piece of work.',
  'task.blocked': 'The assignee cannot go on without an answer.',
  'task.ended': 'The work on a task stopped: completed, failed, cancelled or rejected.',
  'task.accepted': 'The master took the result as it is.',
  'turn.started': 'An agent began to produce output: one model call.',
  'turn.streamed': 'A part of a turn came out.',
  'turn.ended': 'The turn is complete, or was cut off.',
  'tool.called': 'An agent called a tool.',
  'tool.returned': 'The tool answered.',
  'artifact.written': 'An agent created, changed, moved or deleted a file or another named piece of work.',
  'artifact.read': 'An agent read an artifact.',
  'message.sent': 'Words passed between agents, or between a person and an agent.',
  'verdict.given': 'Somebody judged a task or an intervention.',
}

/** What occurs in several events and has a name of its own in the schema. */
const named = z.registry<{ id: string; description: string }>()
named.add(ContentSchema, { id: 'content', description: 'Text; in an export, a reference to text that is stored beside the log.' })
named.add(UsageSchema, { id: 'usage', description: 'Tokens of one model call. inputTokens includes cached ones; reasoningTokens is part of outputTokens.' })
named.add(SourceSchema, { id: 'source', description: 'Where the foreign file says it.' })
named.add(EvidenceSchema, { id: 'evidence', description: 'Whether the source says it or it was concluded, and how.' })
named.add(CheckSchema, { id: 'check', description: 'The outcome of a test, lint, type or build run.' })
named.add(EditSchema, { id: 'edit', description: 'One replacement; old must be present in the artifact.' })
named.add(ChangeSchema, { id: 'change', description: 'What a write did to an artifact.' })

/** JSON Schema (draft 2020-12) of what a producer may send, made from the zod types. */
export function eventJsonSchema(): object {
  const schema = z.toJSONSchema(EventSchema, {
    io: 'input',
    metadata: named,
    override: ({ jsonSchema }) => {
      const type = jsonSchema.properties?.type
      const name = typeof type === 'object' ? type.const : undefined
      if (typeof name === 'string' && name in EVENT_MEANINGS) jsonSchema.description = EVENT_MEANINGS[name as EventType]
      // The largest count that JavaScript can hold says nothing to a producer.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  })
  return {
    ...schema,
    title: `Backseat event, version ${EVENT_VERSION}`,
    description: 'One fact that happened in a session. Generated from lib/core/event.ts by scripts/generate-schema.mjs; described in docs/formats.md.',
  }
}

export function printedSchema(): string {
  return `${JSON.stringify(eventJsonSchema(), null, 2)}\n`
}
