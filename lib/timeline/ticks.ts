// Steps that people count time in, ms.
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
  10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
] as const

/** The smallest round step (ms) whose ticks stand at least `minPixels` apart. */
export function tickStep(msPerPixel: number, minPixels: number): number {
  const least = msPerPixel * minPixels
  for (const step of STEPS) if (step >= least) return step
  const week = 604_800_000
  return week * 2 ** Math.ceil(Math.log2(Math.max(1, least / week)))
}

/** Time since the session's start: "00:05", "1:02:05", "00:05.250", "2 d 03:00:00"; `step` says how fine. */
export function printElapsed(ms: number, step = 1000): string {
  const sign = ms < 0 ? '−' : ''
  // rounded first, so that 59.9996 s is one minute and not 00:60
  const unit = step < 1 ? 0.001 : step < 1000 ? 1 : 1000
  const whole = Math.round(Math.abs(ms) / unit) * unit
  const seconds = Math.floor(whole / 1000)
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor(seconds / 3600) % 24
  const two = (n: number) => String(n).padStart(2, '0')
  const clock = `${hours > 0 || days > 0 ? `${days > 0 ? two(hours) : hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const fraction = step < 1000 ? `.${String(Math.floor(whole % 1000)).padStart(3, '0')}` : ''
  return `${sign}${days > 0 ? `${days} d ` : ''}${clock}${fraction}`
}

/** A length of time for people: "320 ms", "1.9 s", "2 min 05 s", "3 h 12 min". */
export function printDuration(ms: number): string {
  if (ms < 0) return `−${printDuration(-ms)}`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 ? ` ${String(seconds % 60).padStart(2, '0')} s` : ''}`
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${String(minutes % 60).padStart(2, '0')} min` : ''}`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)} d${hours % 24 ? ` ${hours % 24} h` : ''}`
}
