import { isDated } from '@/lib/core/dated'

/** Times as people read them. Everything is in milliseconds. */

/** Position in a session: `00:11.8`, `07:03`, `1:07:03`. Tenths while they matter (under ten minutes). */
export function formatClock(ms: number): string {
  if (ms < 0) return `−${formatClock(-ms)}`
  const tenths = Math.floor(ms / 100)
  const seconds = Math.floor(tenths / 10)
  const h = Math.floor(seconds / 3600)
  const mm = two(Math.floor(seconds / 60) % 60)
  const ss = two(seconds % 60)
  if (h > 0) return `${h}:${mm}:${ss}`
  return seconds < 600 ? `${mm}:${ss}.${tenths % 10}` : `${mm}:${ss}`
}

/** How long: `640 ms`, `1.9 s`, `4 min 12 s`, `3 h 5 min`, `12 days`. */
export function formatDuration(ms: number): string {
  const s = ms / 1000
  if (ms <= 0) return '0 s'
  if (ms < 950) return `${Math.round(ms)} ms`
  if (s < 59.95) return `${s.toFixed(1)} s`
  const whole = Math.round(s)
  if (whole < 3600) return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`
  const minutes = Math.round(s / 60)
  if (minutes < 48 * 60) return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `${Math.round(minutes / 1440)} days`
}

/** One unit is enough: `3 min`, `2 h`, `5 days`. */
export function formatRough(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 60) return `${s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min`
  if (s < 48 * 3600) return `${Math.floor(s / 3600)} h`
  return `${Math.floor(s / 86400)} days`
}

/** `just now`, `3 min ago`; the date once it is more than a week; of a recording without times, that. */
export function formatAgo(at: number, now: number): string {
  if (!isDated(at)) return NO_TIMES
  const ms = now - at
  if (ms < 5000) return 'just now'
  if (ms < 7 * 86_400_000) return `${formatRough(ms)} ago`
  return new Date(at).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' })
}

const NO_TIMES = 'no times recorded'

const MINUTE = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** To the minute, in the reader's time zone: of what people do. */
export function formatMinute(at: number): string {
  return MINUTE.format(at)
}

/** To the millisecond, in the reader's time zone, with the date; of a recording without times, that. */
export function formatExact(at: number): string {
  if (!isDated(at)) return NO_TIMES
  return new Date(at).toLocaleString('en-GB', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
  })
}

function two(n: number): string {
  return n < 10 ? `0${n}` : String(n)
}
