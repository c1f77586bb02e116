import { describe, expect, it } from 'vitest'
import { wilson } from '../stats/proportion'
import { isEstimate, type Measured } from './estimate'
import { sessionFigures } from './session-figures'
import { clocks, ended, fact, taskRecord } from './testing/records'

function shareOf(measured: Measured): { value: number; low: number; high: number } {
  if (!isEstimate(measured)) throw new Error(measured.reason)
  return { value: measured.value, low: measured.low ?? Number.NaN, high: measured.high ?? Number.NaN }
}

const cut = Array.from({ length: 6 }, (_, i) => ended('s', `c${i}`, 'cut', clocks(3, { tokens: 30 + i })))
const completed = Array.from({ length: 5 }, (_, i) => ended('s', `d${i}`, 'completed', clocks(5, { tokens: 90 })))
const open = Array.from({ length: 4 }, (_, i) =>
  taskRecord({ sessionId: 's', taskId: `o${i}`, end: { how: 'censored', why: 'running', clocks: clocks(2, { tokens: 20 }) } }),
)

describe('one session', () => {
  it('over: Wilson; still running: limits that hold at every look and whatever the open tasks become', () => {
    const over = sessionFigures([...cut, ...completed], true)
    expect(shareOf(over.cutShort)).toEqual({ value: 6 / 11, ...wilson(6, 11) })
    expect(over).toMatchObject({ kinds: [['overwrite', 6]], open: 0, notStarted: 0 })
    const running = sessionFigures([...cut, ...completed, ...open], false)
    const { value, low, high } = shareOf(running.cutShort)
    expect(value).toBe(6 / 15)
    expect(running.cutShort).toMatchObject({ note: '4 not decided yet', events: 6, n: 15 })
    for (let more = 0; more <= 4; more++) {
      const decided = shareOf(
        sessionFigures(
          [
            ...cut,
            ...completed,
            ...open.map((record, i) => (i < more ? ended('s', record.taskId, 'cut', clocks(3)) : ended('s', record.taskId, 'completed', clocks(3)))),
          ],
          false,
        ).cutShort,
      )
      expect(low).toBeLessThanOrEqual(decided.low)
      expect(high).toBeGreaterThanOrEqual(decided.high)
    }
  })

  it('untouched: completed without a change; a revise is a touch, one that was asked for is not', () => {
    const revised = taskRecord({ ...ended('s', 'r', 'completed', clocks(5)), interventions: [fact({ kind: 'revise' })] })
    const helped = taskRecord({ ...ended('s', 'h', 'completed', clocks(5)), interventions: [fact({ kind: 'revise', flags: ['requested'] })] })
    expect(shareOf(sessionFigures([...completed, revised, helped], true).untouched).value).toBeCloseTo(6 / 7, 12)
  })

  it('an overwrite of accepted work cuts nothing short, and is told', () => {
    const end = ended('s', 'a', 'completed', clocks(5))
    const record = taskRecord({
      ...end,
      fate: { how: 'accepted', clocks: clocks(6) },
      interventions: [fact({ kind: 'overwrite', phase: 'post_acceptance', headline: true })],
    })
    const { cutShort, kinds, afterAcceptance } = sessionFigures([...completed, record], true)
    expect(cutShort).toMatchObject({ value: 0, n: 6 })
    expect({ kinds, afterAcceptance }).toEqual({ kinds: [], afterAcceptance: [['overwrite', 1]] })
  })

  it('few tasks are counts; none is a reason; the pace counts the uncut as "at least"', () => {
    expect(sessionFigures(cut.slice(0, 3), true).cutShort).toMatchObject({ display: 'counts' })
    expect(sessionFigures([], false).cutShort).toMatchObject({ code: 'no_tasks' })
    const { pace } = sessionFigures([...cut, ...completed], true)
    if ('reason' in pace) throw new Error(pace.reason)
    expect(pace.median.value).toBe(35)
  })
})
