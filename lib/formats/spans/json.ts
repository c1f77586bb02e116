/** Readers for JSON of unknown shape: a value of the wrong kind counts as absent. */
export type Json = Record<string, unknown>

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function countOf(value: unknown): number | undefined {
  const n =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && value.trim() !== ''
        ? Number(value)
        : typeof value === 'bigint'
          ? Number(value)
          : Number.NaN
  return Number.isFinite(n) && n >= 0 && n <= Number.MAX_SAFE_INTEGER ? Math.round(n) : undefined
}

/** JSON that may come as text, as many attributes do. Text that is no JSON stays text. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const first = value.trimStart()[0]
  if (first !== '{' && first !== '[' && first !== '"') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

/** Anything as text: text as it is, the rest as JSON. */
export function printed(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** ISO times without a zone are UTC, as every tracing system here means them. Also numbers: s, ms, µs or ns since 1970. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0)
    return value > 1e17 ? value / 1e6 : value > 1e14 ? value / 1e3 : value > 1e11 ? value : value * 1e3
  if (typeof value !== 'string' || value === '') return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return timeOf(Number(value))
  const iso = /(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value.replace(' ', 'T')}Z`
  const ms = Date.parse(iso)
  if (!Number.isFinite(ms)) return undefined
  // Date.parse stops at milliseconds
  const micros = /\.\d{3}(\d{1,6})/.exec(iso)?.[1]
  return micros === undefined ? ms : ms + Number(`0.${micros}`)
}
