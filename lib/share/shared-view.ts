import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { type Content, isContentRef } from '@/lib/core/content'
import type { Event, EventOf, EventType } from '@/lib/core/event'
import type { SessionId } from '@/lib/core/ids'
import type { Explanation, Intervention, InterventionSide } from '@/lib/core/interventions'
import type { Agent, Message, SessionFacts, SessionState, Stamped, Task, ToolCall, Turn, Verdict, Write } from '@/lib/core/session'
import type { Snapshot } from '@/lib/core/snapshot'
import type { FindingsChange } from '@/lib/live/protocol'
import { aliasOf, type SessionLink } from './link'
import { type Redact, redactor } from './redact'

/**
 * What a link shows of a session. An allow-list: every field of everything that leaves is named below as
 * one of these, and a field that somebody adds elsewhere fails to compile until it is named here too.
 *
 *   keep     as it is, its texts with secrets hidden
 *   content  a text of agents: by reference, or left out altogether
 *   out      never shown
 */
type Rule = 'keep' | 'content' | 'out'
type Rules<T> = { readonly [K in keyof Required<T>]: Rule }

const SIDE: Rules<InterventionSide> = { agentId: 'keep', turnId: 'keep', callId: 'keep', eventId: 'keep', source: 'out' }
const EXPLANATION: Rules<Explanation> = {
  sentence: 'keep',
  rule: 'keep',
  thresholds: 'keep',
  confidence: 'keep',
  inferences: 'keep',
  before: 'content',
  after: 'content',
  firstLine: 'keep',
  whole: 'keep',
  unitFinished: 'keep',
  unitName: 'keep',
}
const FINDING: Rules<Intervention> = {
  id: 'keep',
  kind: 'keep',
  phase: 'keep',
  trigger: 'keep',
  flags: 'keep',
  occurredAt: 'keep',
  taskId: 'keep',
  artifact: 'keep',
  master: 'keep',
  target: 'keep',
  assigneeId: 'keep',
  distance: 'keep',
  survival: 'keep',
  cumulativeSurvival: 'keep',
  owned: 'keep',
  destroyed: 'keep',
  destroyedComments: 'keep',
  destroyedLines: 'keep',
  units: 'keep',
  clocks: 'keep',
  headline: 'keep',
  explanation: 'keep',
}
const FACTS: Rules<SessionFacts & Stamped> = {
  title: 'keep',
  framework: 'keep',
  workflow: 'keep',
  promptVariant: 'keep',
  tags: 'keep',
  simulated: 'keep',
  format: 'keep',
  workingDirectory: 'out',
  startedAt: 'keep',
  endedAt: 'keep',
  endStatus: 'keep',
  endReason: 'out',
  stamps: 'keep',
}
const AGENT: Rules<Agent> = {
  id: 'keep',
  name: 'keep',
  parentId: 'keep',
  role: 'keep',
  agentType: 'keep',
  model: 'keep',
  provider: 'keep',
  joinedAt: 'keep',
  evidence: 'keep',
  declared: 'keep',
  stamps: 'keep',
}
const TASK: Rules<Task> = {
  id: 'keep',
  by: 'keep',
  to: 'keep',
  title: 'keep',
  brief: 'content',
  outputs: 'keep',
  parentTaskId: 'keep',
  turnId: 'keep',
  callId: 'keep',
  group: 'keep',
  background: 'keep',
  delegatedAt: 'keep',
  blockedAt: 'keep',
  endedAt: 'keep',
  endedBy: 'keep',
  endStatus: 'keep',
  endReason: 'out',
  result: 'content',
  acceptedAt: 'keep',
  evidence: 'keep',
  stamps: 'keep',
}
const TURN: Rules<Turn> = {
  id: 'keep',
  agentId: 'keep',
  taskId: 'keep',
  model: 'keep',
  startedAt: 'keep',
  streamedAt: 'keep',
  endedAt: 'keep',
  streamedTokens: 'keep',
  usage: 'keep',
  finish: 'keep',
  output: 'content',
  reasoning: 'content',
  source: 'out',
}
const CALL: Rules<ToolCall> = {
  id: 'keep',
  agentId: 'keep',
  turnId: 'keep',
  taskId: 'keep',
  name: 'keep',
  arguments: 'content',
  reads: 'keep',
  calledAt: 'keep',
  returnedAt: 'keep',
  status: 'keep',
  result: 'content',
  check: 'keep',
  source: 'out',
}
const WRITE: Rules<Write> = {
  id: 'keep',
  agentId: 'keep',
  path: 'keep',
  change: 'keep',
  at: 'keep',
  order: 'keep',
  taskId: 'keep',
  turnId: 'keep',
  callId: 'keep',
  partial: 'keep',
  from: 'keep',
  source: 'out',
}
const MESSAGE: Rules<Message> = {
  id: 'keep',
  from: 'keep',
  to: 'keep',
  taskId: 'keep',
  turnId: 'keep',
  purpose: 'keep',
  text: 'content',
  at: 'keep',
  order: 'keep',
}
const VERDICT: Rules<Verdict> = {
  id: 'keep',
  by: 'out',
  taskId: 'keep',
  interventionId: 'keep',
  verdict: 'keep',
  reason: 'keep',
  reviewer: 'out',
  because: 'keep',
  note: 'out',
  at: 'keep',
  order: 'keep',
}

