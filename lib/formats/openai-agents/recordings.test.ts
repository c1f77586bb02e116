import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { recognise } from '..'
import { decodeWhole, gathered } from '../testing/fixtures'
import { openaiAgents } from '.'

const folder = join(process.cwd(), '..', 'shared', 'traces', 'openai-agents-ingest')
const absent = !existsSync(folder)
if (absent) console.log(`skipped: no recordings at ${folder}`)

/** Spans by type as manifest.json counts them: agents' spans, hand-overs, responses, functions. */
const EXPECTED: Record<string, { agents: number; delegations: number; turns: number; calls: number }> = {
  'test_agent_spans.json': { agents: 1, delegations: 0, turns: 2, calls: 1 },
  'test_agent_with_function_tool_spans.json': { agents: 1, delegations: 0, turns: 2, calls: 1 },
  'test_generate_metrics.json': { agents: 3, delegations: 1, turns: 3, calls: 0 },
  'test_music_composer_handoff_hierarchy.json': { agents: 2, delegations: 1, turns: 3, calls: 1 },
  'test_tool_call_and_result_attributes.json': { agents: 0, delegations: 0, turns: 1, calls: 1 },
}

describe.skipIf(absent)('recordings of the exporter', () => {
  for (const file of absent ? [] : readdirSync(folder)) {
    test(file, () => {
      const text = readFileSync(join(folder, file), 'utf8')
      expect(recognise({ head: text.slice(0, 65_536) })).toMatchObject({ kind: 'format', format: { name: 'openai-agents' } })
      const { sessions, issues } = gathered(decodeWhole(openaiAgents, new Map([['hidden', text]])))
      expect(issues).toEqual([])
      const counted = { agents: 0, delegations: 0, turns: 0, calls: 0 }
      for (const [id, events] of sessions) {
        const state = applyEvents(newSessionState(id), events)
        counted.agents += [...state.agents.values()].filter((agent) => agent.declared && agent.evidence?.kind !== 'inferred').length
        counted.delegations += state.tasks.size
        counted.turns += state.turns.size
        counted.calls += state.calls.size
        // in one recording the second agent's span was not sent any more: its task stays open, its work is its own
        for (const task of state.tasks.values()) expect(task.endStatus).toBe(file.startsWith('test_music') ? undefined : 'completed')
        if (file.startsWith('test_music') && state.tasks.size > 0)
          expect([...state.turns.values()].map((turn) => turn.agentId)).toEqual(['Orchestra Conductor', 'Symphony Composer'])
      }
      expect(counted).toEqual(EXPECTED[file])
    })
  }
})
