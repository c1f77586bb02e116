import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'

/** Bytes, gzipped: what the session page loads before anything that opens later. */
const BUDGET = 180_000

test('the session page begins with little JavaScript', async ({ request }) => {
  const html = await (await request.get('/sessions/none-of-this-name')).text()
  const scripts = new Set(
    [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"[^>]*>/g)].filter(([tag]) => !/\bnomodule\b/i.test(tag)).map(([, src]) => src as string),
  )
  expect(scripts.size).toBeGreaterThan(2)
  let bytes = 0
  for (const src of scripts) bytes += gzipSync(await (await request.get(src)).body()).length
  expect(bytes).toBeLessThan(BUDGET)
})
