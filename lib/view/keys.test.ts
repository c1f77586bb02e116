import { expect, test } from 'vitest'
import { hints, KEYS, type KeyPress, lookupCommand, printChord, printKey } from './keys'

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more })

test('every binding answers to its own keys, so no two shadow each other', () => {
  for (const { keys, command, scope } of KEYS) {
    for (const chord of keys) {
      const face = chord.shift && chord.key.length === 1 ? chord.key.toUpperCase() : chord.key
      expect(lookupCommand(press(face, { shiftKey: chord.shift ?? false, ctrlKey: chord.mod ?? false }), scope === 'timeline')).toBe(command)
    }
  }
})

test('case is direction: o goes on, O goes back; caps lock alone changes nothing', () => {
  expect(lookupCommand(press('o'), false)).toBe('next-intervention')
  expect(lookupCommand(press('O', { shiftKey: true }), false)).toBe('previous-intervention')
  expect(lookupCommand(press('O'), false)).toBe('next-intervention')
})

test("Tab and arrows stay the browser's own outside the timeline", () => {
  expect(lookupCommand(press('Tab'), false)).toBeUndefined()
  expect(lookupCommand(press('ArrowUp'), false)).toBeUndefined()
  expect(lookupCommand(press('Tab'), true)).toBe('next-lane')
})

test('signs are found whether or not the keyboard needs shift for them', () => {
  expect(lookupCommand(press('?', { shiftKey: true }), false)).toBe('sheet')
  expect(lookupCommand(press('+', { shiftKey: true }), false)).toBe('zoom-in')
  expect(lookupCommand(press('c', { metaKey: true }), false)).toBeUndefined()
})

test('no key is a capital alone, which might be read as a figure', () => {
  for (const { keys } of KEYS) for (const chord of keys) expect(printChord(chord)).not.toMatch(/^[A-Z]$/)
})

test('the hint bar', () => {
  expect(hints().map((h) => `${h.faces.join(' ')} ${h.says}`)).toEqual([
    'j k turn',
    'tab lane',
    'o shift o intervention',
    'esc up',
    '+ − zoom',
    '0 fit',
    'f follow',
    'space play, pause',
    'r replay',
    'ctrl K commands',
    '/ search',
    'c copy link',
    '? keys',
  ])
  expect(printChord({ key: 'k', mod: true }, true)).toBe('⌘K')
  expect(printKey('previous-intervention')).toBe('shift o')
  expect(printKey('previous-lane')).toBe('shift tab')
})
