import { afterEach, expect, test, vi } from 'vitest'
import { askSnapshot, expectSession } from './ask-snapshot'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function fakeFetch() {
  const asked: { path: string; signal: AbortSignal | null }[] = []
  vi.stubGlobal('fetch', (path: string, { signal }: RequestInit) => {
    asked.push({ path, signal: signal ?? null })
    return Promise.resolve(new Response(path))
  })
  return asked
}

test('whoever opens a session that was expected takes over the answer that is on its way, once', async () => {
  vi.useFakeTimers()
  const asked = fakeFetch()
  expectSession('/a')
  expectSession('/a')
  expect(await (await askSnapshot('/a')).text()).toBe('/a/snapshot')
  expect(asked.map(({ path }) => path)).toEqual(['/a/snapshot'])
  vi.advanceTimersByTime(60_000)
  expect(asked[0]?.signal?.aborted).toBe(false)
  await askSnapshot('/a')
  expect(asked.map(({ path }) => path)).toEqual(['/a/snapshot', '/a/snapshot'])
})

test('an answer that nobody takes is let go', () => {
  vi.useFakeTimers()
  const asked = fakeFetch()
  expectSession('/a')
  vi.advanceTimersByTime(60_000)
  expect(asked[0]?.signal?.aborted).toBe(true)
  void askSnapshot('/a')
  expect(asked).toHaveLength(2)
})
