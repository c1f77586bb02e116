/**
 * Text columns of Postgres hold neither U+0000 nor half a surrogate pair, so in projections (never in
 * the log) both become U+FFFD.
 */
const UNWRITABLE = /\0|\p{Surrogate}/gu

/** JSON that Postgres can turn into text columns. Almost nothing needs the slow way, which asks for every value. */
export function writableJson(value: object): string {
  const text = JSON.stringify(value)
  if (!/\\u(0000|d[89a-f])/.test(text)) return text
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? inner.replace(UNWRITABLE, '\ufffd') : inner))
}
