import { expect, test } from 'vitest'
import { DETECTOR_PARAMETERS, DETECTOR_VERSION } from './interventions'
import { BUILT_IN, PARAMETER_MEANINGS, PARAMETER_NAMES, parseParameters, readingVersion } from './parameters'

test('every number that a finding depends on can be read about and lies in its own range', () => {
  for (const name of Object.keys(DETECTOR_PARAMETERS)) if (name !== 'firstSteps') expect(PARAMETER_NAMES).toContain(name)
  for (const name of PARAMETER_NAMES) {
    const { min, max } = PARAMETER_MEANINGS[name]
    expect(DETECTOR_PARAMETERS[name]).toBeGreaterThanOrEqual(min)
    expect(DETECTOR_PARAMETERS[name]).toBeLessThanOrEqual(max)
  }
})

test('what is left out stays, what is wrong is told by its name', () => {
  expect(parseParameters({ overwriteBelow: 0.5 })).toEqual({ ...DETECTOR_PARAMETERS, overwriteBelow: 0.5 })
  expect(parseParameters({}, { ...DETECTOR_PARAMETERS, rawRun: 6 })).toMatchObject({ rawRun: 6 })
  expect(parseParameters({ minDestroyed: 2.5 })).toMatchObject({ problem: expect.stringContaining('whole number') })
  expect(parseParameters({ overwriteBelow: 2 })).toMatchObject({ problem: expect.stringContaining('0.05 to 0.95') })
  expect(parseParameters({ overwriteBelow: 0.9, touchFrom: 0.8 })).toMatchObject({ problem: expect.stringContaining('touchFrom') })
  expect(parseParameters({ theta: 1 })).toMatchObject({ problem: expect.stringContaining('"theta"') })
  expect(parseParameters([])).toHaveProperty('problem')
})

test('the built-in set reads as the detector alone did', () => {
  expect(readingVersion(BUILT_IN)).toBe(DETECTOR_VERSION)
  expect(readingVersion({ version: 3 })).not.toBe(readingVersion({ version: 2 }))
})
