import fc from 'fast-check'
import { expect, test } from 'vitest'
import { labelsAsked, labelsOf, unknownKinds } from './labels'
import { parseQuery, toggleFilter, widerQueries } from './query'
import { snippetOf } from './snippet'

const shown = (text: string, query: string) => {
  const snippet = snippetOf(text, parseQuery(query))
  let out = ''
  let at = 0
  for (const [from, to] of snippet.marks) {
    out += `${snippet.text.slice(at, from)}[${snippet.text.slice(from, to)}]`
    at = to
  }
  return out + snippet.text.slice(at)
}

test('a question is words, words side by side, beginnings and filters', () => {
  expect(parseQuery('retry "rate limit" hand* agent:coder path:"src/a b.ts" KIND:Overwrite http://x foo:bar ... model:')).toEqual({
    terms: [
      { text: 'retry', prefix: false },
      { text: 'rate limit', prefix: false },
      { text: 'hand', prefix: true },
      { text: 'http://x', prefix: false },
      { text: 'foo:bar', prefix: false },
      { text: 'model:', prefix: false },
    ],
    filters: [
      { name: 'agent', value: 'coder' },
      { name: 'path', value: 'src/a b.ts' },
      { name: 'kind', value: 'Overwrite' },
    ],
  })
})

test('any text is some question, of bounded size', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 3000 }), (text) => {
      const { terms, filters } = parseQuery(text)
      expect(terms.length + filters.length).toBeLessThanOrEqual(24)
    }),
  )
})

test('a filter is put into what was typed, and taken out', () => {
  expect(toggleFilter('retry', { name: 'agent', value: 'code reviewer' })).toBe('retry agent:"code reviewer"')
  expect(toggleFilter('retry agent:"code reviewer"', { name: 'agent', value: 'code reviewer' })).toBe('retry')
  expect(toggleFilter('kind:turn retry', { name: 'kind', value: 'turn' })).toBe('retry')
})

test('a question that found nothing is widened: without filters, words apart, beginnings', () => {
  expect(widerQueries('retry "rate limit" agent:coder')).toEqual(['retry "rate limit"', 'retry rate limit agent:coder', 'retry* "rate limit" agent:coder'])
  expect(widerQueries('handle')).toEqual(['handle*'])
  expect(widerQueries('handle* user.id ab kind:turn')).toEqual(['handle* user.id ab'])
  expect(widerQueries('kind:turn')).toEqual([])
})

test('a kind that there is none of is told; one is met as pages write it', () => {
  expect(unknownKinds('schema kind:bogus kind:overwrite kind:Turn')).toEqual(['bogus'])
  expect(unknownKinds('kind:intervention kind:"peer overwrite" kind:peer-overwrite kind:answer kind:"answer revised" agent:bogus')).toEqual([])
  expect(labelsAsked('kind', 'Answer revised')).toEqual(labelsOf({ agents: [], tool: undefined, path: undefined, model: undefined, kinds: ['result_revised'] }))
})

test('a filter is met by a name, its words, its beginning and its end', () => {
  const labels = new Set(
    labelsOf({ agents: ['Code-Reviewer 2'], tool: 'mcp__github__search', path: './src/auth/login.ts', model: 'openai/gpt-4o-2024-08-06', kinds: ['turn'] }),
  )
  const met = (name: 'agent' | 'tool' | 'path' | 'model' | 'kind', value: string) => labelsAsked(name, value).some((label) => labels.has(label))
  for (const agent of ['code-reviewer 2', 'code', 'reviewer', 'code-reviewer', 'REVIEWER 2']) expect(met('agent', agent), agent).toBe(true)
  for (const path of ['src/auth/login.ts', '/src/auth/login.ts', 'login.ts', 'auth/login.ts', 'src/auth', 'auth', 'src/', '*.ts', '.ts'])
    expect(met('path', path), path).toBe(true)
  for (const model of ['gpt-4o', 'openai/gpt-4o-2024-08-06', 'gpt']) expect(met('model', model), model).toBe(true)
  expect([met('tool', 'github'), met('tool', 'mcp__github__search'), met('kind', 'turn')]).toEqual([true, true, true])
  expect([met('agent', 'view'), met('path', 'log'), met('path', 'src/login.ts'), met('kind', 'call'), met('model', '4o-mini')]).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
})

test('a path of any depth has few labels, and is found by its whole name', () => {
  const deep = Array.from({ length: 60 }, (_, at) => `d${at}`).join('/')
  const labels = labelsOf({ agents: [], tool: undefined, path: `${deep}/a.ts`, model: undefined, kinds: [] })
  expect(labels.length).toBeLessThan(50)
  expect(labels).toEqual(expect.arrayContaining(labelsAsked('path', 'd59/a.ts')))
  expect(labels).toEqual(expect.arrayContaining(labelsAsked('path', `${deep}/a.ts`)))
})

test('a snippet begins before the first word that is looked for and marks whole words', () => {
  expect(shown('the retry of a retryable call: Retry.', 'retry')).toBe('the [retry] of a retryable call: [Retry].')
  expect(shown('the retry of a retryable call', 'retr*')).toBe('the [retry] of a [retryable] call')
  expect(shown(`${'before '.repeat(40)}the word\n\n  stands here${' after'.repeat(80)}`, 'word stands')).toMatch(
    /^… before .* the \[word\] \[stands\] here after.* …$/,
  )
  expect(shown(`one alone ${'and much else '.repeat(40)} where one meets two.`, 'one two')).toMatch(/^… .*where \[one\] meets \[two\]\.$/)
  expect(shown('nothing of it', 'absent')).toBe('nothing of it')
})

test('marks of a snippet lie inside it, in order', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), fc.string({ unit: 'grapheme', maxLength: 20 }), (text, query) => {
      const snippet = snippetOf(text, parseQuery(query))
      let at = 0
      for (const [from, to] of snippet.marks) {
        expect(from).toBeGreaterThanOrEqual(at)
        expect(to).toBeLessThanOrEqual(snippet.text.length)
        at = to
      }
    }),
  )
})
