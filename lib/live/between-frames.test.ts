import { expect, test } from 'vitest'
import { betweenFrames } from './between-frames'

/** A browser whose tasks, frames and timers come when the test says so. */
function browser() {
  const tasks: (() => void)[] = []
  const frames: (() => void)[] = []
  const timers: (() => void)[] = []
  const told: string[] = []
  const all = (list: (() => void)[]) => {
    for (const run of list.splice(0)) run()
  }
  const page = { hidden: false }
  const give = betweenFrames({
    soon: (run) => tasks.push(run),
    repaint: (run) => frames.push(run),
    isHidden: () => page.hidden,
    later: (_, run) => timers.push(run),
  })
  return {
    told,
    page,
    arrives: (what: string) => give(() => told.push(what)),
    task: () => all(tasks),
    frame: () => {
      all(frames)
      told.push('|')
    },
    timer: () => all(timers),
  }
}

test('what arrives is taken before the next frame, and what comes after that before the one after', () => {
  const { told, arrives, task, frame } = browser()
  arrives('a')
  expect(told).toEqual([])
  task()
  arrives('b')
  task()
  frame()
  task()
  frame()
  frame()
  arrives('c')
  task()
  frame()
  expect(told.join(' ')).toBe('a | b | | c |')
})

test('of what comes before its turn one is enough, and nothing is taken in a frame', () => {
  const { told, arrives, task, frame } = browser()
  arrives('a')
  arrives('also a')
  task()
  for (let i = 0; i < 5; i++) arrives(`b${i}`)
  frame()
  expect(told.join(' ')).toBe('a |')
  task()
  expect(told.join(' ')).toBe('a | b0')
})

test('a tab that nobody sees has no frames and takes it all the same, also what waited for one when it was hidden', () => {
  const { told, page, arrives, task, timer } = browser()
  page.hidden = true
  arrives('a')
  timer()
  arrives('b')
  timer()
  expect(told.join(' ')).toBe('a b')
  page.hidden = false
  arrives('c')
  task()
  expect(told.join(' ')).toBe('a b')
  page.hidden = true
  timer()
  expect(told.join(' ')).toBe('a b c')
})
