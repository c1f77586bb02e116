import { type Content, isContentRef } from '@/lib/core/content'
import type { Event } from '@/lib/core/event'
import type { Intervention } from '@/lib/core/interventions'
import { projectOf } from '@/lib/core/project'
import { documentOf, SEARCHED_TYPES, type SearchDocument } from '@/lib/core/search/documents'
import { labelsOf, OPEN_LABEL, projectLabel, sessionLabel } from '@/lib/core/search/labels'
import type { AgentId, CallId, EventId, TaskId, TurnId } from '@/lib/core/ids'
import type { SessionState } from '@/lib/core/session'
import type { Database } from '@/lib/store/database'
import { readFindings } from '@/lib/store/findings'
import { forgetSearch, isSearchedAs, readSearchHead, type SearchHead, type SearchRow, writeSearch } from '@/lib/store/search'
import { readTurnText } from './turn-text'

/** Events of one slice: small, so that others on the same database need not wait long. */
const SLICE = 1_000
/** Of a turn that still streams, what can be found grows in steps of so many times, or when it has been quiet. */
const GROWTH = 1.5

/** Lets somebody look at the session's state; undefined when there is no such session. */
export type SeeSession = <T>(look: (state: SessionState) => T) => Promise<T | undefined>

export interface SliceOptions {
  sessionId: string
  see: SeeSession
  /** Nothing has come for a moment: what still streams is taken as it is. */
  quiet: boolean
  /** Characters of turns that were streaming when they were last read, kept between slices. */
  streamed: Map<string, number>
}

export interface Sliced {
  /** Events that can be found now and could not before. */
  events: number
  /** All that was committed when the slice began can be found. */
  complete: boolean
  /** Turns that still stream, of which not all can be found. */
  open: number
  /** Agents got names after items had been made without them: the session should be read again. */
  renamed: boolean
}

const NOTHING: Sliced = { events: 0, complete: true, open: 0, renamed: false }

/** Makes a session's next events findable. Undefined: another process was quicker, or the session is gone; try again. */
export async function searchSlice(database: Database, options: SliceOptions): Promise<Sliced | undefined> {
  const { pool } = database
  const { rows: sessions } = await pool.query<SessionPlace>({
    name: 'backseat_search_place',
    text: 'SELECT pk, head, detected, detector_version AS "detectorVersion" FROM session WHERE id = $1 AND head > 0',
    values: [options.sessionId],
  })
  const session = sessions[0]
  if (!session) return NOTHING
  let known = await readSearchHead(pool, session.pk)
  if (!known) await forgetSearch(pool, session.pk)
  else if (known.head > session.head) known = undefined
  const from = known ?? { head: 0, detected: 0, detectorVersion: session.detectorVersion, open: [] }

  const page = await readSearched(database, session.pk, from.head, session.head)
  const findings = await changedFindings(database, session, from)
  const streaming = new Set([...from.open, ...page.streamedTurns])
  if (known && page.upTo === from.head && findings === undefined && (streaming.size === 0 || !options.quiet)) return NOTHING

  const seen = await options.see((state) => see(state, { ...page, findings, streaming, sessionPk: session.pk }))
  if (!seen) return NOTHING
  const { rows, renamed, turns } = seen
  const open: string[] = []
  const replaced: string[] = []
  const texts = new Map<string, number>()
  let waiting = 0
  for (const { turnId, ended, row } of turns) {
    // What the turn says in the end takes the place of what it streamed.
    if (ended === 'with text') {
      replaced.push(turnId)
      continue
    }
    if (ended === undefined) open.push(turnId)
    const text = await readTurnText(pool, session.pk, turnId)
    const before = options.streamed.get(turnId) ?? 0
    if (ended === undefined && (options.quiet ? text.length === before : text.length < GROWTH * before)) {
      if (text.length > before) waiting += 1
      continue
    }
    texts.set(turnId, text.length)
    replaced.push(turnId)
    if (text !== '') rows.push({ ...row, text, labels: ended === undefined ? [...row.labels, OPEN_LABEL] : row.labels })
  }
  const next: SearchHead = { head: page.upTo, detected: session.detected, detectorVersion: session.detectorVersion, open }
  const renamedRows = renamed.length > 0 && from.head > 0 && (await isSearchedAs(pool, session.pk, renamed))
  const written = await writeSearch(pool, {
    pk: session.pk,
    expected: known,
    next,
    rows,
    replacedTurns: replaced,
    replacesFindings: findings !== undefined && known !== undefined,
  })
  if (!written) return undefined
  for (const [turnId, chars] of texts) options.streamed.set(turnId, chars)
  for (const { turnId, ended } of turns) if (ended !== undefined) options.streamed.delete(turnId)
  return { events: page.upTo - from.head, complete: page.upTo === session.head, open: waiting, renamed: renamedRows }
}

