import { expect, test } from 'vitest'
import { DESTRUCTIVE_KINDS, INTERVENTION_KINDS } from '@/lib/core/interventions'
import { GLYPHS, toneOf } from './glyphs'

test('every kind has a shape of its own', () => {
  const shapes = INTERVENTION_KINDS.map((kind) => GLYPHS[kind].path)
  expect(new Set(shapes).size).toBe(INTERVENTION_KINDS.length)
})

test('vermilion is for what destroys or cuts delegated work, and for nothing else', () => {
  for (const kind of INTERVENTION_KINDS) expect(toneOf(kind) === 'destroyed', kind).toBe(DESTRUCTIVE_KINDS.has(kind))
})
