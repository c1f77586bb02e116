import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { recognise } from '..'
import { decodeWhole, gathered } from '../testing/fixtures'
import { crewai } from '.'

const folder = join(process.cwd(), '..', 'shared', 'traces', 'crewai')
const absent = !existsSync(folder)
if (absent) console.log(`skipped: no recordings at ${folder}`)

function read(path: string) {
  const text = readFileSync(path, 'utf8')
  expect(recognise({ head: text.slice(0, 65_536) })).toMatchObject({ kind: 'format', format: { name: 'crewai' } })
  const { sessions, issues } = gathered(decodeWhole(crewai, new Map([['hidden', text]])))
  expect(issues).toEqual([])
  const states = [...sessions].map(([id, events]) => applyEvents(newSessionState(id), events))
  return { text, states }
}

describe.skipIf(absent)('recorded tracing batches', () => {
  for (const file of absent ? [] : readdirSync(join(folder, 'trace-batches'))) {
    test(file, () => {
      const { text, states } = read(join(folder, 'trace-batches', file))
      const count = (type: string) => text.split(`"type": "${type}"`).length - 1
      const turns = states.reduce((n, state) => n + state.turns.size, 0)
      // each event says its type twice: on itself and in its data
      expect(turns).toBe(count('llm_call_started') / 2)
      for (const state of states) {
        expect(state.tasks.size).toBe(0)
        expect(state.facts.framework).toBe('crewai')
        expect(state.facts.endStatus).toBeDefined()
        for (const turn of state.turns.values()) expect(turn.endedAt).toBeDefined()
      }
    })
  }
})

/** Requests by their speaker, read by hand. */
const CREWS: Record<string, { turns: number; delegations: number }> = {
  'test_increment_delegations_for_hierarchical_process.llm.json': { turns: 3, delegations: 1 },
  'test_manager_agent_delegating_to_all_agents.llm.json': { turns: 5, delegations: 2 },
}

describe.skipIf(absent)('recorded exchanges of hierarchical crews', () => {
  for (const file of absent ? [] : readdirSync(join(folder, 'hierarchical-llm-log'))) {
    test(file, () => {
      const { text, states } = read(join(folder, 'hierarchical-llm-log', file))
      expect(states).toHaveLength(1)
      const [state] = states
      if (!state) return
      expect(state.turns.size).toBe((JSON.parse(text) as unknown[]).length)
      expect(state.totals.turnsWithUsage).toBe(state.turns.size)
      const expected = CREWS[file]
      if (expected) expect({ turns: state.turns.size, delegations: state.tasks.size }).toEqual(expected)
      for (const task of state.tasks.values()) expect(task.by).toBe('Crew Manager')
    })
  }
})