interface SessionPlace {
  pk: number
  head: number
  detected: number
  detectorVersion: number
}

interface Page {
  events: { sequence: number; event: Event }[]
  /** Turns that streamed in between. */
  streamedTurns: string[]
  /** All up to here was read. */
  upTo: number
}

async function readSearched({ pool }: Database, pk: number, after: number, head: number): Promise<Page> {
  if (head === after) return { events: [], streamedTurns: [], upTo: head }
  const { rows } = await pool.query<{ sequence: number; data: Event }>({
    name: 'backseat_search_events',
    text: 'SELECT sequence, data FROM event WHERE session_pk = $1 AND sequence > $2 AND sequence <= $3 AND type = ANY($4::text[]) ORDER BY sequence LIMIT $5',
    values: [pk, after, head, SEARCHED_TYPES, SLICE],
  })
  const upTo = rows.length < SLICE ? head : (rows.at(-1)?.sequence ?? head)
  const streamed = await pool.query<{ turn: string }>({
    name: 'backseat_search_streamed',
    text: 'SELECT DISTINCT turn_id AS turn FROM event WHERE session_pk = $1 AND sequence > $2 AND sequence <= $3 AND turn_id IS NOT NULL',
    values: [pk, after, upTo],
  })
  return { events: rows.map(({ sequence, data }) => ({ sequence, event: data })), streamedTurns: streamed.rows.map(({ turn }) => turn), upTo }
}

/** The session's findings, when any changed since they were last read. */
async function changedFindings({ pool }: Database, session: SessionPlace, from: SearchHead): Promise<Intervention[] | undefined> {
  if (session.detected === from.detected && session.detectorVersion === from.detectorVersion) return undefined
  if (session.detectorVersion === from.detectorVersion) {
    const { rows } = await pool.query('SELECT FROM intervention WHERE session_pk = $1 AND changed_at >= $2 LIMIT 1', [session.pk, from.detected])
    if (rows.length === 0) return undefined
  }
  return readFindings(pool, session.pk)
}

interface Seen {
  rows: SearchRow[]
  turns: { turnId: string; ended: 'with text' | 'without' | undefined; row: SearchRow }[]
  /** Ids of agents that have a name of their own now. */
  renamed: string[]
}

interface Sight extends Page {
  findings: readonly Intervention[] | undefined
  streaming: ReadonlySet<string>
  sessionPk: number
}

