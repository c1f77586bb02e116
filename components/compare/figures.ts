import { formatPercent, plural } from '@/components/text/count'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import type { GroupReport } from '@/lib/core/metrics/report'
import { REPORTED, type ReportedFigures } from '@/lib/core/metrics/reported'

/** A figure as a chart may show it. JSON has no undefined: what was left out may come back as null. */
export interface Shown {
  /** `none`: nothing to draw, `words` says why. `counts`: too few for a rate. */
  display: 'full' | 'grey' | 'counts' | 'none'
  value: number
  low: number
  high: number
  words: string
}

/** `print`: how a value is said; shares as per cent if left out. */
export function shownOf(measured: Measured, print: (value: number) => string = formatPercent): Shown {
  if (!isEstimate(measured)) return { display: 'none', value: 0, low: 0, high: 0, words: 'not measurable here' }
  const { value, low, high, n, events, display } = measured
  if (display === 'counts' || low === undefined || high === undefined || low === null || high === null)
    return {
      display: 'counts',
      value,
      low: 0,
      high: 0,
      words: events === undefined ? `${plural(n, 'task')}: too few` : `${events} of ${n}: too few for a rate`,
    }
  return { display, value, low, high, words: print(value) }
}

export function isDrawn({ display }: Shown): boolean {
  return display === 'full' || display === 'grey'
}

export function rangeOf(shown: Shown): string {
  return isDrawn(shown) ? `${Math.round(shown.low * 100)}–${Math.round(shown.high * 100)}` : '–'
}

/** Small shares with a decimal: whole per cent would hide them. */
export function fine(share: number): string {
  return share > 0 && share < 0.0995 ? `${share < 0.0005 ? '<0.1' : (share * 100).toFixed(1)}%` : formatPercent(share)
}

/** −12, +3: points of a difference of shares, with a true minus. */
export function signed(share: number): string {
  const value = Math.round(share * 100)
  return value < 0 ? `−${-value}` : `+${value}`
}

/** Colours follow the groups' order in the answer, so that a group has one colour in all charts. */
export function seriesColor(at: number): string {
  return at < 6 ? `var(--series-${at + 1})` : 'var(--unknown)'
}

/** More than these and colours no longer tell groups apart; the table has them all. */
export const MOST_DRAWN = 8

/** The published figures of the same master; a dated or tuned name of it counts as the same. */
export function reportedFor(group: GroupReport): ReportedFigures | undefined {
  const own = plain(group.values[0] ?? '')
  return REPORTED.find(({ master }) => own.startsWith(plain(master)) && /^(\d{8}|\d{4}|latest|instruct|00\d)*$/.test(own.slice(plain(master).length)))
}

function plain(name: string): string {
  return name
    .slice(name.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}
