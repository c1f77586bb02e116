import { formatPercent, plural } from '@/lib/core/count'
import { FindingTable } from '@/lib/core/finding-table'
import { DESTRUCTIVE_KINDS, type Intervention, type InterventionSide } from '@/lib/core/interventions'
import { setAsideOf } from '@/lib/core/set-aside'
import { look } from '@/lib/core/table'
import { lastOfTask } from './edges'
import type { Lane } from './lane'
import type { Rows } from './rows'
import { NOT_MEANT } from './sift'
import type { Strike, StrikeLabel } from './strike'
import { type FindingReader, readingFindings, shareOf } from './strike-columns'

/**
 * Takes the findings as they are now; `changedFrom`: the time from which bars may differ. What stays as it
 * was is not looked at again, but for its place where something came before it. Returns whether any is other than before.
 */
export function applyFindings(rows: Rows, changed: boolean, changedFrom: number): boolean {
  const first = !rows.findingsSeen
  rows.findingsSeen = true
  const { strikes, strikeOrder: order, marks } = rows
  const resolve = resolving(rows)
  const renew = (strike: Strike) => {
    order.before(strike)
    marks.takeOff(strike)
    resolve(strike)
    marks.putOn(strike)
    order.after(strike)
  }
  if (changed || first) {
    const aside = setAsideOf(rows.state)
    strikes.take(
      rows.findings,
      (strike, told) => {
        const isAside = aside.size > 0 && aside.has(strike.id)
        if (!told && strike.settled && strike.occurredAt < changedFrom && strike.aside === isAside) return
        strike.aside = isAside
        renew(strike)
      },
      (strike) => {
        marks.takeOff(strike)
        order.leave(strike)
      },
    )
  } else for (const strike of order.since(changedFrom)) renew(strike)
  marks.settle()
  return order.settle() || changed || first
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
    // the call is over in a moment; writing what it wrote was the turn
    strike.actorTurn = strike.loud && actorBar >= 0 ? bars.turn.at(actorBar) : -1
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
  const at = `at ${clocks.tokensEstimated ? '~' : ''}${plural(clocks.tokens, 'token')}`
  const lost = `${plural(destroyed, 'token')} lost`
  const unit = explanation.unitFinished === false ? ' · unit unfinished' : ''
  const kept = survival === undefined ? '' : ` · kept ${formatPercent(survival)}`
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
