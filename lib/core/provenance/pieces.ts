import type { OwnedLine } from './owned-line'
import { GOES_ON, LONGEST_LINE } from './tokens'

/**
 * Very long lines (minified code, data on one line) are held in pieces, so that a change costs what
 * it changes. Where a line is cut depends on the few characters before the cut alone: an insertion
 * moves no cut but those beside it.
 *
 *   function f(){return 1}function g(){...        held as   function f(){return 1}⌁
 *                                                           function g(){...
 */

/** Characters that a cut looks back at, the cut's own included. */
const LOOKS_BACK = 8
/** One in so many possible places is a cut: pieces of some 400 characters in minified code. */
const ONE_IN = 32

export function splitLines(text: string): string[] {
  const lines = text.split('\n')
  if (text.length <= LONGEST_LINE || lines.every((line) => line.length <= LONGEST_LINE)) return lines
  return lines.flatMap((line) => (line.length > LONGEST_LINE ? cut(line) : [line]))
}

/** The text of lines and pieces. */
export function joinLines(lines: readonly string[]): string {
  const text = lines.join('\n')
  return text.includes(GOES_ON) ? text.replaceAll(`${GOES_ON}\n`, '') : text
}

export function goesOn(line: string): boolean {
  return line.length > 0 && line.charCodeAt(line.length - 1) === 0xffff
}

/** Whether a text is what the lines and pieces hold. */
export function isJoined(lines: readonly OwnedLine[], text: string): boolean {
  let at = 0
  let newLine = false
  for (const { text: line } of lines) {
    if (newLine && text.charCodeAt(at++) !== 10) return false
    newLine = !goesOn(line)
    const known = newLine ? line : line.slice(0, -1)
    if (!text.startsWith(known, at)) return false
    at += known.length
  }
  return at === text.length
}

/** Lines of the text before a place: pieces of one line are one. */
export function rowAt(lines: readonly OwnedLine[], at: number): number {
  let row = at
  for (let i = 0; i < at; i++) if (goesOn((lines[i] as OwnedLine).text)) row -= 1
  return row
}

/** A place in lines and pieces, and what stands there instead. */
export interface Recut {
  at: number
  count: number
  texts: string[]
}

/**
 * The pieces that a replacement within one very long line changes, cut again: a cut looks back at a few
 * characters, so that those before the replacement and those a little after it stay where they are.
 * `from` to `to`: the place in the joined text, `to` excluded. Undefined where the line would be no
 * very long one any more, or it is more than one line.
 */
export function recut(lines: readonly OwnedLine[], from: number, to: number, fresh: string): Recut | undefined {
  if (fresh.includes('\n')) return undefined
  let offset = 0
  let lineFrom = 0
  let at = -1
  let atOffset = 0
  let last = -1
  let lastEnd = 0
  for (let k = 0; k < lines.length; k++) {
    const { text } = lines[k] as OwnedLine
    const piece = goesOn(text)
    const end = offset + text.length - (piece ? 1 : 0)
    if (at < 0 && (from < end || (from === end && !piece))) {
      at = k
      atOffset = offset
    }
    // the cut at its end looks at nothing that changes
    if (at >= 0 && last < 0 && (piece ? end - 1 - LOOKS_BACK >= to : end >= to)) {
      last = k
      lastEnd = end
    }
    if (!piece) {
      if (at >= 0) {
        // another line than it began in
        if (last < 0) return undefined
        if (end - lineFrom - (to - from) + fresh.length <= LONGEST_LINE || end - lineFrom <= LONGEST_LINE) return undefined
        break
      }
      lineFrom = end + 1
    }
    offset = end + (piece ? 0 : 1)
  }
  if (at < 0 || last < 0) return undefined
  const held = joinLines(lines.slice(at, last + 1).map(({ text }) => text)).replace(GOES_ON, '')
  const head = held.slice(0, from - atOffset)
  const text = head + fresh + held.slice(to - atOffset, lastEnd - atOffset)
  const before = tailBefore(lines, at, atOffset - lineFrom)
  const goes = goesOn((lines[last] as OwnedLine).text)
  // a line is never cut behind its last character, where one may now be
  if (text === '' && !goes) return undefined
  return { at, count: last - at + 1, texts: cut(text, before, goes) }
}

/** The last few characters of the line before a piece of it, `length` of which there are. */
function tailBefore(lines: readonly OwnedLine[], at: number, length: number): string {
  let tail = ''
  for (let k = at - 1; k >= 0 && tail.length < Math.min(LOOKS_BACK, length); k--) {
    const { text } = lines[k] as OwnedLine
    if (!goesOn(text)) break
    tail = text.slice(0, -1) + tail
  }
  return tail.slice(-LOOKS_BACK)
}

/** `before`: what stands before it in its line, as far as a cut looks back. `goes`: the line goes on after it, with a cut between. */
function cut(line: string, before = '', goes = false): string[] {
  const pieces: string[] = []
  const text = before + line
  let from = before.length
  for (let i = Math.max(LOOKS_BACK, from); i < text.length - 1; i++) {
    if (!isBreak(text.charCodeAt(i))) continue
    let h = 0
    for (let k = i - LOOKS_BACK; k < i; k++) h = Math.imul(h ^ text.charCodeAt(k), 0x01000193)
    if ((h >>> 16) % ONE_IN !== 0) continue
    pieces.push(text.slice(from, i + 1) + GOES_ON)
    from = i + 1
  }
  pieces.push(goes ? text.slice(from) + GOES_ON : text.slice(from))
  return pieces
}

/** `;` `}` `,` `{` and the blank. */
function isBreak(code: number): boolean {
  return code === 59 || code === 125 || code === 44 || code === 123 || code === 32
}
