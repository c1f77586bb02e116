'use client'

import { useEffect, useRef, useState } from 'react'
import { useRunning } from '@/components/wall/use-running'
import { alertOf } from '@/lib/core/notify/rule'
import { CHANGED, isNews, type OptedIn, readOptedIn } from './opted-in'
import { onShowing, showingIn, showNotice } from './showing'

const LOOK_EVERY_MS = 5_000

/** Shows nothing in the page: tells this browser's owner of what runs, if they asked for it (Settings). */
export function Notices() {
  const [choice, setChoice] = useState<OptedIn>()
  useEffect(() => {
    const read = () => setChoice(showingIn(window) === 'shows' ? readOptedIn(localStorage) : undefined)
    read()
    addEventListener('storage', read)
    addEventListener(CHANGED, read)
    const off = onShowing(read)
    return () => {
      off()
      removeEventListener('storage', read)
      removeEventListener(CHANGED, read)
    }
  }, [])
  return choice ? <Watching choice={choice} /> : null
}

function Watching({ choice }: { choice: OptedIn }) {
  const { sessions } = useRunning()
  const newest = useRef({ sessions, choice })
  newest.current = { sessions, choice }
  useEffect(() => {
    // also in a hidden tab, which is when it is wanted
    const timer = setInterval(() => {
      const now = Date.now()
      for (const session of newest.current.sessions?.values() ?? []) {
        const alert = alertOf(newest.current.choice.rule, session, now, newest.current.choice.since)
        if (!alert || !isNews(localStorage, alert.key)) continue
        const named = session.title || session.id
        const notice = showNotice(session.simulated && !/simulated/i.test(named) ? `${named} (simulated)` : named, { body: alert.says, tag: alert.key })
        if (!notice) continue
        notice.onclick = () => {
          window.focus()
          location.assign(`/sessions/${encodeURIComponent(session.id)}`)
        }
      }
    }, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return null
}