/** What to write, with everything named as the state names it now. */
function see(state: SessionState, { events, findings, streaming, sessionPk }: Sight): Seen {
  const own = [sessionLabel(sessionPk), projectLabel(projectOf(state.id))]
  const row = (sequence: number, kind: string, ref: string, at: number, about: About, texts: readonly Content[]): SearchRow => {
    const agents = about.agents.flatMap((id) => namesOf(state, id))
    const shown = about.agents[0]
    return {
      sequence,
      kind,
      ref,
      at,
      agent: shown === undefined ? undefined : (namesOf(state, shown)[0] ?? shown),
      tool: about.tool,
      path: about.path,
      model: about.model,
      text: texts.filter((text) => !isContentRef(text)).join(' '),
      hashes: texts.filter(isContentRef).map(({ hash }) => hash),
      labels: [...own, ...labelsOf({ agents, tool: about.tool, path: about.path, model: about.model, kinds: about.kinds })],
    }
  }
  const rows: SearchRow[] = []
  const turns: Seen['turns'] = []
  const renamed: string[] = []
  const ended = new Set<string>()
  for (const { sequence, event } of events) {
    if (event.type === 'agent.joined' && event.name !== undefined && event.name !== event.agentId) renamed.push(event.agentId)
    const document = documentOf(event)
    if (document) rows.push(row(sequence, document.kind, document.ref, event.occurredAt, aboutOf(state, document, event), document.texts))
    if (event.type !== 'turn.ended') continue
    ended.add(event.turnId)
    const turnDocument: SearchDocument = { kind: 'turn', ref: event.turnId, texts: [] }
    const without = row(sequence, 'turn', event.turnId, event.occurredAt, aboutOf(state, turnDocument, event), [])
    if (streaming.has(event.turnId)) turns.push({ turnId: event.turnId, ended: event.output === undefined ? 'without' : 'with text', row: without })
  }
  const last = events.at(-1)?.sequence ?? 0
  for (const turnId of streaming) {
    if (ended.has(turnId)) continue
    const turn = state.turns.get(turnId as TurnId)
    // what came after its end changes nothing of what it said
    if (turn?.output !== undefined) continue
    const about: About = { agents: turn?.agentId ? [turn.agentId] : [], model: modelOf(state, turn?.model, turn?.agentId), kinds: ['turn'] }
    turns.push({ turnId, ended: undefined, row: row(last, 'turn', turnId, turn?.startedAt ?? turn?.streamedAt ?? state.lastAt ?? 0, about, []) })
  }
  for (const finding of findings ?? []) {
    const { units } = finding
    const title = state.tasks.get(finding.taskId)?.title
    const words = [finding.explanation.sentence, finding.artifact, title, finding.explanation.unitName, ...(units?.names ?? [])]
    const about: About = { agents: [finding.master.agentId, finding.assigneeId], path: finding.artifact, kinds: [finding.kind, 'intervention'] }
    rows.push(
      row(
        last,
        finding.kind,
        finding.id,
        finding.occurredAt,
        about,
        words.filter((word) => word !== undefined),
      ),
    )
  }
  return { rows, turns, renamed }
}

interface About {
  /** The first is shown. */
  agents: AgentId[]
  tool?: string | undefined
  path?: string | undefined
  model?: string | undefined
  kinds: string[]
}

function aboutOf(state: SessionState, { kind, ref }: SearchDocument, event: Event): About {
  const kinds = [kind]
  switch (kind) {
    case 'session':
      return { agents: [], kinds }
    case 'task': {
      const task = state.tasks.get(ref as TaskId)
      return { agents: [task?.to, task?.by].filter((id) => id !== undefined), kinds }
    }
    case 'turn': {
      const turn = state.turns.get(ref as TurnId)
      return { agents: turn?.agentId ? [turn.agentId] : [], model: modelOf(state, turn?.model, turn?.agentId), kinds }
    }
    case 'call':
    case 'result': {
      const call = state.calls.get(ref as CallId)
      const turn = call?.turnId === undefined ? undefined : state.turns.get(call.turnId)
      return { agents: call?.agentId ? [call.agentId] : [], tool: call?.name, model: modelOf(state, turn?.model, call?.agentId), kinds }
    }
    case 'write': {
      const write = state.writes.get(event.id)
      const turn = write?.turnId === undefined ? undefined : state.turns.get(write.turnId)
      return { agents: write ? [write.agentId] : [], path: write?.path, model: modelOf(state, turn?.model, write?.agentId), kinds }
    }
    case 'message': {
      const message = state.messages.get(ref as EventId)
      return { agents: message ? [message.from] : [], kinds }
    }
    default: {
      const impossible: never = kind
      throw new Error(`a kind that search does not know: ${String(impossible)}`)
    }
  }
}

function modelOf(state: SessionState, model: string | undefined, agentId: AgentId | undefined): string | undefined {
  return model ?? (agentId === undefined ? undefined : state.agents.get(agentId)?.model)
}

/** How an agent is called, the name that is shown first. */
function namesOf(state: SessionState, id: AgentId): string[] {
  const agent = state.agents.get(state.aliases.get(id) ?? id)
  return [agent?.name, agent?.id ?? id, agent?.agentType].filter((name) => name !== undefined)
}
