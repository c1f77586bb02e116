import { FindingTable } from '@/lib/core/finding-table'
import { COUNTED_KINDS, DESTRUCTIVE_KINDS, type Intervention, type InterventionSide } from '@/lib/core/interventions'
import { setAsideOf } from '@/lib/core/set-aside'
import { look } from '@/lib/core/table'
import { lastOfTask } from './edges'
import type { Lane } from './lane'
import type { Marks, Rows } from './rows'
import { NOT_MEANT } from './sift'
import type { Strike, StrikeLabel } from './strike'
import { type FindingReader, readingFindings, shareOf } from './strike-columns'

/** Takes the findings as they are now; `changedFrom`: the time from which bars may differ. Returns whether the marks are others. */
export function applyFindings(rows: Rows, changed: boolean, changedFrom: number): boolean {
  const first = !rows.findingsSeen
  rows.findingsSeen = true
  const resolve = resolving(rows)
  if (!changed && !first) {
    let moved = false
    for (const strike of rows.strikes.values()) {
      if (strike.settled && strike.occurredAt < changedFrom) continue
      const { actorBar, hitBar, cutAt } = strike
      resolve(strike)
      if (strike.actorBar !== actorBar || strike.hitBar !== hitBar || strike.cutAt !== cutAt) moved = true
    }
    if (moved) {
      markStrikes(rows)
      spanStrikes(rows)
    }
    return moved
  }
  const aside = setAsideOf(rows.state)
  rows.strikes.take(rows.findings, (strike, told) => {
    const isAside = aside.size > 0 && aside.has(strike.id)
    if (!told && strike.settled && strike.occurredAt < changedFrom && strike.aside === isAside) return
    strike.aside = isAside
    resolve(strike)
  })
  const list = [...rows.strikes.values()]
  // mostly they are
  rows.strikeList = list.every((strike, i) => i === 0 || byTime(list[i - 1] as Strike, strike) <= 0) ? list : list.sort(byTime)
  markStrikes(rows)
  spanStrikes(rows)
  return true
}

function byTime(a: Strike, b: Strike): number {
  return a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1)
}

function spanStrikes(rows: Rows): void {
  const { strikeList, strikeSpans, loudSpans, strikeMarks } = rows
  strikeSpans.clear()
  loudSpans.clear()
  strikeMarks.cut.truncate(0)
  strikeMarks.lane.truncate(0)
  strikeMarks.loud.truncate(0)
  for (let i = 0; i < strikeList.length; i++) {
    const strike = strikeList[i] as Strike
    const { occurredAt, cutAt, hitBar, actorBar, loud } = strike
    strike.index = i
    // a quiet sign of what hit nothing stands on the bar that did it
    const bar = hitBar >= 0 || loud ? hitBar : actorBar
    const lane = bar >= 0 ? rows.lanesByNumber[rows.bars.lane.at(bar)] : rows.lookupLane(strike.finding.assigneeId)
    const from = Math.min(cutAt, occurredAt)
    const to = Math.max(cutAt, occurredAt)
    strikeSpans.set(i, from, to)
    if (loud) loudSpans.set(i, from, to)
    strikeMarks.cut.push(cutAt)
    strikeMarks.lane.push(lane?.number ?? -1)
    strikeMarks.loud.push(loud ? 1 : 0)
  }
  rows.cuts.take(rows)
}

/** Finds for a strike what it is about: by the columns of its finding, or by the names in it. */
function resolving(rows: Rows): (strike: Strike) => void {
  const { bars, findings } = rows
  let columns: FindingReader | undefined
  return (strike) => {
    const { row } = strike
    if (strike.isColumnar && findings instanceof FindingTable) {
      columns ??= readingFindings(rows, findings)
      strike.kind = columns.kind(row)
      strike.occurredAt = columns.occurredAt(row)
      strike.share = columns.share(row)
      strike.actorBar = columns.actor(row)
      strike.hitBar = columns.target(row)
      if (strike.hitBar < 0 && strike.kind !== 'takeover') strike.hitBar = lastBar(columns.assignee(row), columns.task(row), strike.occurredAt)
    } else {
      const { finding } = strike
      strike.kind = finding.kind
      strike.occurredAt = finding.occurredAt
      strike.share = shareOf(finding.owned, finding.destroyed, finding.survival)
      strike.actorBar = barOfSide(rows, finding.master)
      strike.hitBar = finding.target ? barOfSide(rows, finding.target) : -1
      if (strike.hitBar < 0 && strike.kind !== 'takeover')
        strike.hitBar = lastBar(rows.lookupLane(finding.assigneeId), rows.taskNumber(finding.taskId), strike.occurredAt)
    }
    const { kind, occurredAt, actorBar, hitBar } = strike
    strike.loud = DESTRUCTIVE_KINDS.has(kind) && !strike.aside
    strike.cutAt = hitBar < 0 ? occurredAt : Math.max(bars.start.at(hitBar), Math.min(occurredAt, bars.end.at(hitBar)))
    strike.label = undefined
    strike.settled = actorBar >= 0 && (hitBar >= 0 || kind === 'takeover')
  }

  function lastBar(lane: Lane | undefined, task: number, at: number): number {
    return lane ? lastOfTask(rows, lane, task, at) : -1
  }
}

