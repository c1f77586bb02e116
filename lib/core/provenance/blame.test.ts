import { expect, test } from 'vitest'
import { inlineText } from '../detect/detector'
import { type EventOf, EventSchema } from '../event'
import { DETECTOR_PARAMETERS } from '../interventions'
import { blameOf, revisionsOf } from './blame'
import { lineageOf } from './lineage'

type Written = EventOf<'artifact.written'>
let serial = 0
function write(path: string, agentId: string, change: object): Written {
  const event = EventSchema.parse({ type: 'artifact.written', id: `w${++serial}`, sessionId: 's', occurredAt: serial, agentId, path, change })
  if (event.type !== 'artifact.written') throw new Error('not a write')
  return event
}
const lineage = (events: Written[], path: string) =>
  lineageOf(events, path, ({ path: at, change }) => ({ path: at, from: change.kind === 'move' ? change.from : undefined }))
const blame = (events: Written[], path: string, revision = Number.POSITIVE_INFINITY) =>
  blameOf(lineage(events, path), revision, inlineText, DETECTOR_PARAMETERS)

const SUM = 'export function sum(left, right) {\n  return left + right\n}\n'
const events = [
  write('a.ts', 'coder', { kind: 'content', content: SUM }),
  write('b.ts', 'coder', { kind: 'content', content: 'const other = 1\n' }),
  write('a.ts', 'lead', { kind: 'content', content: `${SUM}\nexport const product = (values) => values.reduce((all, value) => all * value, 1)\n` }),
  write('c.ts', 'lead', { kind: 'move', from: 'a.ts' }),
  write('c.ts', 'tester', { kind: 'edit', edits: [{ old: 'return left + right', new: 'return Number(left) + Number(right) // as numbers' }] }),
]

test('revisions are followed through a move', () => {
  expect(lineage(events, 'c.ts').map(({ id }) => id)).toEqual([events[0]?.id, events[2]?.id, events[3]?.id, events[4]?.id])
  expect(lineage(events, 'a.ts').map(({ id }) => id)).toEqual([events[0]?.id, events[2]?.id])
  expect(lineage(events, 'nowhere.ts')).toEqual([])
})

test('each line belongs to the revision that most of it is from', () => {
  const { lines, complete } = blame(events, 'c.ts')
  expect(complete).toBe(true)
  expect(lines.map(({ text, revision }) => `${revision} ${text}`)).toEqual([
    '1 export function sum(left, right) {',
    '4   return Number(left) + Number(right) // as numbers',
    '1 }',
    '1 ',
    '2 export const product = (values) => values.reduce((all, value) => all * value, 1)',
    '2 ',
  ])
})

test('an earlier revision is what it was then', () => {
  expect(blame(events, 'c.ts', 1).lines.map(({ revision }) => revision)).toEqual([1, 1, 1, 1])
  expect(blame(events, 'c.ts', 2).lines).toHaveLength(6)
})

test('what streams in piece by piece is one revision, until somebody else writes', () => {
  const piece = (agentId: string, content: string, partial: boolean) => ({ ...write('e.ts', agentId, { kind: 'content', content }), partial })
  const pieces = [
    piece('coder', 'const a', true),
    piece('coder', 'const a = 1', true),
    piece('lead', 'const b = 2', false),
    piece('lead', 'const c = 3', false),
  ]
  expect(revisionsOf(pieces)).toEqual([1, 1, 2, 3])
  expect(blame(pieces, 'e.ts', 1).lines[0]?.text).toBe('const a = 1')
})

test('what nobody has shown is a gap and belongs to nobody here', () => {
  const partly = [
    write('d.ts', 'coder', {
      kind: 'edit',
      edits: [{ old: 'const before = old + state', new: 'for (const item of after(list)) save(item, { twice: true })' }],
    }),
  ]
  const { lines, complete } = blame(partly, 'd.ts')
  expect(complete).toBe(false)
  expect(lines.find(({ text }) => text.includes('after'))?.revision).toBe(1)
})
