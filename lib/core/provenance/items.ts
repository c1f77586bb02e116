import type { OwnedLine } from './owned-line'

/**
 * In data the order of keys and rows is layout. A line that stands once before and once after is the
 * same entry wherever it went; where the whole is the same data in another order, each token is.
 */

/** Adds to `map` (old token to new one, or -1) the lines that stand once on either side and moved. */
export function keepItems(old: readonly OwnedLine[], fresh: readonly OwnedLine[], map: Int32Array, reached: Uint8Array): void {
  const places = onceIn(fresh)
  const once = onceIn(old)
  for (const [key, { line, at }] of once) {
    const place = places.get(key)
    if (!place || line.tokens.weight === 0) continue
    const length = Math.min(line.tokens.raw.length, place.line.tokens.raw.length)
    let free = true
    for (let k = 0; k < length && free; k++) free = map[at + k] === -1 && reached[place.at + k] === 0 && line.tokens.raw[k] === place.line.tokens.raw[k]
    if (!free) continue
    for (let k = 0; k < length; k++) {
      map[at + k] = place.at + k
      reached[place.at + k] = 1
    }
  }
}

/** Each token to an equal one that is still free. */
export function keepReordered(old: readonly number[], fresh: readonly number[], map: Int32Array, reached: Uint8Array): void {
  const free = new Map<number, number[]>()
  for (let j = fresh.length - 1; j >= 0; j--) {
    if (reached[j] === 1) continue
    const places = free.get(fresh[j] as number)
    if (places) places.push(j)
    else free.set(fresh[j] as number, [j])
  }
  for (let i = 0; i < old.length; i++) {
    if (map[i] !== -1) continue
    const j = free.get(old[i] as number)?.pop()
    if (j === undefined) continue
    map[i] = j
    reached[j] = 1
  }
}

/** Longer texts are not read for it. */
const READ_CHARS = 2_000_000

/** Whether two texts are the same JSON, whatever the order of its keys. */
export function isSameData(a: string, b: string): boolean {
  if (a.length > READ_CHARS || b.length > READ_CHARS || a === b) return false
  try {
    return JSON.stringify(sorted(JSON.parse(a))) === JSON.stringify(sorted(JSON.parse(b)))
  } catch {
    return false
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

/** Lines that stand once, without indentation and a comma at the end, and where their tokens begin. */
function onceIn(lines: readonly OwnedLine[]): Map<string, { line: OwnedLine; at: number }> {
  const found = new Map<string, { line: OwnedLine; at: number } | undefined>()
  let at = 0
  for (const line of lines) {
    const key = line.text.trim().replace(/,$/, '')
    if (!line.gap) found.set(key, found.has(key) ? undefined : { line, at })
    at += line.tokens.raw.length
  }
  const once = new Map<string, { line: OwnedLine; at: number }>()
  for (const [key, place] of found) if (place) once.set(key, place)
  return once
}
