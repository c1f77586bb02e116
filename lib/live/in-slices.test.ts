import { afterEach, expect, test, vi } from 'vitest'
import type { Slices } from '@/lib/core/slices'
import { inSlices } from './in-slices'

afterEach(() => void vi.restoreAllMocks())

function* steps(name: string, n: number, log: string[]): Slices<string> {
  for (let i = 0; i < n; i++) {
    log.push(`${name}${i}`)
    yield
  }
  return name
}

const rest = () => new Promise((resolve) => setTimeout(resolve, 20))

test('what fits into a slice is done at once; what does not is finished before it is begun anew', async () => {
  let now = 0
  // each look at the clock takes two ms: three looks a slice
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 2))
  const log: string[] = []
  let names = ['small', 'long', 'again', 'never']
  const made: string[] = []
  const work = inSlices(
    () => steps(names[0] as string, names[0] === 'small' ? 1 : 8, log),
    (name) => {
      made.push(name)
      names = names.slice(1)
    },
  )
  work.again()
  expect(made).toEqual(['small'])
  work.again()
  expect(made).toEqual(['small'])
  // what it reads changes twice while it is under way
  work.again()
  work.again()
  await rest()
  expect(made).toEqual(['small', 'long', 'again'])
  work.again()
  work.stop()
  await rest()
  expect(made).toEqual(['small', 'long', 'again'])
  expect(log.filter((step) => step.startsWith('never')).length).toBeLessThan(8)
})
