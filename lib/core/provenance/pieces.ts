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

function cut(line: string): string[] {
  const pieces: string[] = []
  let from = 0
  for (let i = LOOKS_BACK; i < line.length - 1; i++) {
    if (!isBreak(line.charCodeAt(i))) continue
    let h = 0
    for (let k = i - LOOKS_BACK; k < i; k++) h = Math.imul(h ^ line.charCodeAt(k), 0x01000193)
    if ((h >>> 16) % ONE_IN !== 0) continue
    pieces.push(line.slice(from, i + 1) + GOES_ON)
    from = i + 1
  }
  pieces.push(line.slice(from))
  return pieces
}

/** `;` `}` `,` `{` and the blank. */
function isBreak(code: number): boolean {
  return code === 59 || code === 125 || code === 44 || code === 123 || code === 32
}
