/**
 * Work that can be paused: each `yield` is a place at which whoever drives it may do something else first. It
 * returns what it made. What it reads may have grown meanwhile: it is then made of some of what is old and some of what is new.
 */
export type Slices<T> = Generator<undefined, T, void>

/** Entries between two pauses: a tenth of a millisecond or so. */
export const A_FEW = 256

/** Goes on until it is done, or until `over` says that it is enough for now: then undefined. */
export function goOn<T>(slices: Slices<T>, over: () => boolean): T | undefined {
  for (;;) {
    const { done, value } = slices.next()
    if (done) return value
    if (over()) return undefined
  }
}

/** Without a pause. */
export function atOnce<T>(slices: Slices<T>): T {
  for (;;) {
    const { done, value } = slices.next()
    if (done) return value
  }
}
