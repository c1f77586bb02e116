/** Reading JSON that somebody else wrote: nothing is certain to be there, and absent stays absent. */
export type JsonRecord = Record<string, unknown>

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value under a path of keys; undefined where one of them is missing. */
export function at(value: unknown, ...keys: string[]): unknown {
  let here = value
  for (const key of keys) {
    if (!isRecord(here)) return undefined
    here = here[key]
  }
  return here
}

export function record(value: unknown, ...keys: string[]): JsonRecord | undefined {
  const found = at(value, ...keys)
  return isRecord(found) ? found : undefined
}

export function text(value: unknown, ...keys: string[]): string | undefined {
  const found = at(value, ...keys)
  return typeof found === 'string' ? found : undefined
}

/** A text that says something: empty counts as absent. */
export function word(value: unknown, ...keys: string[]): string | undefined {
  const found = text(value, ...keys)
  return found === undefined || found.trim() === '' ? undefined : found
}

export function list(value: unknown, ...keys: string[]): unknown[] {
  const found = at(value, ...keys)
  return Array.isArray(found) ? found : []
}

export function records(value: unknown, ...keys: string[]): JsonRecord[] {
  return list(value, ...keys).filter(isRecord)
}

/** A finite number, also one written as a text of digits, as protobuf's JSON writes 64-bit numbers. */
export function number(value: unknown, ...keys: string[]): number | undefined {
  const found = at(value, ...keys)
  if (typeof found === 'number') return Number.isFinite(found) ? found : undefined
  return typeof found === 'string' && /^-?\d+(\.\d+)?$/.test(found) ? Number(found) : undefined
}

/** Tokens: a whole number that is not negative. */
export function count(value: unknown, ...keys: string[]): number | undefined {
  const found = number(value, ...keys)
  return found === undefined || found < 0 ? undefined : Math.round(found)
}

/**
 * A time in milliseconds since 1970. Numbers are seconds or milliseconds, told apart by size: as
 * milliseconds the smaller ones would lie before April 1973. A text without a zone is taken as UTC.
 */
export function time(value: unknown, ...keys: string[]): number | undefined {
  const found = at(value, ...keys)
  if (typeof found === 'number' && Number.isFinite(found) && found > 0) return found < 1e11 ? found * 1000 : found
  if (typeof found !== 'string' || !/^\d{4}-\d{2}-\d{2}[T ]/.test(found)) return undefined
  const ms = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(found) ? found : `${found.replace(' ', 'T')}Z`)
  return Number.isFinite(ms) ? ms : undefined
}

/** A value as a person would read it: text as it is, anything else as JSON. */
export function shown(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** JSON inside a text (arguments of a call often are); undefined if it is none. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** The text of a message's content: a text, or blocks of which some hold text. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  if (isRecord(content)) return text(content, 'text') ?? text(content, 'content') ?? ''
  return Array.isArray(content)
    ? content
        .map((block) => (typeof block === 'string' ? block : (text(block, 'text') ?? text(block, 'content') ?? '')))
        .filter((part) => part !== '')
        .join('\n')
    : ''
}
