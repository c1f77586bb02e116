import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from './lane'
import { columnTimes, rasterRow } from './lod'
import { bringLine, type Line, newLine, newStand, standOf } from './raster-line'
import { Scale, wallClock } from './scale'
import { grow, growing } from './testing/growing'

// a power of two, and a pixel a whole number of ms: then times are exact wherever the window stands
const WIDTH = 64
const COLOURS = { text: [200, 0, 0], tool: [0, 200, 0], write: [0, 0, 200] } as const

/** Pans (px), or undefined for another breadth. */
const moves = fc.array(fc.option(fc.integer({ min: -70, max: 70 }), { nil: undefined, freq: 8 }), { maxLength: 30 })

test('a line of pixels that is drawn on from what has changed, or moved as it is, is the line drawn anew', () => {
  let moved = 0
  fc.assert(
    fc.property(growing, fc.integer({ min: 300, max: 5_000 }), moves, (session, pixel, pans) => {
      const origin = session.events.reduce((least, { occurredAt }) => Math.min(least, occurredAt), Number.POSITIVE_INFINITY)
      const scale = new Scale(wallClock(origin))
      scale.width = WIDTH
      scale.set(0, WIDTH * pixel)
      const stand = newStand()
      const times = new Float64Array(WIDTH + 1)
      const lines = new Map<Row, Line>()
      const next = pans.values()
      grow(session, (rows) => {
        const { value: pan, done } = next.next()
        if (pan !== undefined) scale.set(scale.u0 + pan * pixel, scale.u1 + pan * pixel)
        else if (!done) scale.set(scale.u0, scale.u0 + (scale.u1 - scale.u0 === WIDTH * pixel ? 2 : 1) * WIDTH * pixel)
        if (standOf(stand, scale)) columnTimes((x) => scale.timeAt(x), WIDTH, times)
        if (stand.moved !== 0) moved++
        const now = rows.state.lastAt ?? 0
        for (const lane of rows.lanesByNumber)
          for (const row of lane.rows) {
            const line = lines.get(row) ?? newLine(new Uint32Array(WIDTH))
            lines.set(row, line)
            bringLine(line, row, times, stand, now, COLOURS)
            const anew = new Uint32Array(WIDTH)
            rasterRow(row, times, WIDTH, now, COLOURS, anew)
            expect(line.pixels).toEqual(anew)
            // what the raster reads is what the bars are
            for (let i = 0; i < row.bars.length; i++) {
              const bar = row.bars.at(i)
              expect([row.start.at(i), row.until.at(i), row.kind.at(i)]).toEqual([rows.bars.start.at(bar), rows.bars.until.at(bar), rows.bars.kind.at(bar)])
            }
          }
      })
    }),
    { numRuns: 300 },
  )
  expect(moved).toBeGreaterThan(100)
})

test('columns move by whole pixels only, measured from where they first stood', () => {
  const scale = new Scale(wallClock(1e12))
  scale.width = 1187.5
  scale.set(0, 86_400_123)
  const stand = newStand()
  expect([standOf(stand, scale), stand.moved]).toEqual([true, 0])
  const { epoch } = stand
  let at = 0
  for (let i = 0; i < 500; i++) {
    const by = ((i * 7) % 23) - 11
    at += by
    scale.pan(by)
    standOf(stand, scale)
    expect([stand.epoch, stand.moved + 0]).toEqual([epoch, at])
  }
  expect(standOf(stand, scale)).toBe(false)
  scale.pan(0.5)
  standOf(stand, scale)
  expect([stand.epoch, stand.moved]).toEqual([epoch + 1, 0])
  scale.zoomAt(300, 1.01)
  standOf(stand, scale)
  expect(stand.epoch).toBe(epoch + 2)
})
