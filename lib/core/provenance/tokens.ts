import { isSwitchedOff, type Language } from './language'

/**
 * Significant tokens: identifiers, literals, operators. White space and layout are nobody's work;
 * brackets and commas help to recognise a run but are not counted; comments are kept apart.
 *
 * A line is tokenized on its own, given the state the line before left (inside a block comment or a
 * string), so that a change costs what it changes and not what the file weighs.
 */
export interface LineTokens {
  /** One number a token, equal for equal tokens. */
  raw: readonly number[]
  /** The same with every identifier alike: blind to renaming. */
  norm: readonly number[]
  /** 0 for punctuation, which does not count; 1 for a name, keyword or operator; 2 for a literal. */
  counts: readonly number[]
  /** How many count. */
  weight: number
  /** The words of comments. */
  comment: readonly number[]
  /** What the next line begins in. */
  exit: LexState
}

/** Where a line begins: in code, in a block comment, in a string over several lines. */
export type LexState = 'code' | 'comment' | 'backtick' | 'triple-double' | 'triple-single'

const IDENTIFIER = 1

const KEYWORDS = new Set(
  (
    'if else elif for while do switch case default break continue return yield def class function fn func lambda const let var val mut import from export package use mod ' +
    'async await try catch except finally raise throw throws new delete in of is not and or with as pass del global nonlocal assert public private protected static final abstract ' +
    'void int long float double bool boolean string str char byte struct enum impl trait interface type extends implements match where loop self this super null nil none None true false True False ' +
    'create table index insert into values select update set primary key foreign references unique join left right inner outer on group by order having limit begin end if then fi done alter drop view type check constraint cascade distinct union all between like ilike exists case asc desc ' +
    'integer bigint smallint serial bigserial text varchar timestamp timestamptz date time uuid json jsonb numeric decimal real bytea citext returning using with to from do language execute procedure trigger sequence schema'
  ).split(' '),
)

const WORD = /[\p{L}\p{N}_$]/u

/** By character code; the tokenizer asks this of every character it reads. */
const ASCII_WORD = Uint8Array.from({ length: 128 }, (_, code) => (WORD.test(String.fromCharCode(code)) ? 1 : 0))

function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 128) return ASCII_WORD[code] === 1
  // a surrogate pair is read as one word character: letters beyond the basic plane, emoji
  return (code >= 0xd800 && code <= 0xdfff) || WORD.test(text[at] as string)
}

function hash(text: string): number {
  // FNV-1a, 32 bit. A collision makes two different tokens look alike; in runs of four that is a
  // chance of about 2^-128 a comparison.
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i)
    h = Math.imul(h, 0x01000193)
  }
  return h >>> 0
}

// Lines repeat: across revisions almost all of them.
const CACHE_LINES = 50_000
const CACHE_LINE_CHARS = 400
const caches = new Map<Language, Map<string, LineTokens>>()

export function tokenizeLine(line: string, language: Language, entry: LexState): LineTokens {
  if (line.length > CACHE_LINE_CHARS) return readLine(line, language, entry)
  let cache = caches.get(language)
  if (!cache) {
    cache = new Map()
    caches.set(language, cache)
  }
  const key = entry === 'code' ? line : `${entry}\u0000${line}`
  const known = cache.get(key)
  if (known) return known
  const tokens = readLine(line, language, entry)
  if (cache.size >= CACHE_LINES) cache.clear()
  cache.set(key, tokens)
  return tokens
}

/** Longer lines are held in pieces (pieces.ts). Where nothing can be cut, as in a picture written as
 *  text, they are not read: nobody is said to own anything in them. */
export const LONGEST_LINE = 20_000
/** Ends a piece of a line that goes on. A noncharacter (Unicode 23.7): no text has a use for it. */
export const GOES_ON = '\uffff'

