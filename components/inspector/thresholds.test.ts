import { expect, test } from 'vitest'
import { detectAll } from '@/lib/core/detect/detector'
import { sketch } from '@/lib/core/testing/sketch'
import { measuresOf } from './thresholds'

test('an overwrite shows its numbers against the thresholds that made it one', () => {
  const { events } = sketch(`
    0s  lead   delegates t1 to coder: src/a.ts
    2s  coder  writes src/a.ts "export function sum(left, right) { const total = left + right; return total }"
    4s  lead   writes src/a.ts "export const product = (values) => values.reduce((result, value) => result * value, 1)"
  `)
  const overwrite = detectAll(events).find(({ kind }) => kind === 'overwrite')
  if (!overwrite) throw new Error('no overwrite was found')
  const measures = Object.fromEntries(measuresOf(overwrite).map((measure) => [measure.name, measure]))
  expect(measures.overwriteBelow).toMatchObject({ value: overwrite.survival, threshold: 0.7, holds: true })
  expect(measures.minDestroyed).toMatchObject({ value: overwrite.destroyed, holds: true })
  expect(measures.touchFrom).toMatchObject({ holds: false })
  expect(measures.rawRun).toMatchObject({ value: undefined, holds: undefined, threshold: 4 })
})
