import { describe, expect, test } from 'vitest'
import { Random } from './fuzz-random'
import { deleteShare, dropComments, minify, reformat, renameAll, renameAndConstant, replaceShare, swapHalves } from './mutate'

const text = `function total(rows, limit) {
  // only what counts
  let sum = 0
  for (const row of rows) {
    if (row.price > limit) sum += row.price * 3
  }
  return { sum, text: "total of rows" }
}
`
const work = { text, path: 'a.ts' }
const donor = 'x {\n  alpha(1)\n  beta(2)\n  gamma(3)\n  delta(4)\n}\n'
const words = (code: string | undefined) => (code?.match(/[\p{L}\p{N}_]+/gu) ?? []).join(' ')

describe('edits that keep the work', () => {
  test('layout and quotes change no word', () => {
    expect(words(reformat(work, donor, new Random(1)))).toBe(words(text))
    expect(words(minify(work, donor, new Random(1)))).toBe(words(text.replace(/\/\/.*/, '')))
    expect(minify(work, donor, new Random(1))?.trimEnd()).not.toContain('\n')
  })

  test('renaming is consistent and leaves members and strings alone', () => {
    const renamed = renameAll(work, donor, new Random(1)) ?? ''
    expect(renamed).not.toMatch(/\brow\b/)
    expect(renamed).toContain('.price > ')
    expect(renamed).toContain('"total of rows"')
    expect(renameAndConstant(work, donor, new Random(1))).toMatch(/17|20/)
  })

  test('comments go, halves swap', () => {
    expect(dropComments(work, donor, new Random(1))).not.toContain('only what counts')
    expect(
      words(swapHalves(work, donor, new Random(1)))
        .split(' ')
        .sort(),
    ).toEqual(words(text).split(' ').sort())
  })
})

test('edits that destroy it take the share that they say', () => {
  const lines = text.trimEnd().split('\n')
  for (const share of [0.5, 0.7]) {
    const after = replaceShare(share)(work, donor, new Random(3))?.trimEnd().split('\n') ?? []
    const gone = lines.filter((line, i) => after[i] !== line)
    expect(words(gone.join('\n')).split(' ').length / words(text).split(' ').length).toBeGreaterThan(share - 0.15)
  }
  expect(deleteShare(0.5)(work, donor, new Random(3))?.split('\n').length).toBeLessThan(lines.length)
})