/** An intervention goes with the work that it is about, and only with that: kinds of work that are left out do not hide it. */
export function siftStrikes({ strikes, bars }: Rows): void {
  const isOut = (bar: number) => bar < 0 || bars.out.at(bar) === NOT_MEANT
  for (const strike of strikes.values()) strike.out = (strike.actorBar >= 0 || strike.hitBar >= 0) && isOut(strike.actorBar) && isOut(strike.hitBar)
}

/** Writes what the strikes say onto the bars that they touch, after taking off what they said before. */
export function markStrikes(rows: Rows): void {
  const { bars } = rows
  for (const bar of rows.marked.keys()) {
    bars.acted.data[bar] = 0
    bars.destroyed.data[bar] = -1
    bars.labels.delete(bar)
  }
  rows.marked.clear()
  for (const lane of rows.lanesByNumber) lane.destroyed = 0
  for (const strike of rows.strikes.values()) {
    const { kind, actorBar, hitBar, loud } = strike
    if (strike.aside || (!loud && !COUNTED_KINDS.has(kind))) continue
    if (actorBar >= 0) {
      markActor(rows, actorBar, strike)
      // the call is over in a moment; writing what it wrote was the turn
      const turn = bars.turn.at(actorBar)
      if (turn >= 0 && loud) markActor(rows, turn, strike)
    }
    if (hitBar >= 0) {
      const marks = marksOf(rows, hitBar)
      if (!marks.hit || (loud && !marks.hit.loud)) marks.hit = strike
      if (!loud) continue
      const before = bars.destroyed.at(hitBar)
      if (before < 0) {
        const lane = rows.lanesByNumber[bars.lane.at(hitBar)]
        if (lane) lane.destroyed++
      }
      bars.destroyed.data[hitBar] = Math.max(before, strike.share)
    }
  }
}

function markActor(rows: Rows, bar: number, strike: Strike): void {
  const marks = marksOf(rows, bar)
  if (!marks.did || (strike.loud && !marks.did.loud)) marks.did = strike
  rows.bars.acted.data[bar] = marks.did.loud ? 1 : 2
  rows.bars.labels.delete(bar)
}

function marksOf(rows: Rows, bar: number): Marks {
  let marks = rows.marked.get(bar)
  if (!marks) {
    marks = { did: undefined, hit: undefined }
    rows.marked.set(bar, marks)
  }
  return marks
}

function barOfSide(rows: Rows, side: InterventionSide): number {
  const call = side.callId && rows.callBars.get(side.callId)
  if (call !== undefined) return call as number
  const write = look(rows.state.writes, side.eventId)
  return (write && rows.lookupWriteBar(write)) ?? (side.turnId && rows.turnBars.get(side.turnId)) ?? -1
}

/** "cut at 47 tokens · unit unfinished": what happened to the work, in figures. */
export function strikeLabel(strike: Strike): StrikeLabel {
  strike.label ??= labelOfFinding(strike.finding)
  return strike.label
}

function labelOfFinding(finding: Intervention): StrikeLabel {
  const { kind, phase, clocks, destroyed, survival, explanation } = finding
  const at = `at ${clocks.tokensEstimated ? '≈' : ''}${clocks.tokens} ${clocks.tokens === 1 ? 'token' : 'tokens'}`
  const lost = `${destroyed} ${destroyed === 1 ? 'token' : 'tokens'} lost`
  const unit = explanation.unitFinished === false ? ' · unit unfinished' : ''
  const kept = survival === undefined ? '' : ` · kept ${Math.round(survival * 100)} %`
  switch (kind) {
    case 'overwrite':
      if (phase === 'pre_unit' || phase === 'pre_completion') return { says: `cut ${at}${unit || kept}`, short: `cut ${at}` }
      return { says: `replaced after ${phase === 'post_acceptance' ? 'acceptance' : 'completion'} · ${lost}${kept}`, short: `replaced · ${lost}` }
    case 'interrupt':
      return { says: `stopped ${at}${unit}`, short: `stopped ${at}` }
    case 'takeover':
      return { says: `taken over ${at}`, short: 'taken over' }
    case 'reject':
      return { says: `rejected${destroyed > 0 ? ` · ${lost}` : ''}`, short: 'rejected' }
    case 'revise':
      return { says: `revised${kept}`, short: 'revised' }
    case 'rederive':
      return { says: 'done again', short: 'done again' }
    case 'redelegate':
      return { says: 'given to another', short: 'given to another' }
    case 'retry':
      return { says: 'tried again', short: 'tried again' }
    case 'peer_overwrite':
      return { says: `overwritten by a peer · ${lost}`, short: 'overwritten by a peer' }
    case 'censor_human':
      return { says: 'stopped by a person', short: 'by a person' }
    case 'censor_harness':
      return { says: 'stopped by the harness', short: 'by the harness' }
    case 'opaque_change':
      return { says: 'changed in a way the log does not show', short: 'changed' }
    case 'result_passed':
      return { says: 'answer passed on', short: 'passed on' }
    case 'result_revised':
      return { says: 'answer revised', short: 'answer revised' }
    case 'result_replaced':
      return { says: 'answer put into other words', short: 'in other words' }
    case 'result_ignored':
      return { says: 'answer not used', short: 'not used' }
    case 'duplicate':
    case 'steer':
    case 'rename':
    case 'touch':
    case 'append':
    case 'format':
    case 'move':
    case 'merge':
    case 'accept':
      return { says: kind, short: kind }
    default: {
      const impossible: never = kind
      throw new Error(`an intervention of a kind that the timeline does not know: ${String(impossible)}`)
    }
  }
}
