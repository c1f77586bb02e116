import { KnownText, LONG, SHORT } from './fuzz-known'
import { Random } from './fuzz-random'
import { UnseenText } from './fuzz-unseen'

/**
 * Random edits by random owners on artifacts in which no token stands twice, so that nobody can
 * argue about whose a token is. After each edit every token's owner is compared with an oracle that
 * follows the definition in docs/detector.md and shares no code with the product.
 */
export interface FuzzReport {
  edits: number
  /** Token owners compared. */
  compared: number
  /** Edits of each kind. */
  kinds: Map<string, number>
}

export interface FuzzOptions {
  edits: number
  seed: number
  /** Called now and then with the edits so far. */
  progress?(edits: number): void
}

/** Edits on one artifact before a new one is begun. */
const LIFE = 200

/** Throws an Error that names the seed and the edit where ownership and oracle part. */
export function fuzzArtifacts({ edits, seed, progress }: FuzzOptions): FuzzReport {
  const random = new Random(seed)
  const report: FuzzReport = { edits: 0, compared: 0, kinds: new Map() }
  while (report.edits < edits) {
    const life = random.below(4) === 0 ? new UnseenText(random) : new KnownText(random, random.below(40) === 0 ? LONG : SHORT)
    for (let k = 0; k < LIFE && report.edits < edits; k++) {
      const kind = life.edit()
      report.edits += 1
      const name = kind.replace(/:.*/, '')
      report.kinds.set(name, (report.kinds.get(name) ?? 0) + 1)
      const mistake = life.check()
      if (mistake !== undefined) throw new Error(`seed ${seed}, edit ${report.edits} (${kind}): ${mistake}\n${life.drawing()}`)
      report.compared += life.size()
      if (progress && report.edits % 10_000 === 0) progress(report.edits)
    }
  }
  return report
}
