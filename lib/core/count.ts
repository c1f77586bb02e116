/** Counts as people read them, wherever they stand: `1,234,567`. */
const WHOLE = new Intl.NumberFormat('en')

export function formatCount(n: number): string {
  return WHOLE.format(n)
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`
}

export function formatPercent(share: number): string {
  const percent = share * 100
  // never round something to nothing, nor nearly all to all
  if (percent > 0 && percent < 1) return '<1%'
  if (percent > 99 && percent < 100) return '>99%'
  return `${Math.round(percent)}%`
}
