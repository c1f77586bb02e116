import { languageOf } from '../provenance/language'
import { type LexState, tokenizeLine } from '../provenance/tokens'
import type { Random } from './fuzz-random'

/**
 * Controlled edits of a piece of work: what a master might do to it, with what that destroys known
 * beforehand. `donor` lends lines that have nothing to do with the piece. Undefined where an edit
 * makes no sense for the language or the piece (prose has no variables).
 */
export interface Work {
  text: string
  path: string
}

export type Edit = (work: Work, donor: string, random: Random) => string | undefined

// ---- what keeps the work ----

export const reformat: Edit = ({ text, path }, _donor, random) => {
  const { shape } = languageOf(path)
  const lines = text.trimEnd().split('\n')
  if (shape === 'prose') return rewrapped(text, 52 + random.below(50))
  const fresh: string[] = []
  for (const line of lines) {
    const width = line.search(/\S/)
    if (width < 0) continue
    const inner = line.trim()
    const indent = (line.includes('\t') ? width * 3 : width * (shape === 'indent' ? 2 : 1 + random.below(1))) + (shape === 'braces' ? Math.floor(width / 2) : 0)
    const restyled = /^\s*["'`]{3}/.test(line) ? inner : otherQuotes(inner, path)
    // long lines are broken after a comma, where no string is open
    const at = inner.length > 48 ? breakAt(restyled) : -1
    if (at > 0) fresh.push(' '.repeat(indent) + restyled.slice(0, at).trimEnd(), ' '.repeat(indent + 4) + restyled.slice(at).trimStart())
    else fresh.push(' '.repeat(indent) + restyled)
    if (random.below(9) === 0 && depthAfter(restyled) === 0) fresh.push('')
  }
  return `${fresh.join('\n')}\n`
}

export const crlf: Edit = ({ text }) => text.replaceAll('\n', '\r\n')

export const withByteOrderMark: Edit = ({ text }) => `\ufeff${text}`

/** All on one line, comments gone. */
export const minify: Edit = ({ text, path }) => {
  const language = languageOf(path)
  if (language.shape === 'indent') return undefined
  if (language.shape === 'prose')
    return `${text
      .split(/\n\s*\n/)
      .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
      .join('\n\n')}\n`
  if (/[`]/.test(text)) return undefined
  const kept = stripComments(text, path)
  return `${kept
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')}\n`
}

export const renameOne: Edit = (work, _donor, random) => renamed(work, names(work).slice(0, 1), random)

export const renameAll: Edit = (work, _donor, random) => renamed(work, names(work), random)

export const append: Edit = ({ text }, donor) => `${text.trimEnd()}\n\n${donor.trimEnd().split('\n').slice(0, 6).join('\n')}\n`

export const wrap: Edit = ({ text, path }) => {
  const inner = (by: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? line : by + line))
      .join('\n')
  switch (endingOf(path)) {
    case 'py':
      return `class Wrapped:\n${inner('    ')}\n`
    case 'ts':
    case 'js':
      return `try {\n${inner('  ')}\n} catch (error) {\n  report(error)\n}\n`
    case 'go':
      return `func wrapped() {\n${inner('\t')}\n}\n`
    case 'rs':
      return `mod wrapped {\n${inner('    ')}\n}\n`
    case 'java':
      return `final class Wrapped {\n${inner('    ')}\n}\n`
    case 'sql':
      return `BEGIN;\n${inner('  ')}\nCOMMIT;\n`
    default:
      return `# Notes\n\n${text.trimEnd()}\n\nThe end of the notes.\n`
  }
}

/** A line that logs after every third, where a statement ends. */
export const logLines: Edit = ({ text, path }, _donor, random) => {
  const log = LOGS[endingOf(path)]
  if (!log) return undefined
  const lines = text.trimEnd().split('\n')
  const fresh: string[] = []
  let since = 0
  for (const [i, line] of lines.entries()) {
    fresh.push(line)
    since += 1
    const next = lines[i + 1]
    if (since < 3 || next === undefined || next.search(/\S/) <= 0) continue
    fresh.push(`${' '.repeat(next.search(/\S/))}${log(`at step ${random.below(900)}`)}`)
    since = 0
  }
  return fresh.length === lines.length ? undefined : `${fresh.join('\n')}\n`
}

export const swapHalves: Edit = ({ text, path }) => {
  const lines = text.trimEnd().split('\n')
  const weights = weightsOf(lines, path)
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2
  let at = 0
  for (let sum = 0; at < lines.length && sum < half; at++) sum += weights[at] as number
  if (at < 2 || at >= lines.length) return undefined
  return `${[...lines.slice(at), ...lines.slice(0, at)].join('\n')}\n`
}

export const reformatRenameMove: Edit = (work, donor, random) => {
  let text = reformat(work, donor, random)
  if (text === undefined) return undefined
  const moved = swapHalves({ ...work, text }, donor, random)
  if (moved === undefined) return undefined
  text = moved
  return languageOf(work.path).shape === 'prose' ? text : renameOne({ ...work, text }, donor, random)
}

export const dropComments: Edit = ({ text, path }) => {
  if (languageOf(path).shape === 'prose') return undefined
  const kept = stripComments(text, path)
  return kept === text ? undefined : kept
}

/** A name and a number: no renaming alone. */
export const renameAndConstant: Edit = (work, donor, random) => {
  const text = renameOne(work, donor, random)
  const numbers = [...(text ?? '').matchAll(/(?<![\w."'$])\d+(?![\w."'])/g)]
  const number = numbers[random.below(numbers.length)]
  if (text === undefined || !number) return undefined
  return `${text.slice(0, number.index)}${Number(number[0]) + 17}${text.slice(number.index + number[0].length)}`
}

// ---- what destroys it ----

/** `share` of the tokens that count gives way to lines of the donor; the first line stays where `keepFirst`. */
export function replaceShare(share: number, keepFirst = false): Edit {
  return ({ text, path }, donor, random) => {
    const lines = text.trimEnd().split('\n')
    const chosen = chooseLines(lines, path, share, random, keepFirst)
    if (!chosen) return undefined
    const lent = linesToLend(donor)
    if (lent.length === 0) return undefined
    let next = random.below(lent.length)
    const fresh = lines.map((line, i) => {
      if (!chosen.has(i)) return line
      next = (next + 1) % lent.length
      return ' '.repeat(Math.max(0, line.search(/\S/))) + (lent[next] as string).trim()
    })
    return `${fresh.join('\n')}\n`
  }
}

/** Lines that can stand anywhere: none that opens or closes a comment or a string over several lines. */
export function linesToLend(donor: string): string[] {
  return donor
    .trimEnd()
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '' && !/\/\*|\*\/|^\s*\*|[`]|"""|'''/.test(line) && (line.split("'").length & 1) === 1)
}

export function deleteShare(share: number): Edit {
  return ({ text, path }, _donor, random) => {
    const lines = text.trimEnd().split('\n')
    const chosen = chooseLines(lines, path, share, random, false)
    return chosen && `${lines.filter((_, i) => !chosen.has(i)).join('\n')}\n`
  }
}

export const unrelated: Edit = (_work, donor) => donor

/**
 * Lines that together hold the share: at least it where much is to go, at most it (within half)
 * where little is, as an edit that should destroy a tenth must not destroy a third.
 */
export function chooseLines(lines: readonly string[], path: string, share: number, random: Random, keepFirst: boolean): Set<number> | undefined {
  const weights = weightsOf(lines, path)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const candidates = random.shuffle(lines.map((_, i) => i).filter((i) => (weights[i] as number) > 0 && !(keepFirst && i === 0)))
  const chosen = new Set<number>()
  let sum = 0
  for (const i of candidates) {
    const weight = weights[i] as number
    if (share >= 0.5 && sum >= share * total) break
    if (share < 0.5 && sum + weight > share * 1.2 * total) continue
    chosen.add(i)
    sum += weight
  }
  return chosen.size === 0 || (share < 0.5 && sum < share * 0.4 * total) ? undefined : chosen
}

// ---- reading code roughly ----

const LOGS: Record<string, (text: string) => string> = {
  py: (text) => `logger.info("${text}")`,
  ts: (text) => `console.log('${text}')`,
  js: (text) => `console.log('${text}')`,
  go: (text) => `log.Println("${text}")`,
  rs: (text) => `tracing::info!("${text}");`,
  java: (text) => `log.info("${text}");`,
}

const RESERVED = new Set(
  (
    'and as assert async await break case catch class const continue def default del do elif else enum err except export extends false finally fn for from func function global go if impl import in instanceof int interface is let loop map match mod mut new nil none not null of ok or package pass private protected pub public raise range return self static string struct super switch this throw trait true try type typeof undefined use var void where while with yield None True False Self String Some Ok Err Result Option Vec List Map Error number boolean any unknown never object ' +
    'select insert update delete into values set where table create view index on join left right inner outer group order by having limit union all case when then end cast null not exists with unique primary key references using grant revoke begin commit returns language security text integer name oid information_schema pg_catalog'
  ).split(' '),
)

/** Identifiers that occur more than once, most frequent first: not keywords, not members, not in strings. */
function names({ text, path }: Work): string[] {
  const { shape } = languageOf(path)
  if (shape === 'prose' || shape === 'data') return []
  const strings = (text.match(/(["'`])(?:\\.|(?!\1)[^\\])*\1/g) ?? []).join(' ')
  const counts = new Map<string, number>()
  for (const match of stripComments(text, path).matchAll(/(?<![\w.$:@#"'])([A-Za-z_]\w{2,})(?![\w"'])/g)) {
    const name = match[1] as string
    if (!RESERVED.has(name) && !RESERVED.has(name.toLowerCase()) && !new RegExp(`\\b${name}\\b`).test(strings)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count >= 2)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([name]) => name)
}

function renamed({ text }: Work, from: readonly string[], random: Random): string | undefined {
  if (from.length === 0) return undefined
  let fresh = text
  for (const [i, name] of from.entries()) fresh = fresh.replace(new RegExp(`(?<![\\w$])${name}(?![\\w$])`, 'g'), `renamed${i}${random.below(90)}`)
  return fresh
}

function stripComments(text: string, path: string): string {
  const language = languageOf(path)
  let kept = ''
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if (quote !== '') {
      kept += c
      if (c === '\\') kept += text[++i] ?? ''
      else if (c === quote || (c === '\n' && quote !== '`')) quote = ''
      continue
    }
    if (c === '"' || (c === '`' && language.backticks) || (c === "'" && language.singleQuotes)) {
      quote = c
      kept += c
      continue
    }
    if (language.blockComment && text.startsWith('/*', i)) {
      const end = text.indexOf('*/', i + 2)
      i = end < 0 ? text.length : end + 1
      continue
    }
    const mark = language.lineComments.find((m) => text.startsWith(m, i) && (m !== '#' || i === 0 || /\s/.test(text[i - 1] as string)))
    if (mark !== undefined && text[i - 1] !== ':' && text[i - 1] !== '\\') {
      const end = text.indexOf('\n', i)
      i = (end < 0 ? text.length : end) - 1
      continue
    }
    kept += c
  }
  if (kept === text) return text
  return kept
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line, i, all) => line !== '' || all[i - 1] !== '')
    .join('\n')
}

function otherQuotes(line: string, path: string): string {
  const ending = endingOf(path)
  if ((ending !== 'ts' && ending !== 'js' && ending !== 'py') || line.includes('`')) return line
  if (line.includes('"') && !line.includes("'") && !line.includes('\\')) return line.replaceAll('"', "'")
  if (line.includes("'") && !line.includes('"') && !line.includes('\\') && !/\/[^/]*'/.test(line)) return line.replaceAll("'", '"')
  return line
}

function breakAt(line: string): number {
  let quote = ''
  let best = -1
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string
    if (c === '/' && line[i + 1] === '/') break
    if (c === '#' || (c === '-' && line[i + 1] === '-')) break
    if (quote) {
      if (c === '\\') i += 1
      else if (c === quote) quote = ''
    } else if (c === '"' || c === "'" || c === '`') quote = c
    else if (c === ',' && i > line.length / 3) {
      best = i + 1
      if (i > line.length / 2) break
    }
  }
  return quote === '' || best >= 0 ? best : -1
}

function depthAfter(line: string): number {
  return (line.match(/[([]/g)?.length ?? 0) - (line.match(/[)\]]/g)?.length ?? 0)
}

function rewrapped(text: string, width: number): string {
  return `${text
    .split(/\n\s*\n/)
    .map((paragraph) => {
      if (/^\s*([-*+>]|\d+[.)])/m.test(paragraph)) return paragraph
      const lines: string[] = []
      for (const word of paragraph.split(/\s+/).filter((part) => part !== '')) {
        const last = lines.at(-1)
        if (last === undefined || last.length + word.length >= width) lines.push(word)
        else lines[lines.length - 1] = `${last} ${word}`
      }
      return lines.join('\n')
    })
    .join('\n\n')
    .trimEnd()}\n`
}

function weightsOf(lines: readonly string[], path: string): number[] {
  const language = languageOf(path)
  let state: LexState = 'code'
  return lines.map((line) => {
    const tokens = tokenizeLine(line, language, state)
    state = tokens.exit
    return tokens.weight
  })
}

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}
