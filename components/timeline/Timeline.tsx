'use client'

import { type CSSProperties, useLayoutEffect, useRef, useState } from 'react'
import { getPace } from '@/components/providers/pace'
import { useSessionPath } from '@/components/providers/session-source'
import { formatCount, plural } from '@/components/text/count'
import { isDated } from '@/lib/core/dated'
import { isOver } from '@/lib/live/over'
import type { SessionStore } from '@/lib/live/session-store'
import { bindCanvas, bindOverview } from '@/lib/timeline/gestures'
import type { Hit } from '@/lib/timeline/hit'
import type { StageStatus } from '@/lib/timeline/news'
import { type ReplayStatus, SPEEDS } from '@/lib/timeline/replay'
import { AXIS } from '@/lib/timeline/scene'
import { barOfSelection, selectionOfBar, stepInLane, stepLane, stepStrike } from '@/lib/timeline/select'
import { Stage } from '@/lib/timeline/stage'
import type { Together } from '@/lib/timeline/together'
import { type LaneView, toggled } from '@/lib/view/lanes'
import { CLOCKS, type View } from '@/lib/view/view'
import { Announcer } from './Announcer'
import { ClockNote } from './ClockNote'
import { FilterMenu } from './FilterMenu'
import { LaneHeads, rolledOver } from './LaneHeads'
import { LaneMenu } from './LaneMenu'
import { RunReplay } from './RunReplay'
import styles from './timeline.module.css'
import { tipOf } from './tip'
import { PASS, useKeys } from './use-keys'
import { type RowsSource, useRows } from './use-rows'

/** Pixels below the last lane, so that it can be scrolled clear of the pills, which a finger needs higher. */
const UNDER_PILLS = 60

export interface TimelineProps {
  store: SessionStore
  view: View
  onView(patch: Partial<View>): void
  /** The moment that a replay shows, some times a second, epoch ms; undefined when it ends. */
  onMoment?(at: number | undefined): void
  /** When hits of a search are, epoch ms: marked on the overview. */
  hits?: readonly number[] | undefined
  /** Where several stand beside one another. */
  beside?: BesideOthers
  /** CSS height; by default what the parent gives. */
  height?: number | string
  /** The picture itself, for what is at the pointer's speed or measures it; undefined when it goes. */
  onStage?(stage: Stage | undefined): void
}

export interface BesideOthers {
  /** What it is called there. */
  name: string
  /** Axis, window and replay are theirs together. */
  together: Together
  letter: string
  /** Whether it takes the keys that are pressed in none of them. */
  current: boolean
  /** Steps by intervention, over all of them. */
  onStep(by: 1 | -1): void
}

/** A session's lanes, with strip, axis, heads, tooltip and pills. */
export function Timeline(props: TimelineProps) {
  return <TimelineOf source={useRows(props.store)} {...props} />
}

