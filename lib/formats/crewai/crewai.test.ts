import { expect, test } from 'vitest'
import { EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import { SessionId } from '@/lib/core/ids'
import { print } from '@/lib/core/print'
import { newSessionState } from '@/lib/core/session'
import { WorkTree } from '../spans/work-tree'
import { CREWAI_PREFIX, CrewTrace } from '.'
import { ownWords } from './react-text'

const at = (second: number) => new Date(Date.UTC(2026, 4, 6, 10, 0, second)).toISOString().replace('Z', '+00:00')
let serial = 0
const event = (second: number, type: string, data: object = {}) => ({ event_id: `e${++serial}`, timestamp: at(second), type, event_data: { type, ...data } })

const manager = { agent_role: 'Crew Manager', task_id: 't1' }
const EVENTS = [
  event(0, 'crew_kickoff_started', { crew_name: 'harbour' }),
  event(1, 'task_started', { task_id: 't1', task_name: 'Count the boats', agent_role: 'Crew Manager' }),
  event(2, 'agent_execution_started', manager),
  event(3, 'llm_call_started', { ...manager, model: 'gpt-4o' }),
  event(5, 'llm_call_completed', {
    ...manager,
    model: 'gpt-4o',
    usage: { prompt_tokens: 100, completion_tokens: 20 },
    response:
      'Thought: ask\nAction: Delegate work to coworker\nAction Input: {"coworker": "diver", "task": "Count"}\nObservation: The Diver has counted nine boats.',
  }),
  event(6, 'tool_usage_started', {
    ...manager,
    tool_name: 'Delegate work to coworker',
    tool_args: { coworker: ' diver', task: 'Count the boats', context: 'North quay' },
  }),
  event(7, 'agent_execution_started', { agent_role: 'Diver' }),
  event(8, 'llm_call_started', { agent_role: 'Diver', model: 'gpt-4o-mini' }),
  event(12, 'llm_call_completed', { agent_role: 'Diver', model: 'gpt-4o-mini', response: 'Final Answer: seven boats' }),
  event(13, 'agent_execution_completed', { agent_role: 'Diver' }),
  event(14, 'tool_usage_finished', { ...manager, tool_name: 'Delegate work to coworker', output: 'seven boats' }),
  event(15, 'agent_execution_completed', manager),
  event(16, 'task_completed', { task_id: 't1', output_raw: 'Seven boats.' }),
  event(17, 'crew_kickoff_completed', { crew_name: 'harbour' }),
]

function stateOf(batches: readonly (readonly object[])[]) {
  const trace = new CrewTrace('trace-1', {})
  const tree = new WorkTree({ prefix: CREWAI_PREFIX, format: 'crewai', whole: false })
  const events = batches.flatMap((batch) => {
    trace.take(batch as Record<string, unknown>[])
    for (const work of trace.drain()) tree.take(work)
    return tree.tell().map((one) => EventSchema.parse(one))
  })
  return { events, state: applyEvents(newSessionState(SessionId.parse('trace-1')), events) }
}

test('a manager delegates; what it imagined is kept apart', () => {
  const { events, state } = stateOf([EVENTS])
  expect(print(state)).toMatchInlineSnapshot(`
    "session trace-1 "Count the boats" crewai completed ended 17s
    agent Crew Manager
    agent Diver under Crew Manager
    agent user human
    task e6 Crew Manager -> Diver 6s..13s completed "Count the boats North quay" result 11 chars
    turn e4 Crew Manager 3s..5s 20 tokens tool_calls 99 chars
    turn e8 Diver 8s..12s for e6 stop 25 chars
    call e6 Crew Manager Delegate work to coworker 6s..14s ok
    message crewai:trace-1:run:e3:asked user -> Crew Manager 2s user"
  `)
  const turn = events.find((one) => one.type === 'turn.ended' && one.attributes?.hallucinatedObservation !== undefined)
  expect(turn).toMatchObject({ attributes: { hallucinatedObservation: 'The Diver has counted nine boats.' } })
  expect(JSON.stringify([...state.tasks.values()])).not.toContain('nine')
})

test('batch by batch, and again, gives the same', () => {
  const whole = print(stateOf([EVENTS]).state)
  expect(print(stateOf(EVENTS.map((one) => [one])).state)).toBe(whole)
  expect(print(stateOf([[...EVENTS].reverse(), EVENTS]).state)).toBe(whole)
})

test('only what follows an action is an invented observation', () => {
  expect(ownWords('Observation: it rains')).toEqual({ own: 'Observation: it rains' })
  expect(ownWords('Action: look\nAction Input: {}\nObservation: sun')).toEqual({ own: 'Action: look\nAction Input: {}', invented: 'sun' })
})
