import { describe, expect, test } from 'vitest'
import { Random } from '../testing/fuzz-random'
import { Artifact } from './artifact'
import { ownerAt } from './owned-line'
import { goesOn, joinLines, splitLines } from './pieces'

const RUNS = { rawRun: 4, renamedRun: 8 }
const words = (count: number, from = 0) => Array.from({ length: count }, (_, n) => String(10_000_000 + from + n))

/** Owner of each word of an artifact, in order. */
function ownersOf(artifact: Artifact): number[] {
  return artifact.ownedLines().flatMap((line) => line.tokens.raw.map((_, k) => ownerAt(line.owners, k)))
}

describe('lines of more than 20,000 characters', () => {
  test('are cut into pieces and put together again', () => {
    const text = `short\n${words(9000).join(' ')}\nend`
    const lines = splitLines(text)
    expect(lines.length).toBeGreaterThan(100)
    expect(lines.filter(goesOn).length).toBe(lines.length - 3)
    expect(joinLines(lines)).toBe(text)
    expect(splitLines('a\nb')).toEqual(['a', 'b'])
  })

  test('are cut at the same places but for those beside an insertion', () => {
    const all = words(9000)
    const before = new Set(splitLines(all.join(' ')))
    const after = splitLines([...all.slice(0, 4000), 'inserted', ...all.slice(4000)].join(' '))
    expect(after.filter((piece) => !before.has(piece)).length).toBeLessThanOrEqual(2)
  })

  test('have owners, whatever is changed in them', () => {
    const random = new Random(41)
    const artifact = new Artifact('app.min.js', RUNS)
    let text = words(6000).map((word) => ({ word, owner: 1 }))
    const joined = () => text.map(({ word }) => word).join(' ')
    artifact.write(joined(), 1)
    for (let k = 0; k < 120; k++) {
      const from = 20 + random.below(text.length - 60)
      const writer = 2 + random.below(4)
      const old = text.slice(from, from + 1 + random.below(30))
      const fresh = words(1 + random.below(30), 1_000_000 + k * 100).map((word) => ({ word, owner: writer }))
      text = [...text.slice(0, from), ...fresh, ...text.slice(from + old.length)]
      const survey =
        k % 3 === 0
          ? artifact.write(joined(), writer)
          : artifact.editAll([{ old: old.map(({ word }) => word).join(' '), fresh: fresh.map(({ word }) => word).join(' ') }], writer)
      expect([...survey.owners.values()].reduce((sum, { lost }) => sum + lost, 0)).toBe(old.length)
      expect(survey.inserted).toBe(fresh.length)
      expect(artifact.complete).toBe(true)
    }
    expect(artifact.text()).toBe(joined())
    expect(artifact.is(joined())).toBe(true)
    expect(artifact.is(`${joined()}x`)).toBe(false)
    expect(ownersOf(artifact)).toEqual(text.map(({ owner }) => owner))
    expect(artifact.rowAt(artifact.lineCount() - 1)).toBe(0)
  })

  test('an edit cuts again only where it is, and as if the whole were cut', () => {
    const random = new Random(97)
    const part = () => `function f${random.below(900)}(a,b){return a*${random.below(90)}+b[${random.below(9)}]||"s ${random.below(99)}"}`
    let text = `// first\n${Array.from({ length: 700 }, part).join('')}\nlast();${Array.from({ length: 500 }, part).join('')}`
    const artifact = new Artifact('app.min.js', RUNS)
    artifact.write(text, 1)
    const pieces = () => artifact.ownedLines().map((line) => line.text)
    for (let k = 0; k < 400; k++) {
      // anywhere: at the beginning, at the end, over the end of a line, with line feeds put in, down to a short line
      const from = k % 9 === 0 ? 0 : k % 9 === 1 ? text.length - 30 : random.below(text.length - 200)
      const old = text.slice(from, from + (k % 50 === 49 ? 18_000 : 12 + random.below(120)))
      if (text.indexOf(old) !== from) continue
      const fresh = k % 13 === 0 ? '' : k % 17 === 0 ? `a\n${part()}` : Array.from({ length: k % 50 === 10 ? 300 : 1 + random.below(3) }, part).join('')
      text = text.slice(0, from) + fresh + text.slice(from + old.length)
      artifact.editAll([{ old, fresh }], 2 + (k % 3))
      expect(artifact.text(), `edit ${k}`).toBe(text)
      expect(artifact.is(text), `edit ${k}`).toBe(true)
      expect(pieces(), `edit ${k}`).toEqual(splitLines(text))
    }
  })

  test('a change to what is not there was made out of sight', () => {
    const artifact = new Artifact('app.min.js', RUNS)
    artifact.write(words(6000).join(' '), 1)
    artifact.editAll([{ old: 'nobody wrote this', fresh: 'nor that' }], 2)
    expect(artifact.complete).toBe(false)
  })
})

test('long files: an edit is found where it is, also in the middle of a line', () => {
  const lines = Array.from({ length: 5000 }, (_, n) => `export const value${n} = compute(${n}, "name ${n}")`)
  const artifact = new Artifact('big.ts', RUNS)
  artifact.write(lines.join('\n'), 1)
  expect(artifact.editAll([{ old: 'compute(4321,', fresh: 'other(4321,' }], 2).firstLine).toBe(4321)
  expect(artifact.editAll([{ old: '77")\nexport const value78 = comp', fresh: '77")\nexport const value78 = reckon' }], 2).firstLine).toBe(78)
  expect(artifact.complete).toBe(true)
  expect(artifact.editAll([{ old: 'compute(4321,', fresh: '' }], 2).owners.size).toBeGreaterThanOrEqual(0)
  expect(artifact.complete).toBe(false)
})
