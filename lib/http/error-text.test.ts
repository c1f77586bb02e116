import { expect, test } from 'vitest'
import { errorText } from './error-text'

test('says what, where and why, and not what hangs on it', () => {
  const error = Object.assign(new Error('disk full', { cause: new Error('no space left') }), {
    code: '53100',
    hint: 'Check free disk space.',
    detail: undefined,
    client: { user: 'backseat', ssl: false },
  })
  const text = errorText(error)
  expect(text).toMatch(/^Error: disk full\n\s+at /)
  expect(text).toContain('\n    code: 53100\n    hint: Check free disk space.\n    because of Error: no space left\n')
  expect(text).not.toMatch(/detail|client|backseat'/)
})

test('what is no error is said as it is', () => expect(errorText('gone')).toBe('gone'))
