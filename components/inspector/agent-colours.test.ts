import { expect, test } from 'vitest'
import { agentColours } from './agent-colours'

test('each agent keeps one colour, and two of the first eight are never alike', () => {
  const agents = ['lead', 'a', 'b', 'a', 'c', 'd', 'e', 'f', 'g', 'h']
  const colours = agentColours(agents, new Set(['lead']))
  expect(colours.get('lead')).toBe('var(--master)')
  expect(colours.get('a')).toBe('var(--agent)')
  expect(new Set(colours.values()).size).toBe(9)
})
