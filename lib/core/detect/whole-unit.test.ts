import { expect, test } from 'vitest'
import { sketchEvents } from '../testing/sketch'
import { ADULTS, HALF, OTHER, q } from '../testing/specimens'
import { readUnits } from '../units/units'
import { detectAll } from './detector'

/** The phases found, and how often units were read for them. */
function phases(text: string): { phases: string[]; readings: number } {
  let readings = 0
  const findings = detectAll(sketchEvents(text), undefined, undefined, (...of) => {
    readings += 1
    return readUnits(...of)
  })
  return { phases: findings.map(({ kind, phase }) => `${kind} ${phase}`), readings }
}

test('work that nobody cuts short is not read for units', () => {
  const work = `
    0s lead delegates t1 to coder: a.py
    1s coder writes a.py ${q(HALF)}
    2s coder writes a.py ${q(ADULTS)}
    3s coder completes t1
    4s lead accepts t1`
  expect(phases(work)).toEqual({ phases: ['accept post_completion'], readings: 0 })
})

test('asked late, it says what was whole at that moment', () => {
  const before = (text: string) => `
    0s lead delegates t1 to coder: a.py
    1s coder writes a.py ${q(text)}
    2s lead cancels t1`
  expect(phases(before(ADULTS)).phases).toEqual(['interrupt pre_completion'])
  expect(phases(before(HALF)).phases).toEqual(['interrupt pre_unit'])
})

test('a unit that was whole once and is torn down again was whole', () => {
  const torn = `
    0s lead delegates t1 to coder: a.py
    1s coder writes a.py ${q(ADULTS)}
    2s coder writes a.py ${q(HALF)}
    3s lead cancels t1`
  expect(phases(torn).phases).toEqual(['interrupt pre_completion'])
})

test('of much that is written before anybody asks, not all is kept', () => {
  const writes = Array.from({ length: 40 }, (_, k) => `${k + 1}s coder writes a.py ${q(`${HALF}# ${k}\n`)}`).join('\n')
  const { phases: found, readings } = phases(`0s lead delegates t1 to coder: a.py\n${writes}\n50s lead writes a.py ${q(OTHER)}`)
  expect(found).toEqual(['overwrite pre_unit'])
  expect(readings).toBeGreaterThan(40)
})
