import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnAfter, columnTimes, rasterRow } from './lod'
import type { Row } from './lane'
import { grow, growing } from './testing/growing'

const WIDTH = 60
const COLOURS = { text: [200, 0, 0], tool: [0, 200, 0], write: [0, 0, 200] } as const

test('a line of pixels that is drawn on from what has changed is the line drawn anew', () => {
  fc.assert(
    fc.property(growing, fc.integer({ min: 20, max: 300 }), (session, seconds) => {
      const lines = new Map<Row, { pixels: Uint32Array; now: number }>()
      grow(session, (rows) => {
        const origin = session.events.reduce((least, { occurredAt }) => Math.min(least, occurredAt), Number.POSITIVE_INFINITY)
        const times = new Float64Array(WIDTH + 1)
        columnTimes((x) => origin + (x / WIDTH) * seconds * 1000, WIDTH, times)
        const now = rows.state.lastAt ?? 0
        for (const lane of rows.lanesByNumber)
          for (const row of lane.rows) {
            const line = lines.get(row) ?? { pixels: new Uint32Array(WIDTH), now: Number.NEGATIVE_INFINITY }
            lines.set(row, line)
            const from = columnAfter(times, WIDTH, Math.min(row.changedFrom, line.now, now))
            if (from < WIDTH) rasterRow(rows.bars, row, times, WIDTH, now, COLOURS, line.pixels, from)
            row.changedFrom = Number.POSITIVE_INFINITY
            line.now = now
            const anew = new Uint32Array(WIDTH)
            rasterRow(rows.bars, row, times, WIDTH, now, COLOURS, anew)
            expect(line.pixels).toEqual(anew)
          }
      })
    }),
    { numRuns: 200 },
  )
})
