import type { Artifact } from '../provenance/artifact'
import { ownerAt } from '../provenance/owned-line'
import type { Held } from './fuzz-oracle'

/** The texts of the fuzzer: symbols that are all different, and what an artifact says of them. */

export const RUNS = { rawRun: 4, renamedRun: 8 }
/** Numbers in code and words in prose mean the same to the comparison that is blind to names, so that "renaming" cannot blur whose a token is. */
export const LANGUAGES = [
  { path: 'a.ts', symbol: (n: number) => String(10_000_000 + n) },
  { path: 'a.py', symbol: (n: number) => String(10_000_000 + n) },
  { path: 'a.md', symbol: (n: number) => `w${(10_000_000 + n).toString(36)}q` },
]
export const OWNERS = 5

let serial = 0

/** A number that no token has had. */
export function nextSerial(): number {
  return serial++
}

export function flat(lines: Held[][]): Held[] {
  return lines.flatMap((line) => line.map((token, k) => ({ ...token, endsLine: k === line.length - 1 })))
}

export function joined(lines: Held[][]): string {
  return lines.map((line) => line.map((token) => token.symbol).join(' ')).join('\n')
}

export function textOf(tokens: Held[]): string {
  return tokens.map((token, k) => token.symbol + (k === tokens.length - 1 ? '' : token.endsLine ? '\n' : ' ')).join('')
}

/** Symbols with their owners; what the other side does not have in brackets, a bar where lines end. */
export function drawn(tokens: Held[], other: Held[]): string {
  const there = new Set(other.map((token) => token.symbol))
  return tokens.map(({ symbol, owner, endsLine }) => `${there.has(symbol) ? symbol : `[${symbol}]`}:${owner}${endsLine ? ' |' : ''}`).join(' ')
}

export function known(artifact: Artifact): string {
  return artifact
    .ownedLines()
    .map((line) => (line.gap ? '...' : line.text))
    .join('\n')
}

export function trackedOwners(artifact: Artifact): Map<string, number> {
  const owners = new Map<string, number>()
  for (const line of artifact.ownedLines()) {
    if (line.gap) continue
    const words = line.text.split(' ').filter((word) => word !== '')
    words.forEach((word, k) => owners.set(word, ownerAt(line.owners, k)))
  }
  return owners
}

export function ownersDiffer(artifact: Artifact, held: Held[]): string | undefined {
  const tracked = trackedOwners(artifact)
  if (tracked.size !== held.length) return `the text has ${held.length} tokens, ${tracked.size} are known`
  const totals = new Map<number, number>()
  for (const { symbol, owner } of held) {
    if (tracked.get(symbol) !== owner) return `${symbol} belongs to ${owner} and is said to be ${tracked.get(symbol)}'s`
    totals.set(owner, (totals.get(owner) ?? 0) + 1)
  }
  for (const [owner, { tokens }] of artifact.ownersPresent())
    if ((totals.get(owner) ?? 0) !== tokens) return `owner ${owner} has ${totals.get(owner) ?? 0} tokens, the totals say ${tokens}`
  return undefined
}
