import { useEffect, useState } from 'react'
import { sessionFigures } from '@/lib/core/metrics/session-figures'
import type { TaskRecord } from '@/lib/core/metrics/task-record'
import { eachTaskOf } from '@/lib/core/metrics/tasks-of'
import { isOver } from '@/lib/live/over'
import type { SessionStore } from '@/lib/live/session-store'
import { countChecks, type Figure, figuresOf } from '../figures'

/** The page stays free for at least this much of the time that making the figures takes. */
const REST = 20
const EVERY_MS = 500
/** Longer without a pause and somebody scrolling would feel it. */
const SLICE_MS = 8

/**
 * The strip's figures, made by core from the session's tasks: in slices, and the less often the longer
 * it takes, so that a session of a hundred thousand turns costs a twentieth of one processor.
 */
export function useFigures(store: SessionStore, ready: boolean): CountedFigures {
  const [figures, setFigures] = useState<CountedFigures>(() => ({ figures: stripOf(store, []), counted: false }))
  useEffect(() => {
    if (!ready) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let running: Running | undefined
    let stale = false
    let notBefore = 0
    const begin = () => {
      timer = undefined
      stale = false
      running = { known: store.head > 0, tasks: eachTaskOf(store.state, [...store.findings.values()]), records: [], spent: 0 }
      go()
    }
    const go = () => {
      timer = undefined
      if (!running) return
      const began = performance.now()
      const done = slice(running, began + SLICE_MS)
      if (done) setFigures({ figures: stripOf(store, running.records), counted: running.known })
      running.spent += performance.now() - began
      if (!done) {
        timer = setTimeout(go, 0)
        return
      }
      notBefore = performance.now() + Math.max(EVERY_MS, REST * running.spent)
      running = undefined
      if (stale) timer = setTimeout(begin, notBefore - performance.now())
    }
    const stop = store.subscribe(({ replaced }) => {
      if (replaced) {
        // what was under way was about another state
        clearTimeout(timer)
        begin()
        return
      }
      stale = true
      if (!running && timer === undefined) timer = setTimeout(begin, Math.max(0, notBefore - performance.now()))
    })
    timer = setTimeout(begin, 0)
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [store, ready])
  return figures
}

interface CountedFigures {
  figures: Figure[]
  /** False while what the session holds is counted for the first time: the figures are of nothing yet. */
  counted: boolean
}

interface Running {
  /** The session was there when this began. */
  known: boolean
  tasks: Generator<TaskRecord | undefined, void, void>
  records: TaskRecord[]
  /** Milliseconds. */
  spent: number
}

/** True: all tasks are there. */
function slice({ tasks, records }: Running, until: number): boolean {
  for (;;) {
    const { value, done } = tasks.next()
    if (done) return true
    if (value) records.push(value)
    if (performance.now() >= until) return false
  }
}

function stripOf({ state, clock = Date.now() }: SessionStore, records: readonly TaskRecord[]): Figure[] {
  // a recording that nobody adds to is not being watched, though it may not say that it ended
  const ended = isOver(state, clock)
  return figuresOf(sessionFigures(records, ended), countChecks(state), records.length, ended)
}
