'use client'

import { startTransition, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { keptTitle } from '@/components/chrome/kept-title'
import { addressWith } from '@/components/providers/address'
import { useSharedSource } from '@/components/providers/session-source'
import { useNarrow } from '@/components/providers/use-media'
import { sessionName } from '@/components/sessions/names'
import { standingKinds } from '@/components/sessions/standing-kinds'
import { useMayShare } from '@/components/share/use-may-share'
import { HintBar } from '@/components/timeline/HintBar'
import { PASS, useKeys } from '@/components/timeline/use-keys'
import { copyText } from '@/components/ui/copy-button'
import { expectField } from '@/components/ui/type-ahead'
import { setAsideOf } from '@/lib/core/set-aside'
import { QUIET_AFTER_MS } from '@/lib/live/protocol'
import type { LaneView } from '@/lib/view/lanes'
import { FOLLOWS, type Selection, type View } from '@/lib/view/view'
import { ConnectionNote } from './connection-note'
import { isLoopback } from './loopback'
import {
  CommandPalette,
  CopiedNote,
  FiguresStrip,
  FindPanel,
  HandOver,
  Inspector,
  InspectorSkeleton,
  KeySheet,
  Lists,
  Refused,
  TabIcon,
  Timeline,
  TimelineSkeleton,
} from './parts'
import { SessionFacts, SessionHeader } from './session-header'
import { Splitter, useSplit } from './splitter'
import { useMoment } from './use-moment'
import { useConnection, useSession, useVersion } from './use-session'
import { useView } from './use-view'

export function SessionPage({ sessionId }: { sessionId: string }) {
  const store = useSession(sessionId)
  const version = useVersion(store)
  const connection = useConnection(store)
  const { view, onView: onAnyView, queryOf } = useView()
  // A revision is of one artifact: whatever else is selected begins at its newest.
  const onView = useCallback((patch: Partial<View>) => onAnyView('selection' in patch ? { revision: undefined, ...patch } : patch), [onAnyView])
  const narrow = useNarrow()
  const search = useRef<HTMLInputElement>(null)
  const [split, setSplit] = useSplit()
  const [copied, copyLink] = useCopied(queryOf)
  const [sheet, setSheet] = useState(false)
  const [palette, setPalette] = useState(false)
  const [handing, setHanding] = useState<'link' | 'file'>()
  const save = useCallback(() => setHanding('file'), [])
  const mayShare = useMayShare()
  const share = useMemo(() => (mayShare ? () => setHanding('link') : undefined), [mayShare])
  const loading = store.head === 0
  // The picture first: lists, inspector and figures of a long session take longer than it does.
  const [pictured, setPictured] = useState(false)
  const onPicture = useCallback(() => startTransition(() => setPictured(true)), [])
  const waiting = loading || !pictured
  const replaying = view.at !== undefined
  const { shown, onMoment } = useMoment(store, view.at)
  const shownVersion = useVersion(shown, store)
  const shared = useSharedSource() !== undefined
  const find = shared ? undefined : view.find
  const [hits, setHits] = useState<readonly number[]>()
  useKeys({
    // A link shows no search over texts: its lists are filtered.
    // An open search takes the key itself.
    search: () => {
      if (find !== undefined) return PASS
      if (shared) return search.current?.focus()
      expectField()
      onView({ find: '' })
    },
    'copy-link': copyLink,
    sheet: () => setSheet((open) => !open),
    palette: () => {
      if (palette) return
      expectField()
      setPalette(true)
    },
  })
  const { facts, lastAt } = store.state
  const running = facts.endedAt === undefined && lastAt !== undefined && Date.now() - lastAt < QUIET_AFTER_MS
  const overwritten = running ? (standingKinds(store.state, store.findings).get('overwrite') ?? 0) : 0
  useTitle(loading ? undefined : `${overwritten > 0 ? `(${overwritten} overwritten) ` : ''}${sessionName(facts.title, sessionId)}`)

  const pick = useCallback((selection: Selection | undefined) => onView({ selection }), [onView])
  const onRevision = useCallback((revision: number | undefined) => onView({ revision }), [onView])
  const onLanes = useCallback((lanes: LaneView) => onView({ lanes }), [onView])
  const closePalette = useCallback(() => setPalette(false), [])
  const close = useCallback(() => onView({ selection: undefined }), [onView])
  const follow = useCallback(() => onView({ follow: FOLLOWS[(FOLLOWS.indexOf(view.follow) + 1) % FOLLOWS.length] ?? 'main' }), [onView, view.follow])
  const step = useCallback(
    (direction: 'next-intervention' | 'previous-intervention') => {
      const aside = setAsideOf(store.state)
      const shown = [...store.findings.values()].filter(({ id, kind }) => !view.hidden.includes(kind) && !(aside.has(id) && view.hidden.includes('set_aside')))
      const order = shown.sort((a, b) => a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1))
      if (order.length === 0) return
      const at = view.selection?.kind === 'intervention' ? order.findIndex((finding) => finding.id === view.selection?.id) : -1
      const next = direction === 'next-intervention' ? at + 1 : at < 0 ? order.length - 1 : at - 1
      const finding = order[(next + order.length) % order.length]
      if (!finding) return
      onView({ tab: 'interventions', selection: { kind: 'intervention', id: finding.id }, ...(view.at === undefined ? {} : { at: finding.occurredAt }) })
    },
    [store, view.selection, view.hidden, view.at, onView],
  )

  if (connection.kind === 'refused' && loading) return <Refused reason={connection.reason} />
  const inspector = waiting ? (
    <InspectorSkeleton />
  ) : (
    <Inspector
      store={shown}
      version={shownVersion}
      selection={view.selection}
      revision={view.revision}
      onRevision={onRevision}
      lanes={view.lanes}
      onLanes={onLanes}
      onPick={pick}
      onStep={step}
      onCopyLink={copyLink}
      onClose={close}
    />
  )

  return (
    <div className="relative flex h-dvh min-h-[36rem] flex-col overflow-hidden">
      <SessionHeader
        store={store}
        connection={connection}
        version={version}
        following={view.follow}
        copied={copied}
        onCopyLink={copyLink}
        onShare={share}
        onSave={save}
        onFollow={follow}
      />
      {copied && !shared && <CopiedNote onSave={save} />}
      <SessionFacts store={store} version={version} connection={connection} />
      <ConnectionNote connection={connection} empty={loading} />
      <FiguresStrip store={shown} loading={waiting} replaying={replaying} />
      <main className="flex min-h-0 flex-1 flex-col">
        <div className="relative min-h-0 shrink-0 overflow-hidden" style={{ height: `${split * 100}%` }}>
          {loading ? <TimelineSkeleton /> : <Timeline store={store} view={view} onView={onView} onPicture={onPicture} onMoment={onMoment} hits={hits} />}
        </div>
        <Splitter share={split} onChange={setSplit} />
        <div className="min-h-0 flex-1 lg:grid lg:grid-cols-[minmax(24rem,27rem)_minmax(0,1fr)]">
          <div className="h-full min-h-0 lg:border-r">
            {find !== undefined && !waiting ? (
              <FindPanel
                sessionId={sessionId}
                text={find}
                origin={store.state.firstAt}
                running={store.state.facts.endedAt === undefined}
                selection={view.selection}
                onView={onView}
                onHits={setHits}
              />
            ) : (
              <Lists
                store={shown}
                version={shownVersion}
                tab={view.tab}
                search={view.search}
                hidden={view.hidden}
                selection={view.selection}
                onView={onView}
                loading={waiting}
                replaying={replaying}
                searchRef={search}
              />
            )}
          </div>
          {narrow ? (
            view.selection && (
              <div role="dialog" aria-label="Inspector" className="fixed inset-0 z-30 overflow-y-auto bg-bg">
                {inspector}
              </div>
            )
          ) : (
            // words for screen readers stand out of the flow: without a place of their own they would make the page itself scroll
            <section aria-label="Inspector" className="relative h-full min-h-0 overflow-y-auto">
              {inspector}
            </section>
          )}
        </div>
      </main>
      <footer className="hidden lg:block">
        <HintBar />
      </footer>
      {running && <TabIcon overwritten={overwritten} />}
      {palette && <CommandPalette store={store} onPick={pick} onClose={closePalette} />}
      {sheet && <KeySheet open onClose={() => setSheet(false)} />}
      {handing && (
        <HandOver
          as={handing}
          sessionId={sessionId}
          query={queryOf()}
          running={store.state.facts.endedAt === undefined}
          finding={view.selection?.kind === 'intervention' ? store.findings.get(view.selection.id)?.id : undefined}
          onClose={() => setHanding(undefined)}
        />
      )}
    </div>
  )
}

/** The page's own title arrives from the server at any time and would replace this one. */
function useTitle(title: string | undefined) {
  useEffect(() => {
    if (title === undefined) return
    const set = keptTitle(document, `${title} · Backseat`)
    set()
    const observer = new MutationObserver(set)
    observer.observe(document.head, { childList: true, subtree: true, characterData: true })
    return () => observer.disconnect()
  }, [title])
}

function useCopied(queryOf: () => string): [boolean, () => void] {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    // long enough to be read where something is said beside it
    const timer = setTimeout(() => setCopied(false), isLoopback(location.hostname) ? 9_000 : 2_000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = useCallback(() => {
    copyText(addressWith(queryOf())).then(setCopied)
  }, [queryOf])
  return [copied, copy]
}
