import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { Rows } from './rows'
import { strikeLabel } from './strikes'
import { grow, growing } from './testing/growing'
import { sayBar, sayLane, Tree } from './tree'

const DRAWING = `
  0s   user   asks "a schema, please"
  0s   lead   starts p1
  2s   lead   ends p1 (40 tokens)
  2s   lead   delegates t1 to coder: schema.sql
  3s   coder  starts c1
  4s   coder  writes schema.sql "create table users (id uuid primary key, email citext unique not null)"
  5s   coder  ends c1 (47 tokens)
  6s   lead   writes schema.sql "create table accounts (number bigserial, mail varchar(255), secret text)"
  7s   idler  joins under lead
`
const { state, interventions } = sketch(DRAWING)
const rows = new Rows(state, new Map(interventions.map((finding) => [finding.id, finding])))

test('L8: every bar has a row, every row a bar or a lane', () => {
  const tree = new Tree(rows, new Set())
  const listed = new Set<number>()
  const lanes = new Set<string>()
  for (let i = 0; i < tree.length; i++) {
    const row = tree.getRow(i)
    expect(row.index).toBe(i)
    if (row.kind === 'lane') lanes.add(row.lane.id)
    else {
      expect(tree.indexOfBar(row.bar)).toBe(i)
      listed.add(row.bar)
    }
  }
  const drawn = new Set<number>()
  for (let bar = 0; bar < rows.bars.count; bar++) if (rows.bars.lane.at(bar) >= 0) drawn.add(bar)
  expect(listed).toEqual(drawn)
  expect([...lanes]).toEqual(rows.lanes.map(({ id }) => id))
})

test('a closed lane keeps its bars to itself and stands for them', () => {
  const tree = new Tree(rows, new Set(['coder']))
  const coder = rows.lookupLane('coder')
  const bar = coder?.order.at(0) ?? -1
  expect(tree.getRow(tree.indexOfBar(bar))).toMatchObject({ kind: 'lane', lane: { id: 'coder' }, open: false })
  expect(new Tree(rows, new Set()).length - tree.length).toBe(coder?.order.length)
  expect(() => tree.getRow(tree.length)).toThrow('no row')
})

test('what is read aloud says what is drawn', () => {
  const said = []
  const tree = new Tree(rows, new Set())
  for (let i = 0; i < tree.length; i++) {
    const row = tree.getRow(i)
    said.push(`${'  '.repeat(row.level - 1)}${row.kind === 'lane' ? sayLane(row.lane) : sayBar(rows, row.bar)}`)
  }
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "Lane lead, master, 1 turn, 1 write
      00:00.000, 2.0 s, 40 tokens
      00:06.000, rewrites schema.sql, destroys delegated work
      Lane coder, 1 turn, 1 write, 1 overwritten or cut
        00:03.000, 2.0 s, 47 tokens
        00:04.000, writes schema.sql, destroyed: cut at 47 tokens · kept 0%
      Lane idler, nothing yet
    Lane user, human, nothing yet
      00:00.000, says a schema, please"
  `)
})

/** What the tree says of everything in a drawing. */
function saidOf(drawing: string): string {
  const made = sketch(drawing)
  const all = new Rows(made.state, new Map(made.interventions.map((finding) => [finding.id, finding])))
  const tree = new Tree(all, new Set())
  return Array.from({ length: tree.length }, (_, i) => {
    const row = tree.getRow(i)
    return row.kind === 'lane' ? sayLane(row.lane) : sayBar(all, row.bar)
  }).join('\n')
}

test('large counts have separators, in bars as in strikes', () => {
  const said = saidOf(`
    0s lead  delegates t1 to coder: a.sql
    1s coder starts c1
    2s coder writes a.sql "create table users (id uuid primary key, email citext unique not null)"
    5s coder ends c1 (47123 tokens)
    6s lead  writes a.sql "drop everything at once, and begin from nothing again"
    7s lead  starts p1
    8s lead  ends p1 (1234567 tokens)
  `)
  expect(said).toContain('cut at 47,123 tokens')
  expect(said).toContain('1,234,567 tokens')
})

test('a turn that speaks of tokens still says how many it took', () => {
  const said = saidOf(`
    0s lead says "the token parser is broken" (40 tokens)
  `)
  expect(said).toContain('the token parser is broken, 40 tokens')
})

test('whatever sign stands on a bar is said in its row', () => {
  fc.assert(
    fc.property(growing, (session) => {
      const all = grow(session, () => undefined)
      for (const strike of all.strikeList) {
        const bar = strike.hitBar >= 0 ? strike.hitBar : strike.loud ? -1 : strike.actorBar
        if (bar < 0 || all.bars.lane.at(bar) < 0) continue
        const said = sayBar(all, bar)
        const here = all.strikeList.filter((other) => (other.hitBar >= 0 ? other.hitBar : other.loud ? -1 : other.actorBar) === bar)
        const counted = here.filter(({ marking }) => marking).length
        if (!strike.marking) expect(said).toContain(`${strike.aside ? 'set aside' : 'noted'}: ${strikeLabel(strike).says}`)
        else if (counted > 1) expect(said).toContain(`, and ${counted - 1} more`)
        else expect(said).toContain(`${strike.loud ? 'destroyed' : 'changed'}: ${strikeLabel(strike).says}`)
      }
    }),
    { numRuns: 60 },
  )
})
