import { describe, expect, test } from 'vitest'
import type { Intervention, InterventionKind } from '@/lib/core/interventions'
import { sketch } from '@/lib/core/testing/sketch'
import { figuresOf, kaplanMeierMedian, wilson } from './figures'

const drawing = `
  0s   lead   delegates t1 to ann: a.ts
  0s   lead   delegates t2 to bob: b.ts
  1s   lead   delegates t3 to cat: c.ts
  2s   ann    says "a" (47 tokens)
  2s   bob    says "b" (120 tokens)
  3s   bob    checks "npm test" passes
  4s   bob    checks "npm test" fails
  5s   bob    completes t2 "done"
`

describe('the five figures', () => {
  test('nothing delegated: nothing is claimed', () => {
    const figures = figuresOf(sketch('0s lead says "hello" (3 tokens)').state, [], true)
    expect(figures.map((figure) => figure.value.kind)).toEqual(['absent', 'absent', 'absent', 'absent', 'absent'])
    expect(figures.some((figure) => figure.loud)).toBe(false)
  })

  test('counts, kinds and what is still open', () => {
    const { state } = sketch(drawing)
    const figures = figuresOf(state, [finding('overwrite', 't1', { tokens: 47, destroyed: 12, headline: true })], true)
    expect(said(figures)).toEqual([
      'Tasks overwritten or cut: 1/3 (33%; n too small for an interval · 1 overwrite)',
      'Tokens before interruption: 47 (too few for a median · 1 not cut · 1 unknown)',
      'Autonomous completion: 1/2 (1 still open)',
      'Tokens discarded: 12 (2 lines · in 1 artifact)',
      'Checks passed: 1/2 (2 test)',
    ])
    expect(figures.map((figure) => figure.loud)).toEqual([true, false, false, true, false])
  })

  test('a revision is not a headline, but it ends autonomy; asked-for help does not', () => {
    const { state } = sketch(drawing)
    expect(said(figuresOf(state, [finding('revise', 't2', {})], true))[2]).toBe('Autonomous completion: 0/1 (2 still open)')
    expect(said(figuresOf(state, [finding('revise', 't2', { flags: ['requested'] })], true))[2]).toBe('Autonomous completion: 1/1 (2 still open)')
    expect(said(figuresOf(state, [finding('revise', 't2', {})], true))[0]).toBe('Tasks overwritten or cut: 0/3 (0%; n too small for an interval)')
  })

  test('an interval only from ten tasks on, and only once the session has ended', () => {
    const many = Array.from({ length: 12 }, (_, i) => `${i}s lead delegates t${i} to a${i}`).join('\n')
    const { state } = sketch(many)
    const found = [finding('overwrite', 't1', { headline: true, tokens: 5 })]
    expect(said(figuresOf(state, found, true))[0]).toBe('Tasks overwritten or cut: 1/12 (8%, 95% CI 1–35 · 1 overwrite)')
    expect(said(figuresOf(state, found, false))[0]).toBe('Tasks overwritten or cut: 1/12 (8% so far · 1 overwrite)')
  })

  test('tokens are unknown, not zero, where the source does not count them', () => {
    const { state } = sketch('0s lead delegates t1 to ann\n1s lead delegates t2 to bob')
    expect(said(figuresOf(state, [finding('interrupt', 't1', { headline: true, tokens: 0 })], true))[1]).toBe(
      'Tokens before interruption: not measurable here (the source gives no token counts)',
    )
  })
})

describe('estimates', () => {
  test('Wilson, against published values', () => {
    expect(round(wilson(72, 100))).toEqual([0.625, 0.799])
    expect(round(wilson(0, 10))).toEqual([0, 0.278])
    expect(round(wilson(10, 10))).toEqual([0.722, 1])
  })

  test('Kaplan-Meier median of the worked example: 110 tokens', () => {
    const cut = [40, 60, 25, 80, 90, 70, 200, 40, 110]
    // causes 1 of 40, 60, 25, 80, 200, 40, 110; the others censored at their ends
    expect(kaplanMeierMedian([40, 60, 25, 80, 200, 40, 110], [120, 150, 90, 70, 160])).toBe(110)
    expect(kaplanMeierMedian([10], [20, 30, 40])).toBeUndefined()
    expect(kaplanMeierMedian(cut, [])).toBe(70)
  })
})

function round({ low, high }: { low: number; high: number }): number[] {
  return [low, high].map((value) => Math.round(value * 1000) / 1000)
}

function said(figures: ReturnType<typeof figuresOf>): string[] {
  return figures.map(({ title, value, note: beside, detail }) => {
    const note = [beside, detail].filter(Boolean).join(' · ')
    const shown = value.kind === 'share' ? `${value.x}/${value.n}` : value.kind === 'number' ? value.text : value.why
    return `${title}: ${shown}${note && ` (${note})`}`
  })
}

function finding(kind: InterventionKind, task: string, { tokens = 10, destroyed = 0, headline = false, flags = [] as Intervention['flags'] }): Intervention {
  return {
    id: `${kind} ${task}`,
    kind,
    phase: 'pre_completion',
    trigger: { kind: 'self', because: 'nothing asked for it' },
    flags,
    occurredAt: 3000,
    taskId: task as Intervention['taskId'],
    artifact: 'a.ts' as Intervention['artifact'],
    master: { agentId: 'lead' as Intervention['assigneeId'], eventId: 'e' as Intervention['master']['eventId'] },
    assigneeId: 'ann' as Intervention['assigneeId'],
    distance: 1,
    destroyed,
    destroyedLines: destroyed > 0 ? 2 : 0,
    clocks: { tokens, tokensEstimated: false, step: 2, opportunity: 1 },
    headline,
    explanation: { sentence: '', rule: kind, thresholds: {}, confidence: 'declared', inferences: [] },
  }
}
