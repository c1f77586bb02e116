import { describe, expect, test } from 'vitest'
import { EventSchema } from '../event'
import { sketch, sketchEvents } from '../testing/sketch'
import { detectAll } from './detector'
import { ADULTS, found, HALF, OTHER, q, REPORT } from '../testing/specimens'

describe('who acted', () => {
  test('a person and the harness only censor', () => {
    const by = (who: string) =>
      found(`\n0s ${who} joins under ${who}0\n0s lead delegates t1 to coder: a.py\n1s coder writes a.py ${q(ADULTS)}\n2s ${who} writes a.py ${q(OTHER)}`)
    expect(by('user')).toBe('2s user stopped, as a human, coder on a.py (kept 0%, before completion)')
    expect(by('harness')).toBe('2s harness stopped, as the harness, coder on a.py (kept 0%, before completion)')
  })

  test('a peer is no master', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        0s lead delegates t2 to tester: b.py
        1s coder writes a.py ${q(ADULTS)}
        2s coder completes t1
        3s tester writes a.py ${q(OTHER)}`),
    ).toBe('3s tester overwrote its peer coder on a.py (kept 0%, after completion)')
  })

  test('one who rewrites itself has not been overwritten', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n1s coder writes a.py ${q(ADULTS)}\n2s coder writes a.py ${q(OTHER)}`)).toBe('')
  })

  test('a nested master is judged on the task it gave, not on its own', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: z.py
        1s coder delegates t2 to helper: a.py
        2s helper writes a.py ${q(ADULTS)}
        3s helper completes t2
        4s coder writes a.py ${q(OTHER)}`),
    ).toBe('4s coder overwrote helper on a.py (kept 0%, after completion)')
  })

  test('the root that rewrites a grandchild acts at distance 2, once', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: z.py
      1s coder delegates t2 to helper: a.py
      2s helper writes a.py ${q(ADULTS)}
      4s lead writes a.py ${q(OTHER)}`)
    expect(interventions.map((f) => [f.kind, f.taskId, f.distance])).toEqual([['overwrite', 't2', 2]])
  })

  test('two owners of one artifact are judged each for itself', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        0s lead delegates t2 to tester: a.py
        1s coder writes a.py ${q(ADULTS)}
        2s tester writes a.py ${q(ADULTS + REPORT)}
        3s coder completes t1
        3s tester completes t2
        4s lead writes a.py ${q(OTHER + REPORT)}`),
    ).toBe('4s lead overwrote coder on a.py (kept 0%, after completion)\n4s lead appended to the work of tester on a.py (kept 100%, after completion)')
  })

  test('work that was asked for help is flagged and is no headline', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder writes a.py ${q(HALF)}
      2s coder asks help on t1
      3s lead writes a.py ${q(OTHER)}`)
    expect(interventions.map((f) => [f.kind, f.flags, f.headline])).toEqual([['overwrite', ['requested'], false]])
  })

  test('a master that had not seen the newest revision raced', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        1s coder writes a.py ${q(ADULTS)}
        2s coder writes a.py ${q(ADULTS + REPORT)}
        3s lead writes a.py ${q(OTHER)} based on 1`),
    ).toContain('race')
  })
})

describe('stopping, taking over, doing again', () => {
  test('cancelling an open task interrupts it', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n1s coder writes a.py partial ${q(HALF)}\n2s lead cancels t1`)).toBe(
      '2s lead interrupted coder (before the first unit was complete)',
    )
  })

  test('cancelling and rewriting are two events of one headline, in the phase of the cancelling', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder writes a.py partial ${q(HALF)}
      2s lead cancels t1
      3s lead writes a.py ${q(OTHER)}`)
    expect(interventions.map((f) => [f.kind, f.phase, f.headline])).toEqual([
      ['interrupt', 'pre_unit', true],
      ['overwrite', 'pre_unit', false],
    ])
  })

  test('a person who stops a task censors it', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n2s user cancels t1`)).toBe('2s user stopped, as a human, coder (before the first unit was complete)')
  })

  test('making what was ordered, while the assignee has made nothing, takes over', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n2s lead writes a.py ${q(OTHER)}`)).toBe(
      '2s lead took over from coder on a.py (before the first unit was complete)',
    )
  })

  test('two of four outputs are half, one is not', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py, b.py, c.py, d.py\n2s lead writes a.py ${q(OTHER)}`)).toBe('')
    expect(found(`\n0s lead delegates t1 to coder: a.py, b.py, c.py, d.py\n2s lead writes a.py ${q(OTHER)}\n3s lead writes b.py ${q(ADULTS)}`)).toContain(
      'took over',
    )
  })

  test('the same call on the same inputs does the work again; a changed input or a test does not', () => {
    const again = (between: string, call: string) =>
      found(`
        0s lead delegates t1 to coder
        1s coder calls ${call} reads a.py
        2s coder completes t1
        ${between}
        4s lead calls ${call} reads a.py`)
    expect(again('', 'grep "users"')).toBe('4s lead redid the work of coder (after completion)')
    expect(again('3s lead writes a.py "x = 1"', 'grep "users"')).toBe('')
    expect(again('', 'Bash "npm test -- users"')).toBe('')
    expect(again('', 'Read "{\\"file_path\\":\\"a.py\\"}"')).toBe('')
  })

  test('ordering again after a cancellation: the same hands retry, others are redelegated to', () => {
    const to = (who: string) =>
      found(`
        0s lead delegates t1 to coder: a.py
        1s lead cancels t1
        2s lead delegates t2 to ${who}: a.py`)
    expect(to('coder')).toContain('2s lead retried the task of coder')
    expect(to('other')).toContain('2s lead redelegated the task of coder')
  })

  test('a message into an open task steers', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n1s lead steers t1 "use uuid keys"`)).toBe('1s lead steered coder (before the first unit was complete)')
  })

  test('a move keeps the owner; what follows is judged on the new path', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        1s coder writes a.py ${q(ADULTS)}
        2s coder completes t1
        3s lead moves a.py to b.py
        4s lead writes b.py ${q(OTHER)}`),
    ).toBe('3s lead moved the work of coder on b.py (kept 100%, after completion)\n4s lead overwrote coder on b.py (kept 0%, after completion)')
  })

  test('what lives on in another artifact was merged', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        0s lead delegates t2 to tester: b.py
        1s coder writes a.py ${q(ADULTS)}
        1s tester writes b.py ${q(REPORT)}
        2s coder completes t1
        2s tester completes t2
        3s lead writes c.py ${q(ADULTS + REPORT)}
        4s lead deletes a.py
        5s lead deletes b.py`),
    ).toBe('4s lead merged the work of coder on a.py (kept 0%, after completion)\n5s lead merged the work of tester on b.py (kept 0%, after completion)')
  })

  test('a call made again by another, whom the master sent when it had the answer, is the work done again', () => {
    const asked = (at: string, order: string) =>
      found(`
      0s lead delegates t1 to coder
      1s coder calls grep "users" reads a.py
      ${order}
      ${at} other calls grep "users" reads a.py`)
    expect(asked('5s', '2s coder completes t1\n3s lead delegates t2 to other')).toBe('5s other redid the work of coder (after completion)')
    // at work at the same time: it could not know
    expect(asked('5s', '1.5s lead delegates t2 to other\n2s coder completes t1')).toBe('')
  })

  test('an agent made anew for each order is the same hands', () => {
    const orders = (type: string) => {
      const drawn = sketchEvents(`\n0s lead delegates t1 to one: a.py\n1s one fails t1\n2s lead delegates t2 to two: a.py`)
      const typed = drawn.map((event) =>
        event.type === 'agent.joined' && event.agentId !== 'lead' ? { ...event, agentType: event.agentId === 'one' ? 'writer' : type } : event,
      )
      return detectAll(typed)[0]
    }
    expect(orders('writer')).toMatchObject({ kind: 'retry', trigger: { kind: 'tool_failure', because: 'one had failed' } })
    expect(orders('tester')).toMatchObject({ kind: 'redelegate' })
  })

  test('who took an order is looked at when it is known', () => {
    const drawn = sketchEvents(`\n0s lead delegates t1 to one: a.py\n1s one fails t1\n2s lead delegates t2 to two: a.py\n9s two completes t2`)
    const late = drawn.map((event) =>
      event.type === 'agent.joined' && event.agentId !== 'lead'
        ? { ...event, agentType: 'writer', ...(event.agentId === 'two' ? { occurredAt: 3000 } : {}) }
        : event,
    )
    expect(detectAll(late)[0]).toMatchObject({ kind: 'retry', occurredAt: 2000 })
    const never = drawn.filter((event) => !(event.type === 'agent.joined' && event.agentId === 'two'))
    expect(detectAll(never)[0]).toMatchObject({ kind: 'redelegate', occurredAt: 2000 })
  })

  test('work that was sent back and ordered again is ordered again', () => {
    const drawn = sketchEvents(`\n0s lead delegates t1 to coder: a.py\n1s coder completes t1\n3s lead delegates t2 to coder: a.py\n9s lead ends the session`)
    const verdict = EventSchema.parse({ id: 'v', sessionId: 'sketch', occurredAt: 2000, type: 'verdict.given', by: 'lead', taskId: 't1', verdict: 'revise' })
    expect(detectAll(drawn).map((f) => f.kind)).toEqual(['accept'])
    expect(detectAll([...drawn, verdict]).map((f) => f.kind)).toEqual(['retry'])
  })

  test('work without a file has its first unit with a whole call, or a whole turn', () => {
    const stopped = (between: string, outputs = '') =>
      sketch(`\n0s lead delegates t1 to coder${outputs}\n${between}\n5s lead cancels t1`).interventions[0]?.phase
    expect(stopped('')).toBe('pre_unit')
    expect(stopped('1s coder calls grep "users"')).toBe('pre_completion')
    expect(stopped('1s coder says "on it" (2 tokens)')).toBe('pre_unit')
    expect(stopped('1s coder says "The table of users has fourteen columns, and not one of them has an index." (20 tokens)')).toBe('pre_completion')
    expect(stopped('1s coder calls grep "users"', ': a.py')).toBe('pre_unit')
  })

  test('overwritten, restored, overwritten again: one headline, and every event', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder writes a.py ${q(ADULTS)}
      2s lead writes a.py ${q(OTHER)}
      3s coder writes a.py ${q(ADULTS)}
      4s lead writes a.py ${q(OTHER)}`)
    expect(interventions.map((f) => [f.kind, f.headline])).toEqual([
      ['overwrite', true],
      ['overwrite', false],
    ])
  })

  test('tokens are those that were said, not those that were thought', () => {
    const drawn = sketchEvents(`\n0s lead delegates t1 to coder: a.py\n1s coder says "so" (400 tokens)\n2s lead cancels t1`)
    const thought = drawn.map((event) => (event.type === 'turn.ended' ? { ...event, usage: { outputTokens: 400, reasoningTokens: 360 } } : event))
    expect(detectAll(thought)[0]?.clocks.tokens).toBe(40)
  })
})