/** The same over rows that a parent keeps, so that the tree beside it need not keep its own. */
export function TimelineOf({ source, store, view, onView, onMoment, hits, height, onStage, beside }: TimelineProps & { source: RowsSource }) {
  const path = useSessionPath(store.state.id)
  const root = useRef<HTMLElement>(null)
  const scroller = useRef<HTMLElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const overview = useRef<HTMLCanvasElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const stage = useRef<Stage | undefined>(undefined)
  const newest = useRef({ view, onView, onMoment, onStage })
  newest.current = { view, onView, onMoment, onStage }
  const [status, setStatus] = useState<StageStatus | undefined>()
  const [replay, setReplay] = useState<ReplayStatus | undefined>()
  const [, setLanes] = useState(0)
  const [hit, setHit] = useState<Hit | undefined>()
  const alone = beside === undefined
  const { together, letter } = beside ?? {}

  // before anything is painted: a picture that comes after it is a frame later, and in a long session that is felt
  useLayoutEffect(() => {
    if (!scroller.current || !canvas.current || !overview.current) return
    let shown: Hit | undefined
    const made = new Stage(
      { scroller: scroller.current, canvas: canvas.current, overview: overview.current },
      {
        onView: (patch) => newest.current.onView(patch),
        onLanes: () => setLanes((n) => n + 1),
        onStatus: setStatus,
        onReplay: (next) => {
          setReplay(next)
          newest.current.onMoment?.(next?.at)
        },
        onHover: (next, x, y) => {
          const useful = next?.kind === 'lane' ? undefined : next
          if (!sameHit(shown, useful)) {
            shown = useful
            setHit(useful)
          }
          if (tip.current && scroller.current) placeTip(tip.current, scroller.current, useful !== undefined, x, y)
        },
      },
      source.rows,
    )
    stage.current = made
    if (together && letter !== undefined) made.join(together, letter)
    newest.current.onStage?.(made)
    made.setPaces((turnId) => getPace(path, turnId))
    made.setLive(isLive(store))
    made.setView(newest.current.view)
    const select = (found: Hit | undefined) => {
      root.current?.focus({ preventScroll: true })
      const { onView: tell } = newest.current
      if (found?.kind === 'strike') tell({ selection: { kind: 'intervention', id: found.strike.id } })
      else if (found?.kind === 'bar') tell({ selection: selectionOfBar(source.rows, found.bar) })
      else tell({ selection: undefined })
    }
    const unbind = [bindCanvas(made, canvas.current, select), bindOverview(made, overview.current)]
    unbind.push(
      source.subscribe((replaced) => {
        made.setLive(isLive(store))
        if (replaced) made.setRows(source.rows)
        else made.changed()
      }),
      store.subscribe(() => made.setLive(isLive(store))),
    )
    const element = scroller.current
    const onScroll = () => made.onScroll()
    element.addEventListener('scroll', onScroll, { passive: true })
    unbind.push(() => element.removeEventListener('scroll', onScroll))
    return () => {
      for (const off of unbind) off()
      made.destroy()
      stage.current = undefined
      newest.current.onStage?.(undefined)
    }
  }, [source, store, path, together, letter])

  useLayoutEffect(() => source.arrange(view.lanes, view.work), [source, view.lanes, view.work])
  useLayoutEffect(() => source.correct(!view.recorded), [source, view.recorded])
  useLayoutEffect(() => stage.current?.setView(view), [view])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another store has another stage
  useLayoutEffect(() => stage.current?.setFound(hits), [hits, source, store])
  const onLanes = (lanes: LaneView) => onView({ lanes })

  const goTo = (bar: number) => {
    if (bar < 0) return
    onView({ selection: selectionOfBar(source.rows, bar) })
    stage.current?.move.bringBar(bar)
    // a replay goes where one steps: to where all of the bar has been
    if (stage.current?.player.at !== undefined) stage.current.player.seek(Math.min(source.rows.bars.end.at(bar), source.rows.state.lastAt ?? 0))
  }
  const current = () => barOfSelection(source.rows, view.selection)
  const chosenLane = () => {
    const bar = current()
    return view.selection?.kind === 'agent' ? source.rows.lookupLane(view.selection.id) : bar >= 0 ? source.rows.laneOfBar(bar) : undefined
  }
  const toggleLane = (list: 'pinned' | 'only' | 'muted') => {
    const lane = chosenLane()
    if (lane) onLanes(toggled(view.lanes, list, lane.id))
  }
  const stepLaneOrLeave = (by: 1 | -1) => {
    const bar = current()
    const next = stepLane(source.rows, bar, by)
    // past the last lane Tab is the browser's again, so that nobody is caught in here
    if (next < 0) return PASS
    goTo(next)
  }
  const goToStrike = (by: 1 | -1) => {
    if (beside) return beside.onStep(by)
    const scene = stage.current?.scene
    if (!scene) return
    const bar = current()
    const at = bar >= 0 ? source.rows.bars.start.at(bar) : by > 0 ? scene.scale.timeAt(0) : scene.scale.timeAt(scene.width)
    const id = stepStrike(source.rows, view.selection?.kind === 'intervention' ? view.selection.id : undefined, at, by, scene.hidden)
    const strike = id === undefined ? undefined : source.rows.strikes.get(id)
    if (!strike || id === undefined) return
    onView({ selection: { kind: 'intervention', id } })
    if (stage.current?.player.at !== undefined) stage.current.player.seek(strike.occurredAt)
    stage.current?.move.bringBar(strike.hitBar >= 0 ? strike.hitBar : strike.actorBar)
    stage.current?.move.bringIn(Math.min(strike.cutAt, strike.occurredAt), strike.occurredAt, true)
  }
  useKeys({
    'next-turn': () => goTo(stepInLane(source.rows, current(), 1)),
    'previous-turn': () => goTo(stepInLane(source.rows, current(), -1)),
    'next-lane': () => stepLaneOrLeave(1),
    'previous-lane': () => stepLaneOrLeave(-1),
    'next-intervention': () => goToStrike(1),
    'previous-intervention': () => goToStrike(-1),
    open: () => stage.current?.move.bringBar(current()),
    up: () => {
      const { selection } = view
      if (!selection) return PASS
      const bar = current()
      const up = selection.kind !== 'agent' && bar >= 0 ? source.rows.laneOfBar(bar).id : ''
      onView({ selection: up === '' ? undefined : { kind: 'agent', id: up } })
    },
    'zoom-in': () => stage.current?.move.zoomBy(1.6),
    'zoom-out': () => stage.current?.move.zoomBy(1 / 1.6),
    'pan-left': () => stage.current?.move.panBy(-0.2),
    'pan-right': () => stage.current?.move.panBy(0.2),
    'scroll-up': () => void stage.current?.move.scrollPixels(-60),
    'scroll-down': () => void stage.current?.move.scrollPixels(60),
    fit: () => stage.current?.fit(),
    fold: () => onView({ folded: !view.folded }),
    lens: () => onView({ lens: view.lens === 'all' ? 'interventions' : 'all' }),
    follow: () => together ? together.toggleFollow() : onView({ follow: view.follow === 'main' ? 'interventions' : view.follow === 'interventions' ? 'paused' : 'main' }),
    pause: () => {
      if (!alone || view.at !== undefined || !status?.live) stage.current?.player.playOrPause()
      else onView({ follow: view.follow === 'paused' ? 'main' : 'paused' })
    },
    replay: () => {
      if (stage.current?.player.at === undefined) stage.current?.player.playOrPause()
      else stage.current.player.leave()
    },
    slower: () => changeSpeed(-1),
    faster: () => changeSpeed(1),
    clock: () => onView({ clock: CLOCKS[(CLOCKS.indexOf(view.clock) + 1) % CLOCKS.length] ?? 'time' }),
    'roll-up': () => {
      const lane = chosenLane() ?? source.rows.lanes[0]
      if (lane?.family) onLanes(rolledOver(view.lanes, lane))
    },
    pin: () => toggleLane('pinned'),
    only: () => toggleLane('only'),
    'leave-out': () => toggleLane('muted'),
  }, root, beside?.current === false)

  const changeSpeed = (by: 1 | -1) => {
    const { player: played } = stage.current ?? {}
    const speed = played && SPEEDS[(SPEEDS as readonly number[]).indexOf(played.speed) + by]
    if (played && speed !== undefined) played.setSpeed(speed, played.skipsIdle)
  }

  const scene = stage.current?.scene
  const { rows } = source
  const replayable = alone && !status?.live && !replay && rows.bars.count > 1
  const pills = replayable || source.shifts.size > 0 || (alone && status?.idle !== undefined) || (status?.live === true && view.follow === 'paused')
  const total = (scene ? AXIS + scene.layout.height : AXIS) + (pills ? UNDER_PILLS : 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys of the timeline need a focus; its content is in the tree
    <section ref={root} className={styles.root} style={{ height } as CSSProperties} data-timeline tabIndex={0} aria-label={beside ? `Timeline of ${beside.name}` : 'Timeline'}>
      <div className={styles.strip}>
        <div className={styles.stripLead}>
          <LaneMenu
            shown={rows.lanes.reduce((sum, { group }) => sum + (group ? 0 : 1), 0)}
            hidden={rows.hiddenLanes}
            rolledUp={rows.lanes.reduce((sum, { members }) => sum + members.length, 0)}
            view={view.lanes}
            clock={view.clock}
            onLanes={onLanes}
            onClock={(clock) => onView({ clock })}
          />
          <FilterMenu rows={rows} view={view} onView={onView} />
        </div>
        <canvas ref={overview} className={styles.overview} aria-hidden="true" />
      </div>
      {/* what scrolls must be reached without a pointer; browsers differ in whether they see to it */}
      <section
        ref={scroller}
        className={styles.scroller}
        tabIndex={scene && total > scene.height ? 0 : undefined}
        aria-label={beside ? `Lanes of ${beside.name}, as they are drawn` : 'Lanes, as they are drawn'}
      >
        <div className={styles.lanes} style={{ height: total }}>
          <div className={styles.window}>
            <canvas ref={canvas} className={styles.canvas} aria-hidden="true" />
          </div>
          <div className={styles.corner}>{beginning(rows.state.firstAt)}</div>
          {scene && (
            <LaneHeads
              scene={scene}
              selected={view.selection}
              view={view.lanes}
              onSelect={(id) => onView({ selection: { kind: 'agent', id } })}
              onLanes={onLanes}
            />
          )}
        </div>
        <div ref={tip} className={styles.tip} role="tooltip">
          {hit && scene && <Tip hit={hit} stage={stage.current} />}
        </div>
      </section>
      {rows.bars.count === 0 && (
        <div className={styles.empty} data-beside={rows.edgeList.length > 0}>
          <span>{isOver(rows.state, Date.now()) ? 'The recording holds no turns.' : 'Nothing has happened in this session yet.'}</span>
        </div>
      )}
      <div className={styles.pills} data-replaying={replay !== undefined}>
        <ClockNote rows={rows} shifts={source.shifts} recorded={view.recorded} onRecorded={(recorded) => onView({ recorded })} />
        {replayable && (
          <button type="button" className={styles.pill} onClick={() => stage.current?.replay.playOrPause()}>
            Replay <kbd>r</kbd>
          </button>
        )}
        {alone && status?.idle !== undefined && (
          <button type="button" className={styles.pill} aria-pressed={view.folded} onClick={() => onView({ folded: !view.folded })}>
            {view.folded ? `${percent(status.idle)} idle, folded · unfold` : `${percent(status.idle)} idle, fold?`} <kbd>i</kbd>
          </button>
        )}
        {status?.live && view.follow === 'paused' && (
          <button type="button" className={styles.pill} onClick={() => onView({ follow: 'main' })}>
            {newsOf(status)} <kbd>f</kbd>
          </button>
        )}
      </div>
      {replay && stage.current && <RunReplay stage={stage.current} status={replay} rows={rows} onStep={goToStrike} />}
      <Announcer source={source} />
    </section>
  )
}

