import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event } from '@/lib/core/event'
import { applyEvents } from '@/lib/core/fold'
import type { SessionId, TurnId } from '@/lib/core/ids'
import type { Intervention } from '@/lib/core/interventions'
import { compareEvents } from '@/lib/core/order'
import { printState } from '@/lib/core/print'
import { newSessionState, newTouched } from '@/lib/core/session'
import { encodeSnapshot, openSnapshot, snapshotLengths } from '@/lib/core/snapshot'
import { sketch } from '@/lib/core/testing/sketch'
import { TURN } from './bars'
import { printRows } from './print'
import { Rows } from './rows'
import { drawing } from './testing/growing'

const rowsOf = (drawing: string) => {
  const { state, interventions } = sketch(drawing)
  return new Rows(state, new Map(interventions.map((finding) => [finding.id, finding])))
}

/** Drawings name no turn for calls and writes: half of them belong to the one that their agent has open. */
function inTurns(events: readonly Event[]): Event[] {
  const open = new Map<string, TurnId>()
  return events.map((event, i) => {
    if (event.type === 'turn.started') open.set(event.agentId, event.turnId)
    const turnId = event.type === 'tool.called' || event.type === 'artifact.written' ? open.get(event.agentId) : undefined
    return turnId !== undefined && i % 2 === 0 ? { ...event, turnId } : event
  })
}

const OVERWRITE = `
  0s   lead   starts p1
  2s   lead   ends p1 (40 tokens)
  2s   lead   delegates t1 to coder: schema.sql
  3s   coder  starts c1
  4s   coder  writes schema.sql "create table users (id uuid primary key, email citext unique not null)"
  5s   coder  ends c1 (47 tokens)
  6s   lead   starts p2
  7s   lead   writes schema.sql "create table accounts (number bigserial, mail varchar(255), secret text)"
  9s   lead   ends p2 (312 tokens)
`

describe('rows', () => {
  test('an overwrite: who did it, whose bar it hit, and what became of the work', () => {
    expect(printRows(rowsOf(OVERWRITE))).toMatchInlineSnapshot(`
      "lead (master)
        00:00.000-00:02.000 turn "40 tokens" 40 tokens
        00:06.000-00:09.000 turn "312 tokens" 312 tokens
        00:07.000-00:07.000 write "rewrites schema.sql" row 1 destructive
        coder (agent)
          00:03.000-00:05.000 turn "47 tokens" 47 tokens
          00:04.000-00:04.000 write "schema.sql" row 1 destroyed 100 %
      lead -> coder t1 at 00:02.000 to 00:04.000
      STRIKE overwrite lead on coder cut 00:04.000: cut at 47 tokens · kept 0%"
    `)
  })

  test('what is under way lasts until now; an older turn without an end does not', () => {
    expect(
      printRows(
        rowsOf(`
          0s  lead  starts a1
          1s  lead  streams a1 10
          5s  lead  starts a2
          6s  lead  streams a2 40
        `),
      ),
    ).toMatchInlineSnapshot(`
      "lead (agent)
        00:00.000-00:01.000 turn "10 tokens" 10 tokens open
        00:05.000-now turn "streaming… 40 tokens" 40 tokens running"
    `)
  })

  test('agents of nested masters stand under who directs them; people stand below', () => {
    expect(
      printRows(
        rowsOf(`
          0s  user  asks "build it"
          1s  lead  delegates t1 to middle
          2s  middle delegates t2 to deep
          3s  deep  says "done" (5 tokens)
          4s  deep  completes t2 "ok"
          5s  other says "me too" (5 tokens)
        `),
      ),
    ).toMatchInlineSnapshot(`
      "lead (master)
        middle (master)
          deep (agent)
            00:03.000-00:03.000 turn "done" 5 tokens
      other (agent)
        00:05.000-00:05.000 turn "me too" 5 tokens
      user (human)
        00:00.000-00:00.000 message "build it"
      lead -> middle t1 at 00:01.000 to 00:01.000 (no bar yet)
      middle -> deep t2 at 00:02.000 to 00:03.000, back 00:03.000 to 00:04.000 good"
    `)
  })
})

