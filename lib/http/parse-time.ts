import { Refused } from './problem'

const DAY = 86_400_000

/** One value of a query; undefined where it has none. */
export type ReadQuery = (name: string) => string | undefined

/** `30d` is so many days ago, to the full minute so that answers can be kept; else a date, or ms since 1970. Throws Refused. */
export function parseTime(read: ReadQuery, name: string): number | undefined {
  const text = read(name)
  if (!text) return undefined
  const days = /^(\d{1,5})d$/.exec(text)?.[1]
  if (days !== undefined) return Math.floor(Date.now() / 60_000) * 60_000 - Number(days) * DAY
  const at = /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isNaN(at)) throw new Refused('bad_request', `"${name}" must be a date like 2026-05-16, a number of days like 30d, or milliseconds since 1970.`)
  return at
}
