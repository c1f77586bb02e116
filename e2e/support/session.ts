import { type APIRequestContext, expect } from '@playwright/test'
import type { EventInput } from '../../lib/core/event'

type Told = EventInput extends infer E ? (E extends EventInput ? Omit<E, 'id' | 'sessionId' | 'occurredAt'> : never) : never

/** Sends events of one session in order, 100 ms apart in its own time. Throws on anything that is not accepted. */
export class Teller {
  private serial = 0
  private readonly start = Date.now() - 60_000

  constructor(
    private readonly request: APIRequestContext,
    readonly sessionId: string,
    private readonly address = '',
  ) {}

  async tell(...told: Told[]): Promise<void> {
    const events = told.map((event) => ({ ...event, id: `e${++this.serial}`, sessionId: this.sessionId, occurredAt: this.start + this.serial * 100 }))
    const response = await this.request.post(`${this.address}/api/v1/events`, { data: events })
    const result = await response.json()
    if (result.accepted !== events.length) throw new Error(`not accepted: ${JSON.stringify(result)}`)
  }

  /**
   * Until the server has found an intervention of this kind. What is told is judged a moment later, on a busy machine
   * some seconds; a page that does not show it after this has not been told or has not listened.
   */
  async found(kind: string): Promise<void> {
    const read = async () => (await this.request.get(`${this.address}/api/v1/sessions/${this.sessionId}`)).json()
    await expect.poll(async () => (await read()).interventions?.[kind] ?? 0, { message: `${kind} is found`, timeout: 30_000 }).toBeGreaterThan(0)
  }
}

const ORIGINAL = `create table users (
  id uuid primary key default gen_random_uuid(),
  email citext unique not null,
  display_name text not null,
  created_at timestamptz not null`
const REWRITE = `create table accounts (
  number bigserial primary key,
  login varchar(255) not null,
  secret bytea,
  since timestamp default now()
);
`

/** A master delegates a schema, and rewrites it before the sub-agent has finished. */
export async function tellOverwrite(teller: Teller, title: string): Promise<void> {
  await teller.tell(
    { type: 'session.started', title, framework: 'hand-made', tags: ['e2e'] },
    { type: 'agent.joined', agentId: 'lead', name: 'lead', model: 'gpt-4o' },
    { type: 'agent.joined', agentId: 'coder', name: 'coder', parentId: 'lead', model: 'gpt-4o-mini' },
    { type: 'turn.started', turnId: 'u1', agentId: 'lead' },
    { type: 'turn.ended', turnId: 'u1', usage: { outputTokens: 30 }, output: 'I hand the schema over.' },
    { type: 'task.delegated', taskId: 't1', by: 'lead', to: 'coder', title: 'Write the schema', brief: 'Write schema.sql for users.', outputs: ['schema.sql'] },
    { type: 'turn.started', turnId: 'u2', agentId: 'coder', taskId: 't1' },
    { type: 'turn.streamed', turnId: 'u2', outputTokens: 40, offset: 0, text: ORIGINAL },
    {
      type: 'artifact.written',
      agentId: 'coder',
      taskId: 't1',
      turnId: 'u2',
      path: 'schema.sql',
      change: { kind: 'content', content: ORIGINAL },
      partial: true,
    },
    { type: 'turn.started', turnId: 'u3', agentId: 'lead' },
    { type: 'artifact.written', agentId: 'lead', turnId: 'u3', path: 'schema.sql', change: { kind: 'content', content: REWRITE } },
    { type: 'turn.ended', turnId: 'u3', usage: { outputTokens: 60 }, output: 'I did it myself.' },
  )
}
