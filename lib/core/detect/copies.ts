import type { Survey } from '../provenance/survey'
import { languageOf } from '../provenance/language'
import { type LexState, tokenizeLine } from '../provenance/tokens'
import type { KnownArtifact, World } from './world'

const GRAM = 5

/** Whether tokens that vanished here live on in another artifact. */
export class CopyIndex {
  private grams = new Map<string, Set<number>>()

  /** The artifact has changed. */
  forget(path: string): void {
    this.grams.delete(path)
  }

  /** The share of the removed region's runs that some one other artifact holds, 0 to 1. */
  shareElsewhere(world: World, here: KnownArtifact, survey: Survey, owners: ReadonlySet<number>): number {
    if (![...owners].some((owner) => (survey.owners.get(owner)?.lost ?? 0) > 0)) return 0
    const removed = gramsOf(tokensOf(survey.before, here.path))
    if (removed.size === 0) return 0
    let best = 0
    for (const other of world.artifacts.values()) {
      if (other === here || !other.text.exists) continue
      let known = this.grams.get(other.path)
      if (!known) {
        known = gramsOf(other.text.significant())
        this.grams.set(other.path, known)
      }
      let shared = 0
      for (const gram of removed) if (known.has(gram)) shared += 1
      best = Math.max(best, shared / removed.size)
    }
    return best
  }
}

function tokensOf(lines: readonly string[], path: string): number[] {
  const language = languageOf(path)
  const all: number[] = []
  let state: LexState = 'code'
  for (const line of lines) {
    const tokens = tokenizeLine(line, language, state)
    state = tokens.exit
    tokens.raw.forEach((token, k) => (tokens.counts[k] as number) > 0 && all.push(token))
  }
  return all
}

function gramsOf(tokens: readonly number[]): Set<number> {
  const grams = new Set<number>()
  for (let i = 0; i + GRAM <= tokens.length; i++) {
    let h = 0
    for (let k = 0; k < GRAM; k++) h = (Math.imul(h, 0x9e3779b1) + (tokens[i + k] as number)) | 0
    grams.add(h)
  }
  return grams
}

/** A fingerprint to see a text again: 53 bits and the length; no defence against malice, none needed. */
export function fingerprintText(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    a = Math.imul(a ^ c, 2654435761)
    b = Math.imul(b ^ c, 1597334677)
  }
  return `${text.length}:${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}
