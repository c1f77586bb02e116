import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_PROJECT, isProjectId, ownName, type ProjectId, projectOf, scopedName } from './project'

const project = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/) as fc.Arbitrary<ProjectId>
const own = fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^~[a-z0-9~-]{0,12}$/))

test('a scoped name gives its project and its own name back', () => {
  fc.assert(
    fc.property(project, own, (id, name) => {
      expect(isProjectId(id)).toBe(true)
      expect([projectOf(scopedName(id, name)), ownName(scopedName(id, name))]).toEqual([id, name])
    }),
  )
})

test('two projects, or two names, never share a scoped name', () => {
  fc.assert(
    fc.property(project, own, project, own, (a, x, b, y) => {
      expect(scopedName(a, x) === scopedName(b, y)).toBe(a === b && x === y)
    }),
  )
})

test('the default project keeps the names that there are', () => {
  expect(scopedName(DEFAULT_PROJECT, 'run-1')).toBe('run-1')
  expect(projectOf('run-1')).toBe(DEFAULT_PROJECT)
  expect(scopedName(DEFAULT_PROJECT, '~acme~run-1')).toBe('~default~~acme~run-1')
})

test('what is no project id is refused', () => {
  for (const text of ['', 'Acme', 'a b', '-a', 'a~b', 'a'.repeat(41)]) expect(isProjectId(text)).toBe(false)
})
