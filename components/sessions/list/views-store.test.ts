import { expect, test } from 'vitest'
import { parseViews, withView } from './views-store'

test('what the storage says wrongly is left out', () => {
  expect(parseViews(null)).toEqual([])
  expect(parseViews('{')).toEqual([])
  expect(parseViews('{"name":"a"}')).toEqual([])
  expect(parseViews('[1,{"name":"night","query":"tag=night"},{"name":2,"query":""}]')).toEqual([{ name: 'night', query: 'tag=night' }])
})

test('a name stands once, in its place; the oldest of too many goes', () => {
  const views = [
    { name: 'a', query: 'tag=a' },
    { name: 'b', query: 'tag=b' },
  ]
  expect(withView(views, { name: ' a ', query: 'tag=c' })).toEqual([{ name: 'a', query: 'tag=c' }, views[1]])
  const many = Array.from({ length: 50 }, (_, i) => ({ name: String(i), query: '' }))
  const after = withView(many, { name: 'new', query: '' })
  expect(after).toHaveLength(50)
  expect(after[0]?.name).toBe('1')
  expect(after.at(-1)?.name).toBe('new')
})
