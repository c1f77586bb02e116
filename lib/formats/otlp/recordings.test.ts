import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { recognise } from '..'
import { decodeWhole, gathered } from '../testing/fixtures'
import { otlp } from '.'

const folder = join(process.cwd(), '..', 'shared', 'traces', 'otel', 'any-agent')
const absent = !existsSync(folder)
if (absent) console.log(`skipped: no recordings at ${folder}`)

/** LLM spans and tool spans counted in the recordings themselves. */
const EXPECTED: Record<string, { turns: number; calls: number }> = {
  'OPENAI_trace.json': { turns: 3, calls: 2 },
  'GOOGLE_trace.json': { turns: 3, calls: 3 },
  'SMOLAGENTS_trace.json': { turns: 3, calls: 3 },
  'LANGCHAIN_trace.json': { turns: 4, calls: 2 },
}

describe.skipIf(absent)('recordings of any-agent', () => {
  for (const file of absent ? [] : readdirSync(folder)) {
    test(`${file}: one agent, its turns and calls, no delegation`, () => {
      const text = readFileSync(join(folder, file), 'utf8')
      expect(recognise({ head: text.slice(0, 65_536) })).toMatchObject({ kind: 'format', format: { name: 'otlp' } })
      const { sessions, issues } = gathered(decodeWhole(otlp, new Map([['hidden', text]])))
      expect(issues).toEqual([])
      expect(sessions.size).toBe(1)
      for (const [id, events] of sessions) {
        const state = applyEvents(newSessionState(id), events)
        expect([...state.agents.values()].filter((agent) => agent.role !== 'human').map((agent) => agent.id)).toEqual(['any_agent'])
        expect(state.tasks.size).toBe(0)
        expect({ turns: state.turns.size, calls: state.calls.size }).toEqual(EXPECTED[file])
        expect(state.totals.turnsWithUsage).toBe(state.turns.size)
        expect(state.facts.endStatus).toBe('completed')
      }
    })
  }
})
