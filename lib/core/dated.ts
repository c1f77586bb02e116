const FIRST_REAL_YEAR = Date.UTC(1971, 0)

/**
 * Whether a time (epoch ms) is one that somebody's clock told. A file without times gets the order of its
 * steps for them, one second a step from 1970 on: that says what came first, and neither when nor how long.
 */
export function isDated(at: number): boolean {
  return at >= FIRST_REAL_YEAR
}
