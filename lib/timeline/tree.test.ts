import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { Rows } from './rows'
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
        00:04.000, writes schema.sql, destroyed: cut at 47 tokens · kept 0 %
      Lane idler, nothing yet
    Lane user, human, nothing yet
      00:00.000, says a schema, please"
  `)
})
