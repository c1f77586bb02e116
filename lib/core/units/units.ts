import { type Language, languageOf } from '../provenance/language'
import { type LexState, LONGEST_LINE, tokenizeLine } from '../provenance/tokens'

/**
 * Logical units: a function, a class, a statement of SQL, a paragraph. "Before the first logical
 * unit was complete" is the question that the product asks of each interruption.
 */
export interface Unit {
  /** "function createUser", "create table users", "paragraph". */
  name: string
  /** 0-based, inclusive. */
  firstLine: number
  lastLine: number
  complete: boolean
  /** Tokens that count. */
  weight: number
}

/** Reads the units of a text. `partial`: the writer is still at it, so nothing that touches the end is complete. */
export type UnitReader = (text: string, path: string, partial: boolean) => Unit[]

/**
 * Reads units from brackets, indentation, semicolons and blank lines alone. A parser of the language
 * knows more; this one needs none, and never calls a prefix complete that merely happens to parse.
 */
export const readUnits: UnitReader = (text, path, partial) => {
  const language = languageOf(path)
  const lines = readLines(text, language)
  switch (language.shape) {
    case 'braces':
    case 'statements':
      return statementUnits(lines, language, partial)
    case 'indent':
      return indentUnits(lines, partial)
    case 'data':
      return dataUnits(lines, partial)
    case 'prose':
      return language.items ? rowUnits(lines, partial) : proseUnits(lines, partial)
  }
}

interface ReadLine {
  text: string
  /** Leading blanks; -1 for an empty line. */
  indent: number
  weight: number
  /** Brackets opened less brackets closed, outside strings and comments. */
  opened: number
  /** The lowest the depth gets within the line, from its start. */
  lowest: number
  /** Any bracket at all. */
  brackets: boolean
  ends: string
  code: boolean
  openString: boolean
}

function readLines(text: string, language: Language): ReadLine[] {
  let state: LexState = 'code'
  return text.split('\n').map((raw) => {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    const tokens = tokenizeLine(line, language, state)
    const startedIn = state
    state = tokens.exit
    let opened = 0
    let lowest = 0
    let brackets = false
    // The tokens' own hashes of brackets, so that those in strings and comments do not count twice.
    if (language.shape !== 'prose') {
      for (const c of stripLine(line, language, startedIn)) {
        if (c === '{' || c === '(' || c === '[') {
          opened += 1
          brackets = true
        } else if (c === '}' || c === ')' || c === ']') {
          opened -= 1
          if (opened < lowest) lowest = opened
        }
      }
    }
    const stripped = stripLine(line, language, startedIn).trimEnd()
    const blank = line.trim() === ''
    return {
      text: line,
      indent: blank ? -1 : line.length - line.trimStart().length,
      weight: tokens.weight,
      opened,
      lowest,
      brackets,
      ends: stripped.slice(-1),
      code: tokens.weight > 0,
      openString: tokens.exit !== 'code',
    }
  })
}

/** The line without its strings and comments. */
function stripLine(line: string, language: Language, state: LexState): string {
  if (line.length > LONGEST_LINE) return ''
  if (state !== 'code') {
    const end = state === 'comment' ? '*/' : state === 'backtick' ? '`' : state === 'triple-double' ? '"""' : "'''"
    const at = line.indexOf(end)
    if (at < 0) return ''
    return stripLine(line.slice(at + end.length), language, 'code')
  }
  let out = ''
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string
    if (language.lineComments.some((mark) => line.startsWith(mark, i) && (mark !== '#' || i === 0 || /\s/.test(line[i - 1] as string)))) break
    if (language.blockComment && line.startsWith('/*', i)) {
      const end = line.indexOf('*/', i + 2)
      if (end < 0) break
      i = end + 1
      continue
    }
    if (c === '"' || (c === "'" && language.singleQuotes) || (c === '`' && language.backticks)) {
      if (language.tripleQuotes && line.startsWith(c.repeat(3), i)) {
        const end = line.indexOf(c.repeat(3), i + 3)
        if (end < 0) break
        i = end + 2
        out += '"'
        continue
      }
      let end = i + 1
      while (end < line.length && line[end] !== c) end += line[end] === '\\' ? 2 : 1
      i = end
      out += '"'
      continue
    }
    out += c
  }
  return out
}

function unit(lines: ReadLine[], firstLine: number, lastLine: number, complete: boolean): Unit {
  let weight = 0
  for (let i = firstLine; i <= lastLine; i++) weight += lines[i]?.weight ?? 0
  return { name: nameOf(lines, firstLine, lastLine), firstLine, lastLine, complete, weight }
}

