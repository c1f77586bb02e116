import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Event } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { recognise } from '.'
import type { Decoded, Format } from './format'
import { countTokens, gathered } from './testing/fixtures'
import { checkIntegrity } from './testing/format-laws'

/**
 * Real recordings, kept beside the project: each file of `manifest.json` alone, and files of one folder
 * together. What the manifest counts is counted here the same way; its own words are in each case below.
 */
const TRACES = join(process.cwd(), '..', 'shared', 'traces')
const there = existsSync(join(TRACES, 'manifest.json'))
if (!there) console.warn(`skipped: no recordings in ${TRACES}`)

interface Row {
  format: string
  file: string
  stats: Record<string, number | null | boolean | undefined>
}

const OURS = [
  'codex',
  'gemini-cli',
  'copilot-cli',
  'opencode',
  'otel/langfuse-export',
  'atif',
  'magentic-one',
  'ag2-captain',
  'swe-agent',
  'openhands',
  'google-adk',
]

const rows: [string, Row][] = there
  ? (JSON.parse(readFileSync(join(TRACES, 'manifest.json'), 'utf8')) as Row[])
      .filter((row) => OURS.includes(row.format))
      .map((row) => ({ ...row, file: row.file.replace(/^dev\//, '') }))
      // notes about a recording are no recording
      .filter((row) => existsSync(join(TRACES, row.file)) && !/(^|\/)(manifest\.json|README\.md)$/.test(row.file))
      .map((row): [string, Row] => [row.file, row])
  : []

function formatOf(file: string): Format {
  const answer = recognise({ path: file, head: readFileSync(join(TRACES, file), 'utf8').slice(0, 64 * 1024) })
  if (answer.kind !== 'format') throw new Error(`${file}: ${JSON.stringify(answer)}`)
  return answer.format
}

function decode(format: Format, files: readonly string[]): Decoded[] {
  const decoder = format.decoder({ countTokens })
  return [...files.map((file) => decoder.push({ path: file, text: readFileSync(join(TRACES, file), 'utf8'), firstLine: 1, final: true })), decoder.end()]
}

describe.skipIf(!there)('recordings', () => {
  test.each(rows)('%s: as its manifest counts it, and nothing dangles', (file, row) => {
    const { sessions, issues } = gathered(decode(formatOf(file), [file]))
    expect(issues.filter((issue) => issue.severity === 'error')).toEqual([])
    expect(sessions.size).toBeGreaterThan(0)
    const events = [...sessions.values()].flat()
    for (const [id, list] of sessions) checkIntegrity(applyEvents(newSessionState(id), list))
    const counted = counts(row.format, events)
    for (const [name, value] of Object.entries(counted))
      if (row.stats[name] !== undefined && row.stats[name] !== null) expect([name, value]).toEqual([name, row.stats[name]])
  })

  test('Codex: a thread and those that it started, together', () => {
    const files = rows.filter(([file]) => file.startsWith('codex/subagent-parent-link/')).map(([file]) => file)
    if (files.length === 0) return
    const { sessions } = gathered(decode(formatOf(files[0] as string), files))
    expect(sessions.size).toBe(1)
    const tasks = [...sessions.values()].flat().filter((event) => event.type === 'task.delegated')
    expect(new Set(tasks.map((event) => event.taskId)).size).toBe(3)
  })

  test('OpenHands: the delegator’s log, all exchanges together', () => {
    const files = rows.filter(([file]) => file.startsWith('openhands/delegator-llm-log/')).map(([file]) => file)
    if (files.length === 0) return
    const { sessions } = gathered(decode(formatOf(files[0] as string), files))
    const events = [...sessions.values()].flat()
    expect(events.filter((event) => event.type === 'turn.started').length).toBe(9)
    expect(events.flatMap((event) => (event.type === 'task.delegated' ? [event.to] : []))).toEqual(['StudyRepoForTaskAgent', 'CoderAgent', 'VerifierAgent'])
  })
})

/** The manifest's counts, from events. */
function counts(format: string, events: readonly Event[]): Record<string, number> {
  const turns = events.filter((event) => event.type === 'turn.started')
  const writesByPatch = new Set(events.flatMap((event) => (event.type === 'artifact.written' && event.change.kind === 'patch' ? [event.callId] : [])))
  switch (format) {
    case 'codex': {
      // the running total of the last line is the sum of what each call used
      const total = events.reduce(
        (sum, event) => sum + (event.type === 'turn.ended' ? (event.usage?.inputTokens ?? 0) + (event.usage?.outputTokens ?? 0) : 0),
        0,
      )
      return {
        ...(total > 0 ? { total_tokens: total } : {}),
        turn_context: new Set(turns.map((event) => event.attributes?.codexTurn).filter((turn) => turn !== undefined)).size,
        aborted: events.filter((event) => event.type === 'message.sent' && event.attributes?.userInterrupt === true).length,
        apply_patch: writesByPatch.size,
        spawn: events.filter((event) => event.type === 'task.delegated' && event.attributes?.delegatedBy === 'spawn_agent').length,
      }
    }
    case 'magentic-one': {
      // every entry of the history, by role: "Orchestrator (thought)" and "Orchestrator (-> X)" are two
      const entries = events.filter((event) => (event.type === 'turn.started' || event.type === 'message.sent') && event.attributes?.role !== undefined)
      return {
        turns: entries.length,
        agents: new Set(entries.map((event) => event.attributes?.role)).size,
        delegations: events.filter((event) => event.type === 'task.delegated').length,
      }
    }
    case 'ag2-captain':
      return {
        turns: turns.length,
        agents: new Set(turns.map((event) => event.agentId)).size,
        delegations: events.filter((event) => event.type === 'task.delegated').length,
      }
    case 'swe-agent':
      return { steps: turns.length }
    default:
      return {}
  }
}