const ENVELOPE = {
  version: 'keep',
  id: 'keep',
  sessionId: 'out',
  occurredAt: 'keep',
  order: 'keep',
  type: 'keep',
  source: 'out',
  evidence: 'keep',
  attributes: 'out',
} as const
type Own<T extends EventType> = Omit<EventOf<T>, keyof typeof ENVELOPE>
const EVENTS: { readonly [T in EventType]: Rules<Own<T>> } = {
  'session.started': {
    title: 'keep',
    framework: 'keep',
    workflow: 'keep',
    promptVariant: 'keep',
    tags: 'keep',
    simulated: 'keep',
    format: 'keep',
    workingDirectory: 'out',
  },
  'session.ended': { status: 'keep', reason: 'out' },
  'agent.joined': { agentId: 'keep', name: 'keep', parentId: 'keep', role: 'keep', agentType: 'keep', model: 'keep', provider: 'keep', sameAs: 'keep' },
  'task.delegated': {
    taskId: 'keep',
    by: 'keep',
    to: 'keep',
    title: 'keep',
    brief: 'content',
    outputs: 'keep',
    parentTaskId: 'keep',
    turnId: 'keep',
    callId: 'keep',
    group: 'keep',
    background: 'keep',
  },
  'task.blocked': { taskId: 'keep', by: 'keep', reason: 'content' },
  'task.ended': { taskId: 'keep', status: 'keep', by: 'keep', reason: 'out', result: 'content', turnId: 'keep' },
  'task.accepted': { taskId: 'keep', by: 'keep', turnId: 'keep' },
  'turn.started': { turnId: 'keep', agentId: 'keep', taskId: 'keep', model: 'keep' },
  // A secret may come in two pieces: what is streamed is read as a whole (the turn's text), never piece by piece.
  'turn.streamed': { turnId: 'keep', agentId: 'keep', taskId: 'keep', outputTokens: 'keep', offset: 'keep', text: 'out' },
  'turn.ended': { turnId: 'keep', agentId: 'keep', taskId: 'keep', model: 'keep', usage: 'keep', finish: 'keep', output: 'content', reasoning: 'content' },
  'tool.called': { callId: 'keep', agentId: 'keep', turnId: 'keep', taskId: 'keep', name: 'keep', arguments: 'content', reads: 'keep' },
  'tool.returned': { callId: 'keep', agentId: 'keep', status: 'keep', result: 'content', check: 'keep' },
  // The fold asks what kind of change it was and where from, not what stands in it (see changeOf).
  'artifact.written': { agentId: 'keep', path: 'keep', change: 'keep', taskId: 'keep', turnId: 'keep', callId: 'keep', baseRevision: 'keep', partial: 'keep' },
  'artifact.read': { agentId: 'keep', path: 'keep', turnId: 'keep', callId: 'keep' },
  'message.sent': { from: 'keep', to: 'keep', taskId: 'keep', turnId: 'keep', purpose: 'keep', text: 'content' },
  'verdict.given': { by: 'out', taskId: 'keep', interventionId: 'keep', verdict: 'keep', reason: 'keep', reviewer: 'out', because: 'keep', note: 'out' },
}

const NO_HASH = '0'.repeat(64)
/** Previews as long as this were cut, perhaps in the middle of a secret: their last word goes. */
const CUT_CHARS = 60
const MOST_REMEMBERED = 200_000

/** A session as one link shows it. The same link shows the same thing by the same names, in snapshots, messages and texts. */
export class SharedView {
  readonly alias: SessionId
  readonly redact: Redact
  private readonly remembered = new Map<string, string>()
  private readonly key: Buffer

  private readonly may?: (hash: string) => boolean
  private readonly onText?: (name: string) => void

  /** `may`: which texts, by their hash; left out: all of the session's. `onText` hears the name of each text that is shown. */
  constructor(
    readonly link: Pick<SessionLink, 'id' | 'secret' | 'content' | 'hidden'>,
    { may, onText }: { may?: (hash: string) => boolean; onText?: (name: string) => void } = {},
  ) {
    this.may = may
    this.onText = onText
    this.alias = aliasOf(link.id) as SessionId
    this.redact = redactor(link.secret, link.hidden)
    this.key = createHash('sha256').update(`names ${link.secret}`).digest()
  }

