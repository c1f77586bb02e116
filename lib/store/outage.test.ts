import { expect, test } from 'vitest'
import { whyAway } from './outage'

const withCode = (code: string, message = 'something') => Object.assign(new Error(message), { code })

test('what says that the database is away, and what does not', () => {
  expect(whyAway(withCode('ECONNREFUSED'))).toBe('no-answer')
  expect(whyAway(new AggregateError([withCode('ECONNREFUSED')]))).toBe('no-answer')
  expect(whyAway(withCode('57P01'))).toBe('no-answer')
  expect(whyAway(new Error('Connection terminated unexpectedly'))).toBe('no-answer')
  expect(whyAway(new Error('a query failed', { cause: { originalCode: '57P03' } }))).toBe('no-answer')
  expect(whyAway(withCode('P1017'))).toBe('no-answer')
  expect(whyAway(withCode('53100'))).toBe('disk-full')
  expect(whyAway(withCode('53300'))).toBe('too-many-connections')
  expect(whyAway(withCode('25006'))).toBe('read-only')
  // A cancelled query, a value that Postgres cannot take, and a bug that only sounds like it.
  expect(whyAway(withCode('57014'))).toBeUndefined()
  expect(whyAway(withCode('22P02'))).toBeUndefined()
  expect(whyAway(new TypeError('the session ended before the timeout'))).toBeUndefined()
  expect(whyAway(undefined)).toBeUndefined()
})
