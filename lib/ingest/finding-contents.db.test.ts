import { afterAll, beforeAll, expect, test } from 'vitest'
import { isContentRef } from '@/lib/core/content'
import type { EventInput } from '@/lib/core/event'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { sketchEvents } from '@/lib/core/testing/sketch'
import { type TestBackend, testBackend } from '@/lib/http/testing/test-backend'

let server: TestBackend
beforeAll(async () => {
  server = await testBackend()
})
afterAll(async () => {
  await server.close()
})

test('what a finding shows of an artifact is kept beside the log and fetched on demand', async () => {
  const original = `export function total(list) {\n${Array.from({ length: 12 }, (_, n) => `  const part${n} = list[${n}] * ${n + 3}`).join('\n')}\n}\n`
  const rewrite = `export const average = (numbers) => {\n${Array.from({ length: 12 }, (_, n) => `  if (numbers.at(${n}) === undefined) throw new Error('row ${n} is empty')`).join('\n')}\n}\n`
  const events = sketchEvents(`
    0s lead delegates t1 to coder: a.ts
    1s coder writes a.ts ${JSON.stringify(original)}
    2s lead writes a.ts ${JSON.stringify(rewrite)}`)
  await server.append(events.map((event) => ({ ...event, sessionId: 'shown' }) as EventInput))
  await server.examined()
  const { findings } = decodeSnapshot(new Uint8Array(await (await server.get('/api/v1/sessions/shown/snapshot')).arrayBuffer()))
  const { before, after } = findings[0]?.explanation ?? {}
  if (before === undefined || after === undefined || !isContentRef(before) || !isContentRef(after)) throw new Error('the finding holds its texts itself')
  const textOf = async (hash: string) => (await server.get(`/api/v1/sessions/shown/content/${hash}`)).text()
  expect(await textOf(before.hash)).toBe(original)
  expect(await textOf(after.hash)).toBe(rewrite)
})
