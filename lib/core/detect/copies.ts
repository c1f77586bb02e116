import type { Survey } from '../provenance/survey'
import { languageOf } from '../provenance/language'
import { type LexState, tokenizeLine } from '../provenance/tokens'
import type { KnownArtifact } from './world'

const GRAM = 5

/** A run that stands in more artifacts than this is idiom, and says nothing of where a text went. */
const COMMON = 64

/**
 * Whether tokens that vanished here live on in another artifact: an index from each run of five tokens
 * to the artifacts that hold it. Artifacts are read when somebody asks, and again only if they changed.
 */
export class CopyIndex {
  private holders = new Map<number, KnownArtifact[]>()
  private indexed = new Map<KnownArtifact, Set<number>>()
  private changedSince = new Set<KnownArtifact>()

  changed(artifact: KnownArtifact): void {
    this.changedSince.add(artifact)
  }

  /** The share of the removed region's runs that some one other artifact holds, 0 to 1. */
  shareElsewhere(here: KnownArtifact, survey: Survey, owners: ReadonlySet<number>): number {
    if (![...owners].some((owner) => (survey.owners.get(owner)?.lost ?? 0) > 0)) return 0
    const removed = gramsOf(tokensOf(survey.before, here.path))
    if (removed.size === 0) return 0
    this.refresh()
    const shared = new Map<KnownArtifact, number>()
    for (const gram of removed) {
      for (const holder of this.holders.get(gram) ?? []) if (holder !== here) shared.set(holder, (shared.get(holder) ?? 0) + 1)
    }
    return Math.max(0, ...shared.values()) / removed.size
  }

  private refresh(): void {
    for (const artifact of this.changedSince) {
      const fresh = artifact.text.exists ? gramsOf(artifact.text.significant()) : new Set<number>()
      const known = this.indexed.get(artifact)
      for (const gram of known ?? []) if (!fresh.has(gram)) this.drop(gram, artifact)
      for (const gram of fresh) if (!known?.has(gram)) this.add(gram, artifact)
      if (fresh.size > 0) this.indexed.set(artifact, fresh)
      else this.indexed.delete(artifact)
    }
    this.changedSince.clear()
  }

  private add(gram: number, artifact: KnownArtifact): void {
    const holders = this.holders.get(gram)
    if (!holders) this.holders.set(gram, [artifact])
    else if (holders.length < COMMON) holders.push(artifact)
  }

  private drop(gram: number, artifact: KnownArtifact): void {
    const holders = this.holders.get(gram)
    const at = holders?.indexOf(artifact) ?? -1
    if (!holders || at < 0) return
    if (holders.length === 1) this.holders.delete(gram)
    else holders.splice(at, 1)
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
