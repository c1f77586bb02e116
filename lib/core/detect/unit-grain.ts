import type { UnitLosses } from '../interventions'
import { type OwnedLine, ownerAt } from '../provenance/owned-line'
import type { Survey } from '../provenance/survey'
import type { ArtifactPath } from '../ids'
import type { World } from './world'

/** Longer texts are not read for units at a rewrite: that would cost more than the rewrite. */
export const UNIT_GRAIN_CHARS = 30_000

/**
 * The finer grain: of the units that were whole and in which the task owned something, how many lost
 * so much of it that each alone would be an overwrite. One of six functions replaced is a revision of
 * the task's work and the end of one function.
 *
 * `lines` is the artifact before the write. Undefined where none of its units was whole.
 */
export function unitLosses(world: World, path: ArtifactPath, lines: readonly OwnedLine[], survey: Survey, owners: ReadonlySet<number>): UnitLosses | undefined {
  const { minUnitTokens, overwriteBelow } = world.parameters
  const lost = new Map<OwnedLine, number>()
  for (const loss of survey.losses) if (owners.has(loss.owner)) lost.set(loss.line, (lost.get(loss.line) ?? 0) + loss.tokens)
  if (!isShort(lines)) return undefined
  const units = world.readUnits(lines.map((line) => line.text).join('\n'), path, false)
  let whole = 0
  let overwritten = 0
  const names: string[] = []
  for (const [k, unit] of units.entries()) {
    const next = units[k + 1]
    // of a class and its methods, the methods
    if (!unit.complete || (next !== undefined && next.lastLine <= unit.lastLine)) continue
    let owned = 0
    let gone = 0
    for (let row = unit.firstLine; row <= unit.lastLine; row++) {
      const line = lines[row]
      if (!line) continue
      owned += ownedTokens(line, owners)
      gone += lost.get(line) ?? 0
    }
    if (owned < minUnitTokens) continue
    whole += 1
    if ((owned - gone) / owned >= overwriteBelow) continue
    overwritten += 1
    names.push(unit.name)
  }
  return whole === 0 ? undefined : { whole, overwritten, names: names.slice(0, 10) }
}

function isShort(lines: readonly OwnedLine[]): boolean {
  let chars = lines.length
  for (const line of lines) {
    chars += line.text.length
    if (chars > UNIT_GRAIN_CHARS) return false
  }
  return true
}

function ownedTokens({ tokens, owners }: OwnedLine, wanted: ReadonlySet<number>): number {
  if (typeof owners === 'number') return wanted.has(owners) ? tokens.weight : 0
  let owned = 0
  for (let k = 0; k < owners.length; k++) if ((tokens.counts[k] as number) > 0 && wanted.has(ownerAt(owners, k))) owned += 1
  return owned
}
