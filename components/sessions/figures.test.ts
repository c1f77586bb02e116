import { describe, expect, test } from 'vitest'
import { sessionFigures } from '@/lib/core/metrics/session-figures'
import { tasksOf } from '@/lib/core/metrics/tasks-of'
import { sketch } from '@/lib/core/testing/sketch'
import { countChecks, type Figure, figuresOf } from './figures'

const CODE = '"export function add(left: number, right: number) {\\n  const total = left + right\\n  return total\\n}\\n"'
const OTHER = '"import { sum } from \'lodash\'\\n\\nexport const plus = (...numbers: number[]): number => sum(numbers.map(Number))\\n"'

function strip(drawing: string, ended = true): Figure[] {
  const { state, interventions } = sketch(drawing)
  const tasks = tasksOf(state, interventions)
  return figuresOf(sessionFigures(tasks, ended), countChecks(state), tasks.length, ended)
}

function said(figures: readonly Figure[]): string[] {
  return figures.map(({ title, value, note: beside, detail }) => {
    const note = [beside, detail].filter(Boolean).join(' · ')
    const shown = value.kind === 'share' ? `${value.x}/${value.n}` : value.kind === 'number' ? value.text : value.why
    return `${title}: ${shown}${note && ` (${note})`}`
  })
}

/** So many tasks one after the other, each with a turn of the master in between; the first `cut` of them overwritten half way. */
function tasks(count: number, cut: number): string {
  return Array.from({ length: count }, (_, i) => {
    const at = i * 10
    const end = i < cut ? `${at + 4}s lead writes f${i}.ts ${OTHER}` : `${at + 4}s c${i} completes t${i}`
    return `
      ${at}s   lead delegates t${i} to c${i}: f${i}.ts
      ${at + 1}s c${i} writes f${i}.ts ${CODE}
      ${at + 2}s c${i} says "half" (${40 + i} tokens)
      ${at + 3}s lead says "hm"
      ${end}`
  }).join('\n')
}

describe('the five figures', () => {
  test('nothing delegated: nothing is claimed', () => {
    const figures = strip('0s lead says "hello" (3 tokens)')
    expect(figures.map((figure) => figure.value.kind)).toEqual(['absent', 'absent', 'absent', 'absent', 'absent'])
    expect(figures.some((figure) => figure.loud)).toBe(false)
  })

  test('delegated, but nobody began: not yet while it runs, not at all in what is over', () => {
    const ABSENT = ['cut', 'tokens', 'autonomous']
    const why = (ended: boolean) =>
      strip('0s lead delegates t1 to coder: a.ts', ended).flatMap(({ key, value }) => (ABSENT.includes(key) && value.kind === 'absent' ? [value.why] : []))
    expect(why(false)).toEqual(Array(3).fill('no task begun yet'))
    expect(why(true)).toEqual(Array(3).fill('no task begun in this recording'))
  })

  test('counts, kinds, what has not begun, checks', () => {
    const figures = strip(`${tasks(3, 1)}
      40s lead delegates t9 to nobody
      41s c1   checks "npm test" passes
      42s c1   checks "npm test" fails`)
    expect(said(figures)).toEqual([
      'Tasks overwritten or cut: 1/3 (33%; n too small for an interval · 1 overwrite · 1 not begun)',
      'Tokens before interruption: 40 (too few for a median · 2 not cut)',
      'Completed untouched: 2/3 (67%; n too small for an interval)',
      expect.stringMatching(/^Tokens discarded: \d+ \(of 1 task\)$/),
      'Checks passed: 1/2 (2 test)',
    ])
    expect(figures.map((figure) => figure.loud)).toEqual([true, false, false, true, false])
  })

  test('an interval from ten tasks on: Wilson when it is over, a confidence sequence, which is wider, while it runs', () => {
    const [over] = said(strip(`${tasks(12, 3)}\n130s lead ends the session`, true))
    const [running] = said(strip(tasks(12, 3), false))
    const limits = (text = '') => [...(/(CI|CS) (\d+)–(\d+)/.exec(text) ?? [])].slice(1)
    const [how, low, high] = limits(over)
    const [howNow, lowNow, highNow] = limits(running)
    expect([how, howNow]).toEqual(['CI', 'CS'])
    expect(Number(lowNow)).toBeLessThanOrEqual(Number(low))
    expect(Number(highNow)).toBeGreaterThan(Number(high))
    expect(running).toContain('so far')
  })

  test('where the call blocks the master, tokens before interruption are not measurable, and never 0', () => {
    const [, tokens] = said(
      strip(`
      0s  lead   starts m1
      1s  lead   delegates t1 to coder: a.ts
      2s  coder  writes a.ts ${CODE}
      2s  coder  says "done" (30 tokens)
      3s  coder  completes t1
      3s  lead   starts m2
      4s  lead   writes a.ts ${OTHER}
      5s  lead   ends m2 (9 tokens)`),
    )
    expect(tokens).toMatch(
      /^Tokens before interruption: not measurable here \(the master had no turn while its agents worked, so it could not have stepped into this one task\)/,
    )
  })

  test('tokens are unknown, not zero, where the source does not count them', () => {
    const [, tokens] = said(
      strip(`
      0s lead delegates t1 to ann: a.ts
      1s ann  writes a.ts ${CODE}
      2s lead says "hm" (3 tokens)
      3s lead writes a.ts ${OTHER}`),
    )
    expect(tokens).toBe('Tokens before interruption: not measurable here (the source gives no token counts)')
  })
})
