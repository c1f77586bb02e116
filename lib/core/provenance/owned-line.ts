import type { LexState, LineTokens } from './tokens'

/** Who was there before anyone in the session wrote. */
export const OUTSIDE = 0

/** A line of an artifact, and who owns its tokens. */
export interface OwnedLine {
  text: string
  entry: LexState
  tokens: LineTokens
  /** One owner for all tokens, or one a token. */
  owners: number | Int32Array
  commentOwner: number | Int32Array
  /** Text of unknown length that nobody in the session has shown. */
  gap?: boolean
}

export const NO_TOKENS: LineTokens = { raw: [], norm: [], counts: [], weight: 0, comment: [], exit: 'code' }
/** Stands for text that nobody in the session has shown. */
export const GAP_TEXT = '⋯'

export function ownerAt(owners: number | Int32Array, k: number): number {
  return typeof owners === 'number' ? owners : (owners[k] as number)
}

export function expand(owners: number | Int32Array, length: number): Int32Array {
  return typeof owners === 'number' ? new Int32Array(length).fill(owners) : owners.slice()
}

export function compress(owners: Int32Array): number | Int32Array {
  const first = owners[0] ?? OUTSIDE
  return owners.every((owner) => owner === first) ? first : owners
}

/** `splice` with any number of new elements: a call's arguments are bounded, an array is not. */
export function splice(lines: OwnedLine[], at: number, removed: number, fresh: OwnedLine[]): void {
  if (fresh.length < 10_000) {
    lines.splice(at, removed, ...fresh)
    return
  }
  const tail = lines.slice(at + removed)
  lines.length = at
  for (const line of fresh) lines.push(line)
  for (const line of tail) lines.push(line)
}

export function findRun(hay: readonly number[], needle: readonly number[]): number {
  if (needle.length === 0) return -1
  search: for (let i = 0; i + needle.length <= hay.length; i++) {
    for (let k = 0; k < needle.length; k++) if (hay[i + k] !== needle[k]) continue search
    return i
  }
  return -1
}
