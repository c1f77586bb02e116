import { describe, expect, test } from 'vitest'
import { sketch } from '../testing/sketch'
import { q } from '../testing/specimens'

const DATA = { name: 'notes', private: true, scripts: { build: 'node build.mjs', test: 'node --test' }, limits: { users: 20, posts: 400, rate: 1.5 } }
const CONFIG = 'name: notes\nport: 8080\ndatabase: postgres\nretries: 12\nverbose: false\n'
const TABLE = 'id,name,born\n1,Ada,1815\n2,Grace,1906\n3,Barbara,1939\n'

const change = (path: string, before: string, after: string) => {
  const { interventions } = sketch(`
    0s lead delegates t1 to coder: ${path}
    1s coder writes ${path} ${q(before)}
    2s coder completes t1
    3s lead writes ${path} ${q(after)}`)
  return interventions[0]
}

describe('in data', () => {
  test('the order of keys is layout, in JSON on many lines and on one', () => {
    const turned = { limits: { rate: 1.5, users: 20, posts: 400 }, scripts: { test: 'node --test', build: 'node build.mjs' }, private: true, name: 'notes' }
    for (const indent of [2, 0]) expect(change('package.json', JSON.stringify(DATA, null, indent), JSON.stringify(turned, null, indent))?.kind).toBe('format')
    expect(change('package.json', JSON.stringify(DATA, null, 2), JSON.stringify(turned))?.kind).toBe('format')
  })

  test('another value is no other order', () => {
    const other = { limits: { rate: 9, users: 1, posts: 2 }, scripts: { test: 'make all', build: 'sh ./run' }, private: false, name: 'ledger' }
    expect(change('package.json', JSON.stringify(DATA, null, 2), JSON.stringify(other, null, 2))?.kind).toBe('overwrite')
  })

  test('the order of entries and of rows is layout', () => {
    const backwards = (text: string) => `${text.trim().split('\n').reverse().join('\n')}\n`
    expect(change('app.yaml', CONFIG, backwards(CONFIG))?.kind).toBe('format')
    expect(change('people.csv', TABLE, backwards(TABLE))?.kind).toBe('format')
    expect(change('notes.txt', CONFIG, backwards(CONFIG))?.kind).not.toBe('format')
  })
})

describe('a setting that is switched off', () => {
  const before = '# where the letters come from\n# MAIL_FROM=noreply.example.org\nPORT=8080\n'
  test('is work like any other', () => {
    expect(change('.env.example', before, before.replace('noreply.example.org', 'hello.notes.dev'))).toMatchObject({ kind: 'revise', flags: [] })
    expect(change('.env.example', before, before.replace('# where the letters come from\n', ''))).toMatchObject({ kind: 'touch', flags: ['comments_only'] })
  })

  test('and switched on is changed, if only a little', () => {
    expect(change('.env.example', before, before.replace('# MAIL', 'MAIL'))).toMatchObject({ kind: 'revise', destroyed: 1 })
    expect(change('app.py', '# A=b\nprint(one, two)\n', 'print(one, two)\n')).toMatchObject({ kind: 'touch', flags: ['comments_only'] })
  })
})
