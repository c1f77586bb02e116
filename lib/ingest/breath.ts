/** Work at a stretch; then everybody else has a turn. A batch takes several turns of the event loop to its viewers, so each of them may wait this long. */
const BREATH_MS = 1

export interface Breath {
  due(): boolean
  take(): Promise<void>
}

/** Until it is done, or `ms` have passed; `work` goes on and must not reject. */
export async function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  if (ms === Number.POSITIVE_INFINITY) {
    await work
    return
  }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
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
