import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rows } from './rows'
import { grow, growing } from './testing/growing'

/** All that strikes leave in the rows, by names: numbers of bars and lanes hang on the order in which they came. */
function told(rows: Rows) {
  const { bars, strikeList, strikeSpans, loudSpans, strikeMarks, cuts, marked, lanesByNumber } = rows
  const bar = (n: number) => (n < 0 ? '-' : `${rows.laneOfBar(n).id}/${bars.subject(n)?.id}`)
  const id = (i: number) => strikeList[i]?.id
  const lane = (n: number) => lanesByNumber[n]?.id
  const from = rows.state.firstAt ?? 0
  const windows = [0, 5_000, 20_000, 100_000].map((at) =>
    [strikeSpans, loudSpans].map((spans) =>
      inWindow(spans, from + at, from + at + 15_000)
        .map(id)
        .toSorted(),
    ),
  )
  rows.sortLoud()
  return {
    strikes: strikeList.map((strike, i) => ({
      id: strike.id,
      index: strike.index - i,
      says: `${strike.kind} ${bar(strike.actorBar)} (${bar(strike.actorTurn)}) ${bar(strike.hitBar)} ${strike.cutAt} ${strike.loud} ${strike.aside}`,
      columns: [strikeMarks.cut.at(i), lane(strikeMarks.lane.at(i)), strikeMarks.loud.at(i)],
    })),
    beside: [strikeMarks.cut.length, strikeMarks.lane.length, strikeMarks.loud.length],
    windows,
    cuts: lanesByNumber
      .map((one) => [one.id, ...[true, false].map((loud) => [...ints(cuts.of(one, loud))].map((i) => `${strikeMarks.cut.at(i)} ${id(i)}`).toSorted())])
      .filter(([, ...lists]) => lists.some(({ length }) => (length ?? 0) > 0))
      .toSorted(),
    sorted: lanesByNumber.every((one) => [true, false].every((loud) => rises([...ints(cuts.of(one, loud))].map((i) => strikeMarks.cut.at(i))))),
    marked: [...marked]
      .map(([n, { did, hit, touching }]) => `${bar(n)} ${did?.id} ${hit?.id} ${touching.length} ${bars.acted.at(n)} ${bars.destroyed.at(n)}`)
      .toSorted(),
    written: Array.from({ length: bars.count }, (_, n) => n)
      .filter((n) => bars.lane.at(n) >= 0 && (bars.acted.at(n) !== 0 || bars.destroyed.at(n) >= 0))
      .map(bar)
      .toSorted(),
    lanes: lanesByNumber
      .map((one) => `${one.id} ${one.destroyed} ${one.rows.map(({ loud }) => [...ints(loud)].map(bar).join(' ')).join(' | ')}`)
      .filter((line) => !/ 0 [ |]*$/.test(line))
      .toSorted(),
  }
}

function* ints(list: { length: number; at(i: number): number } | undefined): Generator<number> {
  for (let i = 0; list && i < list.length; i++) yield list.at(i)
}

function inWindow(spans: Rows['strikeSpans'], left: number, right: number): number[] {
  const found: number[] = []
  const end = spans.placeFrom(right)
  for (let place = spans.nextEnding(0, left); place < end; place = spans.nextEnding(place + 1, left)) found.push(spans.at(place))
  return found
}

const rises = (times: readonly number[]) => times.every((at, i) => i === 0 || (times[i - 1] as number) <= at)

test('strikes that are kept as findings come and go are those that are marked from nothing', () => {
  let most = 0
  fc.assert(
    fc.property(growing, (session) => {
      grow(session, (rows) => {
        most = Math.max(most, rows.strikeList.length)
        // what a lane has lost in the end is what it has lost
        expect(rows.lanesByNumber.map((lane) => rows.lostBy(Number.POSITIVE_INFINITY).get(lane.number) ?? 0)).toEqual(
          rows.lanesByNumber.map((lane) => lane.destroyed),
        )
        expect(rows.lostBy((rows.strikeList[0]?.occurredAt ?? 1) - 1).size).toBe(0)
        expect(told(rows)).toEqual(told(new Rows(rows.state, rows.findings)))
      })
    }),
    { numRuns: 300 },
  )
  // the sessions have something to strike
  expect(most).toBeGreaterThan(3)
})
