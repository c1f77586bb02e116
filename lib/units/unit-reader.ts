import { createRequire } from 'node:module'
import { Language, type Node, Parser } from 'web-tree-sitter'
import { languageOf } from '../core/provenance/language'
import { type LexState, tokenizeLine } from '../core/provenance/tokens'
import { readUnits, type Unit, type UnitReader } from '../core/units/units'
import { allGrammars, type Grammar, grammarOf } from './grammars'

/**
 * Texts longer than this are read without a parser: parsing them (3 characters a microsecond) would
 * take longer than an event may. Not parsed in increments either: a tree that was repaired step by
 * step can differ from one parsed at once, and the same log must give the same units.
 */
export const PARSED_CHARS = 48_000

let loading: Promise<UnitReader> | undefined

/**
 * Loads the parsers, once in a process (about half a second). The reader is synchronous and depends
 * on nothing but its arguments. Rejects where a parser's file is missing from the installation.
 */
export function loadUnitReader(): Promise<UnitReader> {
  loading ??= load()
  return loading
}

let parsing: Promise<ReadonlyMap<Grammar, Parser>> | undefined

export function loadParsers(): Promise<ReadonlyMap<Grammar, Parser>> {
  parsing ??= compileParsers()
  return parsing
}

async function compileParsers(): Promise<ReadonlyMap<Grammar, Parser>> {
  const { resolve } = createRequire(import.meta.url)
  await Parser.init()
  return new Map<Grammar, Parser>(
    await Promise.all(
      allGrammars().map(async (grammar): Promise<[Grammar, Parser]> => {
        const language = await Language.load(resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${grammar.name}.wasm`))
        return [grammar, new Parser().setLanguage(language)]
      }),
    ),
  )
}

async function load(): Promise<UnitReader> {
  const parsers = await loadParsers()
  return (text, path, partial) => {
    const grammar = grammarOf(path)
    const parser = grammar && parsers.get(grammar)
    if (!grammar || !parser || text.length > PARSED_CHARS) return readUnits(text, path, partial)
    const tree = parser.parse(text)
    if (!tree) return readUnits(text, path, partial)
    try {
      return new Reading(text, path, grammar, partial).units(tree.rootNode)
    } finally {
      tree.delete()
    }
  }
}

class Reading {
  private readonly lines: string[]
  private readonly weights: number[] = []
  private readonly found: Unit[] = []

  constructor(
    text: string,
    path: string,
    private readonly grammar: Grammar,
    private readonly partial: boolean,
  ) {
    this.lines = text.split('\n')
    const language = languageOf(path)
    let state: LexState = 'code'
    for (const line of this.lines) {
      const tokens = tokenizeLine(line, language, state)
      state = tokens.exit
      this.weights.push(tokens.weight)
    }
  }

  units(root: Node): Unit[] {
    this.visit(root)
    return this.found.sort((a, b) => a.firstLine - b.firstLine || b.lastLine - a.lastLine)
  }

  private visit(node: Node): void {
    const { units, inside } = this.grammar
    for (const child of node.namedChildren) {
      if (!child) continue
      const kind = units[child.type]
      if (kind !== undefined) this.add(child, kind)
      if (isTest(child)) this.visitCallback(child)
      // A broken definition is an ERROR node or lies in one: what is whole inside it still counts.
      else if (inside.has(child.type) || child.type === 'ERROR') this.visit(child)
    }
  }

  /** `describe('users', () => { test(...) })`: the tests are units of their own. */
  private visitCallback(statement: Node): void {
    const body = statement.descendantsOfType('statement_block')[0]
    for (const child of body?.namedChildren ?? []) {
      if (!child || !isTest(child)) continue
      this.add(child, '')
      this.visitCallback(child)
    }
  }

  private add(node: Node, kind: string): void {
    const firstLine = node.startPosition.row
    const lastLine = node.endPosition.column === 0 && node.endPosition.row > firstLine ? node.endPosition.row - 1 : node.endPosition.row
    let weight = 0
    for (let row = firstLine; row <= lastLine; row++) weight += this.weights[row] ?? 0
    this.found.push({ name: nameOf(node, kind, this.lines[firstLine] ?? ''), firstLine, lastLine, complete: this.isComplete(node), weight })
  }

  /** Whole in itself, closed, and followed by something, or the writer is done. */
  private isComplete(node: Node): boolean {
    if (node.hasError || node.isMissing || node.type === 'ERROR') return false
    if (this.grammar.byIndent ? endsInEmptyBlock(node) : !isClosed(node)) return false
    return !this.partial || this.isFollowed(node)
  }

  /** Something has begun after it, at its own or a lesser depth. */
  private isFollowed(node: Node): boolean {
    const { row, column } = node.endPosition
    if (/[^\s;,)\]}]/.test((this.lines[row] ?? '').slice(column))) return true
    for (let k = row + 1; k < this.lines.length; k++) {
      const line = this.lines[k] as string
      const indent = line.search(/\S/)
      if (indent >= 0 && (this.weights[k] as number) > 0) return indent <= node.startPosition.column
    }
    return false
  }
}

function endsInEmptyBlock(node: Node): boolean {
  let last: Node | null = node
  while (last) {
    if (last.type === 'block' && last.namedChildCount === 0) return true
    last = last.lastNamedChild
  }
  return false
}

/** A function's head alone parses as a declaration in some languages: it is complete with its body, or with a semicolon in its stead. */
function isClosed(node: Node): boolean {
  if (!/^(?:function|method|constructor|generator_function)_/.test(node.type) || node.childForFieldName('body')) return true
  return node.text.endsWith(';')
}

const TEST_CALL = /^(?:describe|context|suite|test|it)\b/

function isTest(statement: Node): boolean {
  return statement.type === 'expression_statement' && TEST_CALL.test(statement.text.slice(0, 12))
}

function nameOf(node: Node, kind: string, line: string): string {
  const named =
    node.childForFieldName('name') ?? node.childForFieldName('type') ?? node.childForFieldName('definition')?.childForFieldName('name') ?? declaredName(node)
  if (named) return `${kind === '' ? kindOf(node) : kind} ${named.text.slice(0, 80)}`.trim()
  const call = /^\s*(?:await\s+)?([\w$.@]+)\(\s*(['"`][^'"`]{0,60}['"`])?/.exec(line)
  if (call?.[1]) return call[2] ? `${call[1]}(${call[2]})` : call[1]
  return line.trim().slice(0, 40)
}

function kindOf(node: Node): string {
  const definition = node.childForFieldName('definition')
  return definition?.type === 'class_definition' ? 'class' : definition ? 'def' : ''
}

/** `const a = ...`, `type A struct`, `int f() { }`. */
function declaredName(node: Node): Node | null {
  const declarator = node.namedChildren.find((child) => child && /_declarator$|_spec$/.test(child.type))
  return declarator?.childForFieldName('name') ?? declarator?.childForFieldName('declarator') ?? null
}
