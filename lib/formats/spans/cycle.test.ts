import { expect, test } from 'vitest'
import type { Work } from './work'
import { WorkTree } from './work-tree'

const work = (id: string, parentId: string | undefined, kind: Work['kind'], more: Partial<Work> = {}): Work => ({
  traceId: 't',
  id,
  ...(parentId === undefined ? {} : { parentId }),
  name: id,
  kind,
  startedAt: 1,
  endedAt: 2,
  session: {},
  source: {},
  ...more,
})
const call = { tool: { name: 'Task', arguments: '{}' } }
const handoff = { handoff: { to: 'a' } }

/** What a foreign exporter may send by mistake or malice: it must end, and say so. */
test.each<[string, Work[]]>([
  ['a span that is its own parent', [work('a', 'a', 'container'), work('m', 'a', 'model')]],
  ['a call and a step that are each other’s parent', [work('k', 'c', 'tool', call), work('c', 'k', 'container')]],
  ['the same, the other way round', [work('c', 'k', 'container'), work('k', 'c', 'tool', call)]],
  ['a call of the model below steps that go in circles', [work('c', 'd', 'container'), work('d', 'c', 'container'), work('m', 'c', 'model')]],
  ['a call of the model inside itself', [work('m', 'n', 'model'), work('n', 'm', 'model')]],
  [
    'agents that go in circles, and a hand-over to one',
    [work('a', 'b', 'agent', { agent: { name: 'a' } }), work('b', 'a', 'agent', { agent: { name: 'b' } }), work('h', undefined, 'handoff', handoff)],
  ],
  [
    'told again with a parent that would close the circle',
    [work('a', undefined, 'container'), work('b', 'a', 'container'), work('a', 'b', 'container'), work('m', 'b', 'model')],
  ],
])('%s', (_, works) => {
  for (const whole of [false, true]) {
    const tree = new WorkTree({ prefix: 'test', format: 'test', whole })
    for (const one of works) tree.take(one)
    const told = whole ? tree.end() : tree.tell()
    expect(told.length).toBeGreaterThan(0)
    // the last case closes no circle: a node stays where it first hung
    expect(tree.issues.some(({ code }) => code === 'own_ancestor')).toBe(!works.some((one, at) => works.findIndex(({ id }) => id === one.id) !== at))
  }
})
