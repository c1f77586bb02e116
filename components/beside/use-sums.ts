import { useEffect, useRef, useState } from 'react'
import { inSlices } from '@/lib/live/in-slices'
import type { SessionStore } from '@/lib/live/session-store'
import { Course } from '@/lib/timeline/course'
import { countSums, type RunSums } from '@/lib/timeline/differences'

type Told = Pick<SessionStore, 'state' | 'findings'>

/** What a run comes to, and while a replay runs at any moment. Undefined until it has been counted, which in a long session takes some frames. */
export function useSums(told: Told, loading: boolean, replaying: boolean): { sums: RunSums | undefined; course: Course | undefined } {
  const newest = useRef(told)
  newest.current = told
  const sums = useCounted(told, !loading, () => countSums(newest.current.state, newest.current.findings.values()))
  const course = useCounted(told, !loading && replaying, () => Course.of(newest.current.state, newest.current.findings.values()))
  return { sums, course }
}

function useCounted<T>(told: Told, wanted: boolean, begin: Parameters<typeof inSlices<T>>[0]): T | undefined {
  const [made, setMade] = useState<T>()
  const work = useRef<ReturnType<typeof inSlices>>(undefined)
  const newest = useRef(begin)
  newest.current = begin
  useEffect(() => {
    if (!wanted) return
    const own = inSlices(
      () => newest.current(),
      (next: T) => setMade(() => next),
    )
    work.current = own
    return () => {
      own.stop()
      work.current = undefined
      setMade(undefined)
    }
  }, [wanted])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `told` is another whenever what it holds has changed
  useEffect(() => work.current?.again(), [told, wanted])
  return made
}
