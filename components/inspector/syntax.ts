import type { Stretch } from '@/lib/core/provenance/kept'
import { isSwitchedOff, type Language, languageOf } from '@/lib/core/provenance/language'

export type SyntaxKind = 'comment' | 'string' | 'number' | 'keyword'
export interface Coloured extends Stretch {
  kind: SyntaxKind
}

const KEYWORDS = new Set(
  (
    'abstract as async await begin bool boolean break byte case catch char class const constexpr continue create crate debugger def default del delete do double drop elif else end ensure enum export extends ' +
    'false final finally float fn for foreach foreign from func function global goto group having if impl implements import in index inner insert int interface into is join key lambda let limit long loop match mod module ' +
    'mut namespace new nil none not null of on or order override package pass primary private protected pub public raise readonly record ref references rescue return returns select self set short static string struct super switch ' +
    'table then this throw throws trait true try type typedef typeof undefined union unique unless update use using val values var view virtual void where while with yield'
  ).split(' '),
)

/** Longer lines stay plain. */
const LONGEST = 2_000

/** What to colour in each line: comments, strings, numbers, keywords; by the language that the path's ending names. Prose stays as it is. */
export function syntaxOf(lines: readonly string[], path: string): Coloured[][] {
  const language = languageOf(path)
  if (language.shape === 'prose') return lines.map(() => [])
  let open: string | undefined
  return lines.map((line) => {
    if (line.length > LONGEST) return []
    const read = readLine(line, language, open)
    open = read.open
    return read.coloured
  })
}

/** `open`: what a construct that began on a line before ends with. */
function readLine(line: string, language: Language, open: string | undefined): { coloured: Coloured[]; open: string | undefined } {
  const coloured: Coloured[] = []
  let i = 0
  let until = open
  const kindOf = (end: string): SyntaxKind => (end === '*/' ? 'comment' : 'string')
  while (i < line.length) {
    if (until !== undefined) {
      const end = line.indexOf(until, i)
      if (end < 0) {
        coloured.push({ from: i, to: line.length, kind: kindOf(until) })
        return { coloured, open: until }
      }
      coloured.push({ from: i, to: end + until.length, kind: kindOf(until) })
      i = end + until.length
      until = undefined
      continue
    }
    const rest = line.slice(i)
    const c = line[i] as string
    // counts as work, so it does not look like a comment
    if (c === '#' && isSwitchedOff(rest, language)) {
      i += 1
      continue
    }
    if (language.lineComments.some((mark) => rest.startsWith(mark) && (mark !== '#' || i === 0 || /\s/.test(line[i - 1] as string)))) {
      coloured.push({ from: i, to: line.length, kind: 'comment' })
      return { coloured, open: undefined }
    }
    const opener =
      (language.blockComment && rest.startsWith('/*') && '*/') ||
      (language.tripleQuotes && (rest.startsWith('"""') || rest.startsWith("'''")) && rest.slice(0, 3)) ||
      (language.backticks && c === '`' && '`')
    if (opener) {
      const width = opener === '*/' ? 2 : opener.length
      const end = line.indexOf(opener, i + width)
      coloured.push({ from: i, to: end < 0 ? line.length : end + opener.length, kind: kindOf(opener) })
      if (end < 0) return { coloured, open: opener }
      i = end + opener.length
      continue
    }
    if (c === '"' || (c === "'" && language.singleQuotes)) {
      let end = i + 1
      while (end < line.length && line[end] !== c) end += line[end] === '\\' ? 2 : 1
      coloured.push({ from: i, to: Math.min(end + 1, line.length), kind: 'string' })
      i = end + 1
      continue
    }
    const word = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(rest)?.[0]
    const number = word === undefined ? /^\d[\d._a-fxA-F]*/.exec(rest)?.[0] : undefined
    if (word !== undefined && KEYWORDS.has(language.caseless ? word.toLowerCase() : word)) coloured.push({ from: i, to: i + word.length, kind: 'keyword' })
    else if (number !== undefined) coloured.push({ from: i, to: i + number.length, kind: 'number' })
    i += (word ?? number ?? c).length
  }
  return { coloured, open: until }
}
