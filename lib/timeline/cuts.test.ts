import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Floats, Ints } from './columns'
import { Cuts, eachCell, eachLaneInView } from './cuts'
import { newLane } from './lane'
import type { Scene } from './scene'

const WIDTH = 60

/** A scene of two lanes, the second with a third rolled up into it; a strike is [lane, ms, loud]. One ms is one pixel. */
function sceneOf(strikes: readonly (readonly [number, number, boolean])[]): Scene {
  const lanes = [0, 1, 2].map((number) => newLane(number, `${number}`))
  const [first, second, third] = lanes as [(typeof lanes)[0], (typeof lanes)[0], (typeof lanes)[0]]
  second.members.push(third)
  third.standIn = second
  const strikeMarks = { cut: new Floats(), lane: new Ints(), loud: new Ints() }
  for (const [lane, at, loud] of strikes) {
    strikeMarks.cut.push(at)
    strikeMarks.lane.push(lane)
    strikeMarks.loud.push(loud ? 1 : 0)
  }
  const cuts = new Cuts()
  const rows = { lanes: [first, second], lanesByNumber: lanes, strikeMarks, strikeList: strikes.map(() => ({})), cuts }
  cuts.take(rows as never)
  const scale = { xAt: (time: number) => time, timeAt: (x: number) => x }
  return { rows, scale, width: WIDTH, height: 400, scroll: 0, pinned: undefined, layout: { top: new Float64Array([0, 40, 80]), height: 80 } } as never
}

const place = (at: number, cell: number) => Math.floor(at / cell)

test('each cell of a lane that has an intervention in the window shows exactly one, however many there are, a loud one first', () => {
  const anyStrikes = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: -20, max: WIDTH + 20 }), fc.boolean()), { maxLength: 300 })
  fc.assert(
    fc.property(anyStrikes, fc.constantFrom(1, 6), fc.boolean(), (strikes, cell, loud) => {
      const scene = sceneOf(strikes)
      const drawn: string[] = []
      eachLaneInView(scene, (_, lane) =>
        eachCell(scene, lane, loud, cell, (_, index) => {
          const [lane, at] = strikes[index] as (typeof strikes)[number]
          drawn.push(`${Math.min(lane, 1)} ${place(at, cell)}`)
          return true
        }),
      )
      expect(new Set(drawn).size).toBe(drawn.length)
      const inWindow = (key: string) => Number(key.split(' ')[1]) >= 0 && Number(key.split(' ')[1]) < WIDTH / cell
      const cellsOf = (which: boolean) => strikes.filter(([, , one]) => one === which).map(([lane, at]) => `${Math.min(lane, 1)} ${place(at, cell)}`)
      const cut = new Set(loud ? [] : cellsOf(true))
      const wanted = new Set(cellsOf(loud).filter((key) => !cut.has(key)))
      expect(drawn.filter(inWindow).sort()).toEqual([...wanted].filter(inWindow).sort())
    }),
  )
})

test('what is not drawn leaves its cell to the next', () => {
  const scene = sceneOf([
    [0, 5, true],
    [0, 5, true],
    [0, 5, true],
  ])
  const asked: number[] = []
  eachCell(scene, scene.rows.lanes[0] as never, true, 1, (_, index) => {
    asked.push(index)
    return index === 1
  })
  expect(asked).toEqual([0, 1])
})
