import { formatCount } from '@/lib/core/count'

export { formatCount, formatPercent, plural } from '@/lib/core/count'

/** Short enough for a column: `842`, `12.4k`, `3.1M`, `2.4G`, `9,007T`. */
export function formatShort(n: number): string {
  if (n < 10_000) return formatCount(n)
  if (n < 999_500) return `${trim(n / 1000)}k`
  if (n < 999_500_000) return `${trim(n / 1_000_000)}M`
  if (n < 999_500_000_000) return `${trim(n / 1e9)}G`
  return `${n < 1e16 ? trim(n / 1e12) : '>9,999'}T`
}

/** A leading tilde says that some of it is our estimate. */
export function formatTokens(n: number, estimated: boolean): string {
  return `${estimated ? '~' : ''}${formatShort(n)}`
}

export function formatMoney(usd: number): string {
  if (usd === 0) return '$0'
  // a little is not nothing
  if (usd > 0 && usd < 0.0005) return '<$0.001'
  if (usd < 0.995) return `$${usd.toFixed(3)}`
  return usd < 1e6 ? `$${usd.toFixed(2)}` : `$${formatShort(usd)}`
}

function trim(n: number): string {
  return n < 100 ? n.toFixed(1).replace(/\.0$/, '') : formatCount(Math.round(n))
}