describe('laws', () => {
  // steps of a random session over few names, so that they meet
  test('however the events arrive, in whatever batches, the rows are those of the whole', () => {
    fc.assert(
      fc.property(drawing, fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), fc.boolean(), (text, cuts, shuffled) => {
        const { events: drawn, interventions } = sketch(text)
        const events = inTurns(drawn)
        const state = applyEvents(newSessionState('sketch' as SessionId), events)
        const whole = new Rows(state, new Map(interventions.map((finding) => [finding.id, finding])))
        const arriving = shuffled
          ? events.toSorted((a, b) => ((a.id.length * 7 + a.occurredAt) % 13) - ((b.id.length * 7 + b.occurredAt) % 13))
          : events.toSorted(compareEvents)

        const growing = newSessionState('sketch' as SessionId)
        const findings = new Map<string, Intervention>()
        const rows = new Rows(growing, findings)
        let from = 0
        for (let i = 0; from < arriving.length; i++) {
          const to = from + 1 + ((cuts[i % cuts.length] as number) % 7)
          const touched = newTouched()
          applyEvents(growing, arriving.slice(from, to), touched)
          from = to
          rows.apply(touched, false)
        }
        for (const finding of interventions) findings.set(finding.id, finding)
        rows.apply(newTouched(), true)
        expect(printRows(rows)).toBe(printRows(whole))
      }),
      { numRuns: 200 },
    )
  })

  test('in rows of a snapshot what people said is in their lane, and nothing else is', () => {
    const { state } = sketch(`
      0s  user  asks "build it"
      1s  lead  starts p1
      2s  lead  ends p1 (40 tokens)
      3s  user  asks "faster"
      4s  lead  starts p2
      5s  lead  ends p2 (9 tokens)
    `)
    const bytes = encodeSnapshot({ state, findings: [], head: 6 })
    const opened = openSnapshot(bytes.slice(0, snapshotLengths(bytes)?.first))
    const rows = new Rows(opened.snapshot.state, new Map())
    opened.complete(bytes)
    rows.forgetLabels()
    expect(printRows(rows)).toBe(printRows(new Rows(state, new Map())))
    expect(rows.lookupLane('user')?.order.length).toBe(2)
    expect(rows.lookupLane('lead')?.turns).toBe(2)
  })

  test('rows of a snapshot, and of what came after it, are those of the whole', () => {
    fc.assert(
      fc.property(drawing, fc.nat(), fc.boolean(), (text, n, early) => {
        const { events: drawn, interventions } = sketch(text)
        const events = inTurns(drawn)
        const arriving = events.toSorted((a, b) => ((a.id.length * 7 + a.occurredAt) % 13) - ((b.id.length * 7 + b.occurredAt) % 13))
        const whole = new Rows(applyEvents(newSessionState('sketch' as SessionId), events), new Map(interventions.map((finding) => [finding.id, finding])))
        const cut = n % (arriving.length + 1)
        const half = applyEvents(newSessionState('sketch' as SessionId), arriving.slice(0, cut))
        const bytes = encodeSnapshot({ state: half, findings: interventions, head: cut })
        const opened = openSnapshot(bytes.slice(0, snapshotLengths(bytes)?.first))
        const { state, findings } = opened.snapshot
        let rows = new Rows(state, findings)
        opened.complete(bytes)
        rows.forgetLabels()
        const touched = newTouched()
        if (early) applyEvents(state, arriving.slice(cut), touched)
        else {
          applyEvents(state, arriving.slice(cut))
          // a picture that is made when some of it has changed already
          rows = new Rows(state, findings)
        }
        rows.apply(touched, true)
        expect(printRows(rows)).toBe(printRows(whole))
        expect(printState(state)).toBe(printState(whole.state))
      }),
      { numRuns: 300 },
    )
  })

  test('within a sub-row nothing overlaps, and sums count what it covers', () => {
    fc.assert(
      fc.property(drawing, (text) => {
        const { lanes, bars } = rowsOf(text)
        for (const lane of lanes) {
          let placed = 0
          for (const row of lane.rows) {
            placed += row.bars.length
            let covered = 0
            for (let i = 0; i < row.bars.length; i++) {
              const bar = row.bars.at(i)
              if (i > 0) expect(bars.start.at(bar)).toBeGreaterThanOrEqual(bars.end.at(row.bars.at(i - 1)) - 20)
              const length = bars.end.at(bar) - bars.start.at(bar)
              covered += Number.isFinite(length) ? length : 0
              expect(row.text.at(i) + row.tool.at(i) + row.write.at(i)).toBeCloseTo(covered)
            }
          }
          expect(placed).toBe(lane.order.length)
        }
      }),
    )
  })

  test('every turn and call of the state is a bar, once', () => {
    fc.assert(
      fc.property(drawing, (text) => {
        const rows = rowsOf(text)
        const { bars, state, lanesByNumber } = rows
        const shown = new Set<string>()
        for (const lane of lanesByNumber)
          for (let i = 0; i < lane.order.length; i++) shown.add(`${bars.subjectKind.at(lane.order.at(i))} ${bars.subject(lane.order.at(i))?.id}`)
        for (const turn of state.turns.values()) expect(shown).toContain(`${TURN} ${turn.id}`)
        expect(lanesByNumber.reduce((sum, lane) => sum + lane.order.length, 0)).toBe(shown.size)
      }),
    )
  })
})
