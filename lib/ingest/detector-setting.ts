/** Detector threads on a machine with so many processors: none where Postgres and the server want both, two where there are eight. */
export function detectorThreadsFor(processors: number): number {
  if (processors <= 2) return 0
  return processors >= 8 ? 2 : 1
}

/** BACKSEAT_DETECTOR_THREADS; undefined when it is no number of threads. 0: none, the thread of the server does it. */
export function parseDetectorThreads(text: string, processors: number): number | undefined {
  if (text.trim() === '') return detectorThreadsFor(processors)
  const threads = Number(text)
  return Number.isInteger(threads) && threads >= 0 && threads <= 64 ? threads : undefined
}
