import { printElapsed } from '@/lib/timeline/ticks'
import type { ClockKind } from '@/lib/view/view'

const COUNT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** A place on the axis: "00:15", "1.2K tokens", "−3 steps". */
export function placeWords(clock: ClockKind, place: number): string {
  if (clock === 'time') return printElapsed(place)
  const count = COUNT.format(Math.abs(place) < 10 ? Math.round(place * 10) / 10 : Math.round(place))
  return `${count.replace(/^-/, '−')} ${clock}`
}
