import { expect, test } from 'vitest'
import { placeWords } from './place-words'

test('a place says what its clock counts, before the aligned moment too', () => {
  expect(placeWords('time', 15_400)).toBe('00:15')
  expect(placeWords('time', -5_000)).toBe('−00:05')
  expect(placeWords('tokens', 1_234.4)).toBe('1.2K tokens')
  expect(placeWords('steps', -3.04)).toBe('−3 steps')
  expect(placeWords('steps', 2.46)).toBe('2.5 steps')
})
