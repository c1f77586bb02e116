import { expect, test } from 'vitest'
import { writableJson } from './writable-json'

test('what Postgres cannot hold as text becomes U+FFFD, all else stays', () => {
  expect(JSON.parse(writableJson({ a: 'x\u0000y', b: ['\ud83d', '\ud83d\ude00'], c: 1, d: undefined }))).toEqual({ a: 'x\ufffdy', b: ['\ufffd', '😀'], c: 1 })
  expect(writableJson([{ a: 'plain "quoted" \\u0000 as told' }])).toBe(JSON.stringify([{ a: 'plain "quoted" \\u0000 as told' }]))
})
