import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Event, EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import type { Issue } from '@/lib/core/issue'
import { newSessionState, type SessionState } from '@/lib/core/session'
import { recognise } from '..'
import { claudeCode } from '.'

/**
 * Real recordings, kept beside the project. `manifest.json` counts each file by itself: distinct
 * message ids are turns (those inside progress lines too), calls of Task and Agent are delegations,
 * `agents` are the agent ids that stand on lines of the file, tokens are those of the last line of each message.
 */
const TRACES = join(process.cwd(), '..', 'shared', 'traces')
const there = existsSync(join(TRACES, 'manifest.json'))
if (!there) console.warn(`skipped: no recordings in ${TRACES}`)

interface Row {
  format: string
  file: string
  stats: {
    lines?: number
    bad?: number
    sessions?: number
    agents?: number
    delegations?: number
    turns?: number
    in_tok?: number
    out_tok?: number
    cache_tok?: number
    user_interrupts?: number
  }
}

const rows: Row[] = there
  ? (JSON.parse(readFileSync(join(TRACES, 'manifest.json'), 'utf8')) as Row[])
      .filter((row) => row.format.startsWith('claude-code/'))
      .map((row) => ({ ...row, file: row.file.replace(/^dev\//, '') }))
      .filter((row) => existsSync(join(TRACES, row.file)))
  : []
const transcripts = rows.filter((row) => row.stats.turns !== undefined)

const countTokens = (text: string) => Math.ceil(text.length / 4)

interface Decodedness {
  sessions: Map<string, Event[]>
  issues: Issue[]
}

function decode(files: string[]): Decodedness {
  const decoder = claudeCode.decoder({ countTokens })
  const all = files.map((file) => decoder.push({ path: file, text: readFileSync(join(TRACES, file), 'utf8'), firstLine: 1, final: true }))
  all.push(decoder.end())
  const sessions = new Map<string, Event[]>()
  for (const raw of all.flatMap((part) => part.events)) {
    const event = EventSchema.parse(raw)
    sessions.set(event.sessionId, [...(sessions.get(event.sessionId) ?? []), event])
  }
  return { sessions, issues: all.flatMap((part) => part.issues) }
}

function folded([id, events]: [string, Event[]]): SessionState {
  return applyEvents(newSessionState(id as SessionId), events)
}

function countsOf(events: Event[]) {
  const turns = new Map<string, { input: number; output: number; cache: number }>()
  const delegations = new Set<string>()
  const agents = new Set<string>()
  let interrupts = 0
  for (const event of events) {
    if (event.type === 'turn.started') {
      if (!turns.has(event.turnId)) turns.set(event.turnId, { input: 0, output: 0, cache: 0 })
      if (event.agentId !== 'main') agents.add(event.agentId)
    }
    if (event.type === 'turn.ended' && event.usage) {
      const { inputTokens = 0, cachedInputTokens = 0, cacheWriteTokens = 0, outputTokens = 0, estimated } = event.usage
      const recorded = event.attributes?.recordedOutputTokens
      const cache = cachedInputTokens + cacheWriteTokens
      turns.set(event.turnId, { input: inputTokens - cache, cache, output: typeof recorded === 'number' ? recorded : estimated ? 0 : outputTokens })
    }
    if (event.type === 'task.delegated' && ['Task', 'Agent'].includes(String(event.attributes?.delegatedBy))) delegations.add(event.taskId)
    if (event.type === 'message.sent' && event.attributes?.userInterrupt === true) interrupts++
  }
  const sum = (pick: (turn: { input: number; output: number; cache: number }) => number) => [...turns.values()].reduce((total, turn) => total + pick(turn), 0)
  return {
    turns: turns.size,
    delegations: delegations.size,
    agents: agents.size,
    in_tok: sum((t) => t.input),
    out_tok: sum((t) => t.output),
    cache_tok: sum((t) => t.cache),
    user_interrupts: interrupts,
  }
}

describe.skipIf(!there)('recordings of Claude Code', () => {
  test.each(transcripts.map((row) => [row.file.replace('claude-code/', ''), row] as const))('%s: the counts of the manifest', (_, row) => {
    const { sessions, issues } = decode([row.file])
    const events = [...sessions.values()].flat()
    expect(issues.filter((issue) => issue.severity === 'error')).toEqual([])
    expect(sessions.size).toBe(row.stats.sessions)
    const { turns, delegations, agents, in_tok, out_tok, cache_tok, user_interrupts } = row.stats
    expect(countsOf(events)).toEqual({ turns, delegations, agents, in_tok, out_tok, cache_tok, user_interrupts })
  })

  const groups = new Map<string, string[]>()
  for (const row of rows) {
    const parts = row.file.split('/')
    // a folder of the collection is one import: a session and the files beside it
    const group = parts.slice(0, 3).join('/')
    const whose = recognise({ path: row.file, head: readFileSync(join(TRACES, row.file), 'utf8').slice(0, 65536) })
    if (whose.kind === 'format' || (whose.kind === 'companion' && whose.companion.read)) groups.set(group, [...(groups.get(group) ?? []), row.file])
  }

  test.each([...groups])('%s: nothing dangles, everyone has a place', (_, files) => {
    const { sessions, issues } = decode(files)
    expect(issues.filter((issue) => issue.severity === 'error')).toEqual([])
    for (const [id, events] of sessions) {
      const ids = events.map((event) => event.id)
      expect(ids.length).toBe(new Set(ids).size)
      const state = folded([id, events])
      for (const agent of state.agents.values()) {
        expect(agent.declared, `agent ${agent.id} is only mentioned`).toBe(true)
        if (agent.parentId !== undefined) expect(state.agents.has(agent.parentId)).toBe(true)
      }
      for (const task of state.tasks.values()) {
        expect(task.delegatedAt, `task ${task.id} was never delegated`).toBeDefined()
        expect(task.endedAt ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(task.delegatedAt as number)
      }
      for (const turn of state.turns.values()) {
        expect(turn.startedAt, `turn ${turn.id} never started`).toBeDefined()
        expect(turn.endedAt as number).toBeGreaterThanOrEqual(turn.startedAt as number)
        if (turn.taskId !== undefined) expect(state.tasks.has(turn.taskId)).toBe(true)
      }
      for (const call of state.calls.values()) {
        expect(call.calledAt, `call ${call.id} was never made`).toBeDefined()
        expect(state.turns.has(call.turnId as never)).toBe(true)
      }
      for (const write of state.writes.values()) {
        expect(state.calls.has(write.callId as never)).toBe(true)
        expect(write.source?.toolUseId).toBe(write.callId)
        expect(write.path).not.toContain('.claude/worktrees')
      }
    }
  })

  test('the places that people labelled are the places that our writes name', () => {
    const labels = readFileSync(join(TRACES, 'labels.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; master_turn: Spot; target_turn: Spot })
    for (const label of labels) {
      const { sessions } = decode([label.file.replace(/^dev\//, '')])
      const written = [...sessions.values()].flat().filter((event) => event.type === 'artifact.written')
      for (const spot of [label.master_turn, label.target_turn]) {
        const found = written.find((event) => event.callId === spot.tool_use_id)
        // labels count lines from 0
        expect(found?.source).toMatchObject({ line: spot.line + 1, uuid: spot.uuid, toolUseId: spot.tool_use_id })
        expect(found?.agentId).toBe(spot.agent)
      }
    }
  })
})

interface Spot {
  line: number
  uuid: string
  agent: string
  tool_use_id: string
}
