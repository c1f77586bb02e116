import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { HintBar } from '@/components/timeline/HintBar'
import { KeySheet } from '@/components/timeline/KeySheet'
import { Timeline } from '@/components/timeline/Timeline'
import { useKeys } from '@/components/timeline/use-keys'
import type { Event } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { newSessionState, newTouched } from '@/lib/core/session'
import type { Connection, SessionStore, StoreChange } from '@/lib/live/session-store'
import { Rows } from '@/lib/timeline/rows'
import { parseView, type View, withView } from '@/lib/view/view'

/**
 * The timeline by itself, over a session from a file: for its pictures and its bench.
 * `?s=sample` names the session, `&at=60` stops after so many seconds as if it were live,
 * `&speed=4` goes on from there.
 */
const query = new URLSearchParams(location.search)

async function main() {
  const name = query.get('s') ?? 'article'
  const { events, findings } = (await (await fetch(`/data/${name}.json`)).json()) as { events: Event[]; findings: Intervention[] }
  const first = events.reduce((least, event) => Math.min(least, event.occurredAt), Number.POSITIVE_INFINITY)
  const at = query.has('at') ? first + Number(query.get('at')) * 1000 : Number.POSITIVE_INFINITY
  const state = newSessionState(name as SessionId)
  const known = events.filter((event) => event.occurredAt <= at)
  const later = events.filter((event) => event.occurredAt > at).sort((a, b) => a.occurredAt - b.occurredAt)
  const began = performance.now()
  applyEvents(state, known)
  const folded = performance.now()
  const shown = new Map(findings.filter((finding) => finding.occurredAt <= at).map((finding) => [finding.id, finding]))
  const rows = new Rows(state, shown)
  const built = performance.now()
  const listeners = new Set<(change: StoreChange) => void>()
  const connection: Connection = query.has('at') ? { kind: 'live' } : { kind: 'backfilling' }
  const store: SessionStore = {
    state,
    findings: shown,
    head: known.length,
    version: 1,
    connection,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const feed = (batch: Event[]) => {
    const touched = newTouched()
    applyEvents(state, batch, touched)
    let findingsChanged = false
    for (const finding of findings) {
      if (shown.has(finding.id) || finding.occurredAt > (state.lastAt ?? 0)) continue
      shown.set(finding.id, finding)
      findingsChanged = true
    }
    const t = performance.now()
    for (const listener of listeners) listener({ replaced: false, touched, findingsChanged })
    return performance.now() - t
  }
  Object.assign(window, { bench: { foldMs: folded - began, rowsMs: built - folded, bars: rows.bars.count, lanes: rows.lanes.length, rows, feed, later } })
  const speed = Number(query.get('speed') ?? 0)
  if (speed > 0) {
    let clock = at
    setInterval(() => {
      clock += 100 * speed
      const n = later.findIndex((event) => event.occurredAt > clock)
      const batch = later.splice(0, n < 0 ? later.length : n)
      if (batch.length > 0) feed(batch)
    }, 100)
  }
  const root = document.getElementById('root')
  if (root)
    createRoot(root).render(
      <StrictMode>
        <Page store={store} />
      </StrictMode>,
    )
}

function Page({ store }: { store: SessionStore }) {
  const [view, setView] = useState<View>(() => parseView(location.search))
  const [sheet, setSheet] = useState(false)
  const onView = (patch: Partial<View>) =>
    setView((before) => {
      const after = { ...before, ...patch }
      history.replaceState(null, '', `?${withView(location.search, after)}`)
      return after
    })
  useKeys({ sheet: () => setSheet(true) })
  return (
    <div style={{ display: 'flex', flexDirection: 'column', height: '100vh' }}>
      <div style={{ flex: 1, minHeight: 0 }}>
        <Timeline store={store} view={view} onView={onView} onStage={(stage) => Object.assign(window, { stage })} />
      </div>
      <HintBar />
      <KeySheet open={sheet} onClose={() => setSheet(false)} />
    </div>
  )
}

main()