const DEFINITION =
  /\b(function|class|interface|enum|struct|trait|impl|def|fn|func|module|namespace|create\s+(?:table|(?:unique\s+)?index|view|type|function))\s+(?:if\s+not\s+exists\s+)?([\w$."]+)/i
const ASSIGNED = /^\s*(?:export\s+)?(?:const|let|var|public|private|static)\s+([\w$]+)/
const CALLED = /^\s*([\w$.]+)\(\s*(['"`][^'"`]{0,60}['"`])?/

function nameOf(lines: ReadLine[], firstLine: number, lastLine: number): string {
  for (let i = firstLine; i <= Math.min(lastLine, firstLine + 5); i++) {
    const text = lines[i]?.text ?? ''
    const definition = DEFINITION.exec(text)
    if (definition) return `${definition[1]?.toLowerCase().replace(/\s+/g, ' ')} ${definition[2]?.replace(/"/g, '')}`
    const assigned = ASSIGNED.exec(text)
    if (assigned?.[1]) return assigned[1]
    const called = CALLED.exec(text)
    if (called?.[1]) return called[2] ? `${called[1]}(${called[2]})` : called[1]
  }
  return (lines[firstLine]?.text ?? '').trim().slice(0, 40)
}

/** Top-level statements: from depth 0 to depth 0, ended by a closing brace or a semicolon. */
function statementUnits(lines: ReadLine[], language: Language, partial: boolean): Unit[] {
  const units: Unit[] = []
  let depth = 0
  let start = -1
  let opened = false
  // the next line of code after each
  const following: (ReadLine | undefined)[] = new Array(lines.length)
  for (let i = lines.length - 1, next: ReadLine | undefined; i >= 0; i--) {
    following[i] = next
    if (lines[i]?.code) next = lines[i]
  }
  for (const [i, line] of lines.entries()) {
    if (start < 0) {
      if (!line.code) continue
      start = i
      opened = false
    }
    if (line.brackets) opened = true
    depth = Math.max(0, depth + line.opened)
    if (depth > 0 || line.openString) continue
    const next = following[i]
    // `} else {`, `} from 'x'`, `)` then `.then(...)`: the statement goes on.
    const goesOn = next !== undefined && /^\s*(else|catch|finally|while\b|\.|\?|:|&&|\|\||=>|\{)/.test(next.text)
    const closed = line.ends === ';' || (opened && (line.ends === '}' || line.ends === ')' || line.ends === ']'))
    const byLine = language.shape === 'braces' && !opened && next !== undefined && !/[,=+\-*/&|<>?:.(]$/.test(line.ends)
    if ((closed || byLine) && !goesOn) {
      // With a block language a `;`-less ending is only certain once something follows or the write is over.
      units.push(unit(lines, start, i, line.ends === ';' || next !== undefined || !partial))
      start = -1
    }
  }
  if (start >= 0)
    units.push(unit(lines, start, lines.length - 1, !partial && depth === 0 && language.shape === 'statements' && !language.lineComments.includes('--')))
  return units
}

/** Top-level blocks by indentation: complete when the next one has begun or the write is over in good order. */
function indentUnits(lines: ReadLine[], partial: boolean): Unit[] {
  const starts: number[] = []
  let depth = 0
  let inString = false
  for (const [i, line] of lines.entries()) {
    const before = depth
    const wasString = inString
    depth = Math.max(0, depth + line.opened)
    inString = line.openString
    if (!line.code || line.indent !== 0 || before > 0 || wasString) continue
    // a decorator belongs to what it decorates
    const previous = lines[i - 1]
    if (previous?.text.startsWith('@') && starts.at(-1) === i - 1) continue
    starts.push(i)
  }
  return starts.map((start, k) => {
    const next = starts[k + 1]
    let last = (next ?? lines.length) - 1
    while (last > start && !lines[last]?.code) last -= 1
    const wellEnded = depthOf(lines, start, last) === 0 && !lines[last]?.openString && lines[last]?.ends !== ':' && !/[\\,=]$/.test(lines[last]?.ends ?? '')
    return unit(lines, start, last, next !== undefined || (!partial && wellEnded))
  })
}

function depthOf(lines: ReadLine[], from: number, to: number): number {
  let depth = 0
  for (let i = from; i <= to; i++) depth += lines[i]?.opened ?? 0
  return depth
}

/** The values directly inside the outermost bracket. */
function dataUnits(lines: ReadLine[], partial: boolean): Unit[] {
  const units: Unit[] = []
  let depth = 0
  let start = -1
  for (const [i, line] of lines.entries()) {
    if (line.code && start < 0 && depth <= 1) start = i
    depth += line.opened
    if (start >= 0 && depth <= 1 && (line.ends === ',' || depth === 0)) {
      units.push(unit(lines, start, i, true))
      start = -1
    }
  }
  if (start >= 0) units.push(unit(lines, start, lines.length - 1, !partial && depth === 0))
  return units
}

/** The rows of a table: each is complete when the next has begun. */
function rowUnits(lines: ReadLine[], partial: boolean): Unit[] {
  return lines.flatMap((line, i) => (line.code ? [unit(lines, i, i, !partial || i < lines.length - 1)] : []))
}

/** Paragraphs, list items, fenced blocks and the hunks of a diff. */
function proseUnits(lines: ReadLine[], partial: boolean): Unit[] {
  const units: Unit[] = []
  let start = -1
  let fenced = false
  const close = (last: number, complete: boolean) => {
    if (start >= 0) units.push(unit(lines, start, last, complete))
    start = -1
  }
  for (const [i, line] of lines.entries()) {
    const fence = /^\s*(```|~~~)/.test(line.text)
    if (fence) {
      if (fenced) close(i, true)
      else {
        close(i - 1, true)
        start = i
      }
      fenced = !fenced
      continue
    }
    if (fenced) continue
    if (line.indent < 0) close(i - 1, true)
    else if (/^(\s*([-*+]|\d+[.)]|#+)|@@)\s/.test(line.text)) {
      close(i - 1, true)
      start = i
    } else if (start < 0) start = i
  }
  close(lines.length - 1, !partial && !fenced)
  return units
}
