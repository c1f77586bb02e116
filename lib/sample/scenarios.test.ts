import { describe, expect, it } from 'vitest'
import { EventSchema } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { SCENARIO_NAMES, scenario, scenarioEvents } from './scenarios'

describe.each(SCENARIO_NAMES)('the scenario %s', (name) => {
  const events = [...scenarioEvents(name, { turns: name === 'ten-thousand-turns' ? 300 : undefined })]

  it('tells only valid events, each under an id of its own', () => {
    for (const event of events) expect(EventSchema.safeParse(event).error).toBeUndefined()
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
  })

  it('says that it is simulated', () => {
    const state = applyEvents(
      newSessionState('' as never),
      events.map((event) => EventSchema.parse(event)),
    )
    expect(state.facts).toMatchObject({ simulated: true, title: expect.stringContaining('simulated') })
  })

  it('is the same at each telling, and another with another seed', () => {
    const again = [...scenarioEvents(name, { turns: name === 'ten-thousand-turns' ? 300 : undefined })]
    expect(JSON.stringify(again)).toBe(JSON.stringify(events))
    const other = [...scenarioEvents(name, { seed: 2, turns: name === 'ten-thousand-turns' ? 300 : undefined })]
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(events))
  })

  it('comes in batches of the size asked for, and nothing is lost between them', () => {
    const batches = [...scenario(name, { batch: 7, turns: name === 'ten-thousand-turns' ? 300 : undefined })]
    expect(batches.slice(0, -1).every((batch) => batch.length === 7)).toBe(true)
    expect(batches.flat().map((event) => event.id)).toEqual(events.map((event) => event.id))
  })

  it('lets an agent take one turn at a time', () => {
    const taking = new Map<string, string>()
    for (const event of events) {
      if (event.type === 'turn.started') {
        expect(taking.has(event.agentId), `${event.agentId} starts ${event.turnId} inside ${taking.get(event.agentId)}`).toBe(false)
        taking.set(event.agentId, event.turnId)
      }
      if (event.type === 'turn.ended' && event.agentId !== undefined) taking.delete(event.agentId)
    }
  })
})

describe('the size of a scenario', () => {
  it('follows the number of turns asked for', () => {
    for (const turns of [500, 2_000]) {
      const events = [...scenarioEvents('ten-thousand-turns', { turns, agents: 8 })]
      const started = events.filter((event) => event.type === 'turn.started').length
      expect(started).toBeGreaterThanOrEqual(turns)
      expect(started).toBeLessThan(turns + 8 * 12)
    }
  })

  it('costs nothing until it is asked for', () => {
    const batches = scenario('ten-thousand-turns', { turns: 1_000_000 })
    expect(batches.next().value).toHaveLength(100)
  })
})
