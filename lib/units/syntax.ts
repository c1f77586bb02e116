import type { SyntaxCheck } from '../core/checks/pairs'
import { grammarOf } from './grammars'
import { loadParsers, PARSED_CHARS } from './unit-reader'

/** Loads what tells whether a text is free of syntax errors: the floor of the outcome ladder. */
export async function loadSyntaxCheck(): Promise<SyntaxCheck> {
  const parsers = await loadParsers()
  return (text, path) => {
    const grammar = grammarOf(path)
    const parser = grammar && parsers.get(grammar)
    if (!parser || text.length > PARSED_CHARS) return undefined
    const tree = parser.parse(text)
    if (!tree) return undefined
    const broken = tree.rootNode.hasError
    tree.delete()
    return !broken
  }
}
