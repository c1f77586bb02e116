import { expect, test } from 'vitest'
import { FORMATS } from '@/lib/formats'
import { formatsText } from './formats'

test('every format is listed with where its files lie and what they are told by, within the terminal', () => {
  const text = formatsText(80)
  for (const { name, title } of FORMATS) expect(text).toMatch(new RegExp(`^${name} +${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, 'm'))
  expect(text.match(/ {26}files: \S/g)).toHaveLength(FORMATS.length)
  expect(text.match(/ {26}with: {2}\S/g)).toHaveLength(FORMATS.length)
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(98)
})
