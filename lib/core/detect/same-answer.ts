import { answerIn } from './answers'
import { shingles } from './similarity'

/** Numbers are the same up to so much of the larger one. */
const RELATIVE = 1e-9
/** Share of the five-word runs of either answer that the other holds. */
const ALIKE = 0.7
const MIN_WORDS = 12

/**
 * Whether two answers say the same: values by what they are (`4.0` is `4`, `1,200` is `1200`, the order of
 * an object's keys is nothing), longer words by their runs. Short words ("done", "yes") say the same by
 * chance, so nothing is said of them.
 */
export function isSameAnswer(one: string, other: string): boolean {
  const [a, b] = [answerIn(one), answerIn(other)]
  const [valueA, valueB] = [parsedValue(a), parsedValue(b)]
  if (valueA !== undefined || valueB !== undefined) return valueA !== undefined && valueB !== undefined && isSameValue(valueA, valueB)
  if (wordCount(a) < MIN_WORDS || wordCount(b) < MIN_WORDS) return false
  const [runsA, runsB] = [shingles(a), shingles(b)]
  let shared = 0
  for (const run of runsA) if (runsB.has(run)) shared += 1
  return shared >= ALIKE * Math.max(runsA.size, runsB.size)
}

/** A number, or an object or list in JSON; undefined for words. */
function parsedValue(answer: string): unknown {
  const bare = answer.replace(/^```\w*\n([\s\S]*?)\n?```$/, '$1').trim()
  const number = /^[^\p{L}\p{N}\n-]{0,3}(-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)\s*%?\.?$/iu.exec(bare)
  if (number) return Number((number[1] as string).replaceAll(',', ''))
  if (!/^[[{]/.test(bare)) return undefined
  try {
    return JSON.parse(bare)
  } catch {
    return undefined
  }
}

export function isSameValue(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= RELATIVE * Math.max(Math.abs(a), Math.abs(b))
  if (typeof a === 'string' && typeof b === 'string') return a.trim() === b.trim()
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, k) => isSameValue(item, b[k]))
  }
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const left = Object.entries(a)
    const right = new Map(Object.entries(b))
    return left.length === right.size && left.every(([key, value]) => right.has(key) && isSameValue(value, right.get(key)))
  }
  return a === b
}

function wordCount(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}