function newsOf({ newBars, newStrikes }: StageStatus) {
  if (newBars === 0) return 'Paused · follow'
  return (
    <span>
      {formatCount(newBars)} new
      {newStrikes > 0 && <b>, {plural(newStrikes, 'intervention')}</b>}
    </span>
  )
}

function Tip({ hit, stage }: { hit: Hit; stage: Stage | undefined }) {
  if (!stage) return null
  const { title, loud, lines } = tipOf(stage.scene, hit)
  return (
    <>
      <div className={`${styles.tipTitle} ${loud ? styles.tipLoud : ''}`}>{title}</div>
      {lines.map((line) => (
        <div key={line} className={styles.tipLine}>
          {line}
        </div>
      ))}
    </>
  )
}

/** Beside the pointer, on the side with room; written straight to the element, at the pointer's speed. */
function placeTip(element: HTMLElement, scroller: HTMLElement, shown: boolean, x: number, y: number): void {
  element.style.visibility = shown ? 'visible' : 'hidden'
  if (!shown) return
  const gutter = scroller.clientWidth - (scroller.querySelector('canvas')?.clientWidth ?? scroller.clientWidth)
  const left = gutter + x + 14
  const { offsetWidth, offsetHeight } = element
  const fitsRight = left + offsetWidth < scroller.clientWidth - 8
  const below = y + 18 + offsetHeight < scroller.clientHeight
  element.style.transform = `translate(${Math.max(8, fitsRight ? left : left - offsetWidth - 28)}px, ${scroller.scrollTop + Math.max(4, below ? y + 18 : y - offsetHeight - 12)}px)`
}

function sameHit(a: Hit | undefined, b: Hit | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.kind === 'bar') return b.kind === 'bar' && a.bar === b.bar
  if (a.kind === 'strike') return b.kind === 'strike' && a.strike === b.strike
  return b.kind === 'lane' && a.lane === b.lane
}

function isLive(store: SessionStore): boolean {
  return store.connection.kind === 'live' && store.state.facts.endedAt === undefined
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`
}

/** When the session began, where its recording tells. */
function beginning(firstAt: number | undefined): string {
  if (firstAt === undefined) return ''
  return isDated(firstAt) ? `from ${clockOf(firstAt)}` : 'no times recorded'
}

function clockOf(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
}
