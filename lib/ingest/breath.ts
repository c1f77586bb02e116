/** Work at a stretch; then everybody else has a turn. */
const BREATH_MS = 4

export interface Breath {
  due(): boolean
  take(): Promise<void>
}

/** For long work between which requests and viewers are to be served. */
export function newBreath(): Breath {
  let start = performance.now()
  return {
    due: () => performance.now() - start > BREATH_MS,
    async take() {
      await new Promise((resolve) => setImmediate(resolve))
      start = performance.now()
    },
  }
}
