import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { expectField, takeTyped } from './type-ahead'

const commands: string[] = []
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('window', new EventTarget())
  commands.length = 0
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})
const command = (event: Event) => void commands.push((event as KeyboardEvent).key)
const press = (key: string, more = {}) => {
  // unlike a page's, this target knows no capturing: what listens last hears last
  window.removeEventListener('keydown', command)
  window.addEventListener('keydown', command)
  window.dispatchEvent(Object.assign(new Event('keydown', { cancelable: true }), { key, ...more }))
}

test('what is typed before the field is there goes into it and does nothing else', () => {
  press('f')
  expectField()
  for (const key of ['s', 'c', 'x', 'Backspace', 'h', ' ', 'ä']) press(key)
  expect(takeTyped()).toBe('sch ä')
  press('c')
  expect(commands).toEqual(['f', 'c'])
  expect(takeTyped()).toBe('')
})

test('escape gives it up, and so does waiting too long; other keys and chords are left alone', () => {
  expectField()
  press('a')
  press('k', { ctrlKey: true })
  press('ArrowDown')
  press('Escape')
  press('b')
  expect(takeTyped()).toBe('')
  expectField()
  press('c')
  vi.advanceTimersByTime(6_000)
  press('d')
  expect(takeTyped()).toBe('')
  expect(commands).toEqual(['k', 'ArrowDown', 'Escape', 'b', 'd'])
})