function readLine(line: string, language: Language, entry: LexState): LineTokens {
  if (line.length > LONGEST_LINE) {
    const whole = [hash(line)]
    return { raw: whole, norm: whole, counts: [0], weight: 0, comment: [], exit: entry }
  }
  const raw: number[] = []
  const norm: number[] = []
  const counts: number[] = []
  const comment: number[] = []
  let weight = 0
  let state = entry
  let i = 0

  const add = (text: string, normalized: number | undefined, count: 0 | 1 | 2) => {
    const own = hash(text)
    raw.push(own)
    norm.push(normalized ?? own)
    counts.push(count)
    if (count > 0) weight += 1
  }
  // A string's words are its author's work as any other; its quotes are not.
  const addText = (text: string) => {
    let words = 0
    for (let at = 0; at < text.length; ) {
      if (text[at] === ' ' || text[at] === '\t' || text[at] === '\r' || text[at] === GOES_ON) {
        at += 1
        continue
      }
      let end = at + 1
      const word = isWord(text, at)
      if (word) while (end < text.length && isWord(text, end)) end += 1
      add(text.slice(at, end), undefined, word ? 2 : 0)
      words += 1
      at = end
    }
    if (words === 0) add('""', undefined, 2)
  }
  const addComment = (text: string) => {
    for (const word of text.match(/[\p{L}\p{N}_$]+/gu) ?? []) comment.push(hash(word))
  }
  const until = (end: string, from: number): number => {
    for (let at = from; at < line.length; at++) {
      if (line[at] === '\\' && end.length === 1) at += 1
      else if (line.startsWith(end, at)) return at
    }
    return -1
  }

  while (i < line.length) {
    if (state === 'comment') {
      const end = line.indexOf('*/', i)
      addComment(line.slice(i, end < 0 ? undefined : end))
      if (end < 0) return { raw, norm, counts, weight, comment, exit: 'comment' }
      i = end + 2
      state = 'code'
      continue
    }
    if (state !== 'code') {
      const quote = state === 'backtick' ? '`' : state === 'triple-double' ? '"""' : "'''"
      const end = until(quote, i)
      if (end < 0) {
        addText(line.slice(i))
        return { raw, norm, counts, weight, comment, exit: state }
      }
      if (end > i) addText(line.slice(i, end))
      i = end + quote.length
      state = 'code'
      continue
    }
    const c = line[i] as string
    if (c === ' ' || c === '\t' || c === '\r' || c === GOES_ON) {
      i += 1
      continue
    }
    if (c === '#' && isSwitchedOff(line.slice(i), language)) {
      add('#', undefined, 1)
      i += 1
      continue
    }
    if (commentStarts(line, i, language)) {
      addComment(line.slice(i))
      break
    }
    if (language.blockComment && c === '/' && line[i + 1] === '*') {
      state = 'comment'
      i += 2
      continue
    }
    if (language.tripleQuotes && (line.startsWith('"""', i) || line.startsWith("'''", i))) {
      state = c === '"' ? 'triple-double' : 'triple-single'
      i += 3
      continue
    }
    if (language.backticks && c === '/' && beginsRegex(line, i)) {
      const end = regexEnd(line, i)
      if (end > 0) {
        addText(line.slice(i + 1, end))
        i = end + 1
        continue
      }
    }
    if (language.backticks && c === '`') {
      state = 'backtick'
      i += 1
      continue
    }
    if (language.shape !== 'prose' && (c === '"' || (c === "'" && language.singleQuotes))) {
      const end = until(c, i + 1)
      addText(line.slice(i + 1, end < 0 ? undefined : end))
      i = end < 0 ? line.length : end + 1
      continue
    }
    if (isWord(line, i)) {
      let end = i + 1
      while (end < line.length && isWord(line, end)) end += 1
      const text = line.slice(i, end)
      if (c >= '0' && c <= '9') add(text, undefined, 2)
      else if (language.caseless && KEYWORDS.has(text.toLowerCase())) add(text.toLowerCase(), undefined, 1)
      else add(text, KEYWORDS.has(text) || language.shape === 'prose' || language.items ? undefined : IDENTIFIER, 1)
      i = end
      continue
    }
    const operator = language.shape !== 'prose' && /[=+\-*/%<>!&|^~?@]/.test(c)
    add(c, undefined, operator ? 1 : 0)
    i += 1
  }
  return { raw, norm, counts, weight, comment, exit: state === 'code' ? 'code' : state }
}

/** A slash that divides follows a value; one that begins a regular expression follows an operator, a bracket or `return`. */
function beginsRegex(line: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && (line[before] === ' ' || line[before] === '\t')) before -= 1
  if (before < 0) return false
  return '(,=:[!&|?{};+'.includes(line[before] as string) || /\b(?:return|typeof|case|in|of)$/.test(line.slice(Math.max(0, before - 8), before + 1))
}

/** The slash that ends a regular expression; -1 where none does on this line. A slash in a class (`[/]`) does not. */
function regexEnd(line: string, from: number): number {
  let inClass = false
  for (let at = from + 1; at < line.length; at++) {
    const c = line[at]
    if (c === '\\') at += 1
    else if (c === '[') inClass = true
    else if (c === ']') inClass = false
    else if (c === '/' && !inClass) return at
  }
  return -1
}

/** `#` inside `foo#bar` or `$#` is no comment. */
function commentStarts(line: string, at: number, language: Language): boolean {
  for (const mark of language.lineComments) {
    if (line.startsWith(mark, at)) return mark !== '#' || at === 0 || line[at - 1] === ' ' || line[at - 1] === '\t'
  }
  return false
}

const PIECE = /[\p{L}\p{N}_$\ud800-\udfff]+|[^\s]/gu

/**
 * Where in its line each token stands, for marking it; undefined where that cannot be told (an empty
 * string, a line that is not read). Found again by their words, in their order.
 */
export function tokenPlaces(line: string, { raw }: Pick<LineTokens, 'raw'>): ({ from: number; to: number } | undefined)[] {
  if (line.length > LONGEST_LINE) return raw.map(() => undefined)
  const pieces = [...line.matchAll(PIECE)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    own: hash(match[0]),
    lower: hash(match[0].toLowerCase()),
  }))
  let at = 0
  return raw.map((token) => {
    for (let i = at; i < pieces.length; i++) {
      const piece = pieces[i]
      if (!piece || (piece.own !== token && piece.lower !== token)) continue
      at = i + 1
      return { from: piece.from, to: piece.to }
    }
    return undefined
  })
}
