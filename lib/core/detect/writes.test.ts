import { describe, expect, test } from 'vitest'
import type { Event } from '../event'
import { sketch } from '../testing/sketch'
import { ADULTS, found, HALF, OTHER, q, REPORT } from '../testing/specimens'
import { detectAll } from './detector'

describe('a write of the master on delegated work', () => {
  test('of a stream that had not finished its first function is an overwrite before the first unit', () => {
    expect(
      found(`
        0s lead  delegates t1 to coder: a.py
        1s coder writes a.py partial ${q(HALF)}
        2s lead  writes a.py ${q(OTHER)}`),
    ).toBe('2s lead overwrote coder on a.py (kept 0%, before the first unit was complete)')
  })

  test('a text that stops in the middle of a block is no complete unit, even when the write is over', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n1s coder writes a.py ${q(HALF)}\n2s lead writes a.py ${q(OTHER)}`)).toContain('before the first unit')
  })

  test('after a whole function, while the task is open, is before completion', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n1s coder writes a.py ${q(ADULTS + REPORT)}\n2s lead writes a.py ${q(OTHER)}`)).toBe(
      '2s lead overwrote coder on a.py (kept 0%, before completion)',
    )
  })

  test('the drawing of the documentation', () => {
    expect(
      found(`
        0s  lead   delegates t1 to coder: src/a.ts
        2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
        4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"`),
    ).toBe('4s lead overwrote coder on src/a.ts (kept 0%, before completion)')
  })

  const done = (before: string, after: string) =>
    found(`
      0s lead  delegates t1 to coder: a.py
      1s coder writes a.py ${q(before)}
      2s coder completes t1
      3s lead  writes a.py ${q(after)}`)

  test('the same content is nothing', () => {
    expect(done(ADULTS, ADULTS)).toBe('')
  })

  test('layout, blank lines and quotes only is formatting', () => {
    const reformatted = ADULTS.replaceAll('"', "'").replace('chosen = []\n', 'chosen = []\n\n').replace('({', '(\n                {')
    expect(done(ADULTS, reformatted)).toBe('3s lead reformatted the work of coder on a.py (kept 100%, after completion)')
  })

  test('a new function below is appending', () => {
    expect(done(ADULTS, ADULTS + REPORT)).toBe('3s lead appended to the work of coder on a.py (kept 100%, after completion)')
  })

  test('wrapping it in a class keeps it', () => {
    const wrapped = `class People:\n${ADULTS.split('\n')
      .map((line) => (line ? `    ${line}` : line))
      .join('\n')}`
    expect(done(ADULTS, wrapped)).toBe('3s lead appended to the work of coder on a.py (kept 100%, after completion)')
  })

  test('consistent renaming is renaming', () => {
    expect(done(ADULTS, ADULTS.replaceAll('chosen', 'grown_ups').replaceAll('person', 'member'))).toBe(
      '3s lead renamed in the work of coder on a.py (kept 100%, after completion)',
    )
  })

  test('renaming with another constant is a revision or a touch, never a renaming alone', () => {
    const changed = done(ADULTS + REPORT, (ADULTS + REPORT).replaceAll('chosen', 'grown_ups').replace('return len(people)', 'return 0'))
    expect(changed).toMatch(/revised|touched/)
  })

  test('one of two functions replaced is a matter of shares', () => {
    expect(done(ADULTS + REPORT, OTHER + REPORT)).toBe('3s lead overwrote coder on a.py (kept 48%, after completion)')
  })

  test('deleting the artifact rejects', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        1s coder writes a.py ${q(ADULTS)}
        2s coder completes t1
        3s lead deletes a.py`),
    ).toBe('3s lead rejected the work of coder on a.py (kept 0%, after completion)')
  })

  test('putting back what was there before rejects', () => {
    expect(
      found(`
        0s lead writes a.py ${q(OTHER)}
        1s lead delegates t1 to coder: a.py
        2s coder writes a.py ${q(ADULTS)}
        3s coder completes t1
        4s lead writes a.py ${q(OTHER)}`),
    ).toBe('4s lead rejected the work of coder on a.py (kept 0%, after completion)')
  })

  test('removing comments loses no code, and says so', () => {
    expect(done(`# keep only those who are old enough\n${ADULTS}`, ADULTS)).toBe(
      '3s lead touched the work of coder on a.py (kept 100%, after completion, comments_only)',
    )
  })

  test('a paraphrase of a paragraph is an overwrite', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: notes.md
        1s coder writes notes.md "Every request is checked against the schema first, and whatever does not fit is refused with a sentence that names the field."
        2s coder completes t1
        3s lead writes notes.md "We validate input early. Bad fields are reported by name."`),
    ).toBe('3s lead overwrote coder on notes.md (kept 0%, after completion)')
  })
})

describe('many small edits', () => {
  const part = (n: number) =>
    `def part${n}(left${n}, right${n}):\n    sum${n} = left${n} * ${n + 2} + right${n}\n    if sum${n} > ${n * 10}:\n        return [sum${n}, "part${n}", left${n} - right${n}]\n    return []\n`
  const other = (n: number) =>
    `class Box${n}(Base${n}):\n    label${n} = "box ${n}"\n    def open${n}(self, key${n}):\n        yield key${n} or self.label${n}\n`
  test('together become an overwrite, once', () => {
    const text = (replaced: number) => [0, 1, 2, 3, 4, 5].map((n) => (n < replaced ? other(n) : part(n))).join('\n')
    const lines = found(`
      0s lead delegates t1 to coder: a.py
      1s coder writes a.py ${q(text(0))}
      2s coder completes t1
      3s lead writes a.py ${q(text(1))}
      4s lead writes a.py ${q(text(2))}
      5s lead writes a.py ${q(text(3))}`).split('\n')
    expect(lines.map((line) => line.replace(/ \(.*/, ''))).toEqual([
      '3s lead revised coder on a.py',
      '4s lead overwrote coder on a.py',
      '5s lead revised coder on a.py',
    ])
    expect(lines[1]).toContain('cumulative')
  })
})

describe('what looks alike and is not', () => {
  const upper =
    'CREATE TABLE users (\n  id BIGSERIAL PRIMARY KEY,\n  email TEXT NOT NULL UNIQUE,\n  name TEXT NOT NULL,\n  created_at TIMESTAMPTZ NOT NULL DEFAULT now()\n);\n'

  test('another table of the same build is no renaming of a table to its words', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: schema.sql
      1s coder writes schema.sql ${q(upper)}
      2s coder completes t1
      3s lead writes schema.sql ${q("create table account (\n  uid uuid primary key,\n  mail citext,\n  profile jsonb not null default '{}',\n  check (length(mail) > 3)\n);\ncreate index account_mail on account (mail);\n")}`)
    expect(interventions[0]).toMatchObject({ kind: 'overwrite' })
  })

  test('the case of a keyword of SQL is layout', () => {
    expect(
      found(
        `\n0s lead delegates t1 to coder: s.sql\n1s coder writes s.sql ${q(upper)}\n2s coder completes t1\n3s lead writes s.sql ${q(upper.replace(/[A-Z]{2,}/g, (word) => word.toLowerCase()))}`,
      ),
    ).toContain('reformatted')
  })

  test('work made further down is no work not done', () => {
    expect(
      found(`
        0s lead delegates t1 to chief: out.py
        1s chief delegates t2 to coder: out.py
        2s coder writes out.py ${q(ADULTS)}
        3s coder completes t2
        4s chief completes t1
        5s lead writes out.py ${q(OTHER)}`),
    ).toBe('5s lead overwrote coder on out.py (kept 0%, after completion)')
  })

  test('putting an answer given in words into its file takes nothing over', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: out.py
        3s coder completes t1 "Here is the function that you asked for, it keeps those who are old enough and gives back a list of them."
        5s lead writes out.py ${q(ADULTS)}`),
    ).not.toContain('took over')
  })
})

describe('what comes more than once, or at once', () => {
  test('overwritten, restored by the sub-agent, overwritten again: both are told, the first cut the task short', () => {
    const { interventions } = sketch(`
      0s lead  delegates t1 to coder: a.py
      1s coder writes a.py ${q(ADULTS)}
      2s lead  writes a.py ${q(OTHER)}
      3s coder writes a.py ${q(ADULTS)}
      4s lead  writes a.py ${q(OTHER)}`)
    expect(interventions.map(({ kind, headline, occurredAt }) => `${occurredAt / 1000}s ${kind}${headline ? ', headline' : ''}`)).toEqual([
      '2s overwrite, headline',
      '4s overwrite',
    ])
  })

  test('a completion and an overwrite of the same moment, in no known order: the completion came first', () => {
    const { events } = sketch(`
      0s lead  delegates t1 to coder: a.py
      1s coder writes a.py ${q(ADULTS)}
      2s lead  writes a.py ${q(OTHER)}
      2s coder completes t1`)
    const unordered = events.map(({ order: _, ...event }) => event as Event)
    expect(detectAll(unordered).map(({ kind, phase }) => `${kind} ${phase}`)).toEqual(['overwrite post_completion'])
  })
})

test('of a very long line a finding keeps a bearable stretch, as it was written', () => {
  const parts = Array.from({ length: 9000 }, (_, n) => `function f${n}(a,b){return a*${n}+b[${n % 13}]-g(${n})}`)
  const { interventions } = sketch(`
    0s lead  delegates t1 to coder: app.min.js
    1s coder writes app.min.js ${q(parts.join(''))}
    2s lead  edits app.min.js ${q(parts[4500])} -> "function f4500(c){throw new Error(c)}"`)
  const { before, after, whole } = interventions[0]?.explanation ?? {}
  if (typeof before !== 'string' || typeof after !== 'string') throw new Error('the finding keeps no texts')
  expect(whole).toBeUndefined()
  expect(before).toContain(parts[4500])
  expect(after).toContain('throw new Error(c)')
  expect(before.length).toBeLessThan(10_000)
  expect(parts.join('')).toContain(before)
})