  snapshot({ state, findings, head }: Snapshot): Snapshot {
    const map = <K extends string, V extends { id: K }>(of: ReadonlyMap<K, V>, rules: Rules<V>): Map<K, V> => {
      const shown = new Map<K, V>()
      for (const value of of.values()) {
        const picked = this.pick(value, rules)
        shown.set(picked.id, picked)
      }
      return shown
    }
    const shown: SessionState = {
      id: this.alias,
      facts: this.pick(state.facts, FACTS),
      agents: map(state.agents, AGENT),
      tasks: map(state.tasks, TASK),
      turns: map(state.turns, TURN),
      calls: map(state.calls, CALL),
      writes: map(state.writes, WRITE),
      messages: map(state.messages, MESSAGE),
      verdicts: map(state.verdicts, VERDICT),
      aliases: new Map([...state.aliases].map(([from, to]) => [this.name(from), this.name(to)])),
      firstAt: state.firstAt,
      lastAt: state.lastAt,
      totals: state.totals,
    }
    return { state: shown, findings: findings.map((finding) => this.finding(finding)), head }
  }

  events(events: readonly Event[]): Event[] {
    return events.map((event) => {
      const shown = this.pick<object>(event, { ...ENVELOPE, ...EVENTS[event.type] } as Rules<object>)
      if (event.type === 'artifact.written') Object.assign(shown, { change: this.changeOf(event.change) })
      return Object.assign(shown, { sessionId: this.alias }) as Event
    })
  }

  findings({ changed, removed }: FindingsChange): FindingsChange {
    return { changed: changed.map((finding) => this.finding(finding)), removed: removed.map((id) => this.name(id)) }
  }

  /** The hash of what the page asks for by `name`; undefined when the link does not show it. */
  hashOf(name: string): string | undefined {
    if (!this.link.content || !/^[0-9a-f]{64}$/.test(name) || name === NO_HASH) return undefined
    const decipher = createDecipheriv('aes-256-ecb', this.key, null).setAutoPadding(false)
    const hash = Buffer.concat([decipher.update(Buffer.from(name, 'hex')), decipher.final()]).toString('hex')
    return this.may && !this.may(hash) ? undefined : hash
  }

  /** Of ids that the page gives back. Names that were changed are not found again: what has a secret in its id is not opened by it. */
  name<T extends string>(text: T): T {
    let shown = this.remembered.get(text)
    if (shown === undefined) {
      shown = this.redact(text)
      if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear()
      this.remembered.set(text, shown)
    }
    return shown as T
  }

  private finding(finding: Intervention): Intervention {
    return {
      ...this.pick(finding, FINDING),
      master: this.pick(finding.master, SIDE),
      ...(finding.target === undefined ? {} : { target: this.pick(finding.target, SIDE) }),
      explanation: this.pick(finding.explanation, EXPLANATION),
    }
  }

  private changeOf(change: EventOf<'artifact.written'>['change']): EventOf<'artifact.written'>['change'] {
    switch (change.kind) {
      case 'move':
        return { kind: 'move', from: this.name(change.from) }
      case 'delete':
        return { kind: 'delete' }
      case 'content':
        return { kind: 'content', content: this.content(change.content) }
      case 'append':
        return { kind: 'append', text: this.content(change.text) }
      case 'patch':
        return { kind: 'patch', patch: this.content(change.patch) }
      case 'edit':
        return { kind: 'edit', edits: change.edits.map((edit) => ({ old: this.content(edit.old), new: this.content(edit.new) })) }
      case 'revert':
        return { kind: 'revert' }
      case 'opaque':
        return { kind: 'opaque' }
      default: {
        const impossible: never = change
        throw new Error(`a change that links do not know: ${JSON.stringify(impossible)}`)
      }
    }
  }

  private pick<T extends object>(value: T, rules: Rules<T>): T {
    const shown: Partial<T> = {}
    for (const key of Object.keys(value) as (keyof T)[]) {
      const rule: Rule | undefined = rules[key]
      const field = value[key]
      if (field === undefined || rule === undefined || rule === 'out') continue
      shown[key] = rule === 'content' ? (this.content(field as Content) as T[keyof T]) : (this.deep(field) as T[keyof T])
    }
    return shown as T
  }

  private deep(value: unknown): unknown {
    if (typeof value === 'string') return this.name(value)
    if (Array.isArray(value)) return value.map((item) => this.deep(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, this.deep(field)]))
  }

  /** A reference by another name, so that nobody can compare hashes with texts they guess. */
  private content(content: Content): Content {
    if (!this.link.content) return { hash: NO_HASH, chars: isContentRef(content) ? content.chars : content.length, preview: '' }
    if (!isContentRef(content)) return this.may ? { hash: NO_HASH, chars: content.length, preview: '' } : this.redact(content)
    if (this.may && !this.may(content.hash)) return { hash: NO_HASH, chars: content.chars, preview: '' }
    const cipher = createCipheriv('aes-256-ecb', this.key, null).setAutoPadding(false)
    const hash = Buffer.concat([cipher.update(Buffer.from(content.hash, 'hex')), cipher.final()]).toString('hex')
    this.onText?.(hash)
    const preview = content.preview.length < CUT_CHARS ? content.preview : content.preview.replace(/\S*$/, '')
    return { hash, chars: content.chars, preview: this.redact(preview) }
  }
}
