'use client'

import { useEffect, useSyncExternalStore } from 'react'
import { ApiError, getJson } from './api'

/**
 * The few answers of the API that every page begins with, each asked for once for all who want it.
 * Whatever opens later has TanStack Query (queries.tsx), which would be a tenth of the first JavaScript.
 */
interface Answer {
  data: unknown
  /** Epoch ms; 0 before the first. */
  at: number
  asking: boolean
}

const answers = new Map<string, Answer>()
const listeners = new Set<() => void>()
const TRY_AGAIN_MS = [1000, 2000, 4000]

/** GET `path`; undefined until it is there, and while `path` is. Asked again where the last answer is older than `freshMs`. */
export function useAnswer<T>(path: string | undefined, freshMs = Number.POSITIVE_INFINITY): T | undefined {
  useEffect(() => {
    if (path === undefined) return
    const known = answers.get(path)
    if (!known || known.at === 0 || Date.now() - known.at > freshMs) ask(path)
  }, [path, freshMs])
  return useSyncExternalStore(
    listen,
    () => (path === undefined ? undefined : answers.get(path)?.data),
    () => undefined,
  ) as T | undefined
}

/** What the server knows has changed: asked for anew, the old answer shows until then. */
export function askAgain(path: string): void {
  if (answers.has(path)) ask(path)
}

function ask(path: string, failures = 0): void {
  let answer = answers.get(path)
  if (!answer) {
    answer = { data: undefined, at: 0, asking: false }
    answers.set(path, answer)
  }
  if (answer.asking && failures === 0) return
  answer.asking = true
  const mine = answer
  getJson(path).then(
    (data) => {
      mine.data = data
      mine.at = Date.now()
      mine.asking = false
      for (const listener of [...listeners]) listener()
    },
    (error: unknown) => {
      const wait = TRY_AGAIN_MS[failures]
      // an answer that says what is wrong will say the same again; a missing answer may not
      if (wait === undefined || (error instanceof ApiError && error.status >= 400 && error.status < 500)) mine.asking = false
      else setTimeout(() => ask(path, failures + 1), wait)
    },
  )
}

function listen(changed: () => void): () => void {
  listeners.add(changed)
  return () => listeners.delete(changed)
}
