import { describe, expect, test } from 'vitest'
import { print } from '../print'
import { sketch } from '../testing/sketch'

const q = JSON.stringify

// Every text is ours; sizes are chosen so that no share lies near a threshold.
const ADULTS = `def adults(people, limit):
    chosen = []
    for person in people:
        if person["age"] >= limit:
            chosen.append({"name": person["name"], "age": person["age"]})
    return chosen
`
const REPORT = `
def report(people, stream):
    for number, person in enumerate(people):
        stream.write(str(number) + " " + person["name"] + "\\n")
    return len(people)
`
const HALF = `def adults(people, limit):
    chosen = []
    for person in people:
`
const OTHER = `import sqlite3

def find_grown_ups(database):
    connection = sqlite3.connect(database)
    cursor = connection.execute("select name, age from member where age > ? order by age", (17,))
    return [dict(zip(("name", "age"), row)) for row in cursor.fetchall()]
`

/** The findings of a drawing, one a line, without acceptances. */
function found(drawing: string): string {
  return print(sketch(drawing).interventions.filter((finding) => finding.kind !== 'accept'))
}

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
    expect(found(`\n0s lead delegates t1 to coder: a.py\n1s coder writes a.py ${q(ADULTS + REPORT)}\n2s lead writes a.py ${q(OTHER)}`)).toBe('2s lead overwrote coder on a.py (kept 0%, before completion)')
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
    const wrapped = `class People:\n${ADULTS.split('\n').map((line) => (line ? `    ${line}` : line)).join('\n')}`
    expect(done(ADULTS, wrapped)).toBe('3s lead appended to the work of coder on a.py (kept 100%, after completion)')
  })

  test('consistent renaming is renaming', () => {
    expect(done(ADULTS, ADULTS.replaceAll('chosen', 'grown_ups').replaceAll('person', 'member'))).toBe('3s lead renamed in the work of coder on a.py (kept 100%, after completion)')
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
    expect(done(`# keep only those who are old enough\n${ADULTS}`, ADULTS)).toBe('3s lead touched the work of coder on a.py (kept 100%, after completion, comments_only)')
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
  const part = (n: number) => `def part${n}(left${n}, right${n}):\n    sum${n} = left${n} * ${n + 2} + right${n}\n    if sum${n} > ${n * 10}:\n        return [sum${n}, "part${n}", left${n} - right${n}]\n    return []\n`
  const other = (n: number) => `class Box${n}(Base${n}):\n    label${n} = "box ${n}"\n    def open${n}(self, key${n}):\n        yield key${n} or self.label${n}\n`
  test('together become an overwrite, once', () => {
    const text = (replaced: number) => [0, 1, 2, 3, 4, 5].map((n) => (n < replaced ? other(n) : part(n))).join('\n')
    const lines = found(`
      0s lead delegates t1 to coder: a.py
      1s coder writes a.py ${q(text(0))}
      2s coder completes t1
      3s lead writes a.py ${q(text(1))}
      4s lead writes a.py ${q(text(2))}
      5s lead writes a.py ${q(text(3))}`).split('\n')
    expect(lines.map((line) => line.replace(/ \(.*/, ''))).toEqual(['3s lead revised coder on a.py', '4s lead overwrote coder on a.py', '5s lead revised coder on a.py'])
    expect(lines[1]).toContain('cumulative')
  })
})

describe('who acted', () => {
  test('a person and the harness only censor', () => {
    const by = (who: string) => found(`\n0s ${who} joins under ${who}0\n0s lead delegates t1 to coder: a.py\n1s coder writes a.py ${q(ADULTS)}\n2s ${who} writes a.py ${q(OTHER)}`)
    expect(by('user')).toBe('2s user stopped, as a human, coder on a.py (kept 0%, before completion)')
    expect(by('harness')).toBe('2s harness stopped, as the harness, coder on a.py (kept 0%, before completion)')
  })

  test('a peer is no master', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        0s lead delegates t2 to tester: b.py
        1s coder writes a.py ${q(ADULTS)}
        2s coder completes t1
        3s tester writes a.py ${q(OTHER)}`),
    ).toBe('3s tester overwrote its peer coder on a.py (kept 0%, after completion)')
  })

  test('one who rewrites itself has not been overwritten', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n1s coder writes a.py ${q(ADULTS)}\n2s coder writes a.py ${q(OTHER)}`)).toBe('')
  })

  test('a nested master is judged on the task it gave, not on its own', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: z.py
        1s coder delegates t2 to helper: a.py
        2s helper writes a.py ${q(ADULTS)}
        3s helper completes t2
        4s coder writes a.py ${q(OTHER)}`),
    ).toBe('4s coder overwrote helper on a.py (kept 0%, after completion)')
  })

  test('the root that rewrites a grandchild acts at distance 2, once', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: z.py
      1s coder delegates t2 to helper: a.py
      2s helper writes a.py ${q(ADULTS)}
      4s lead writes a.py ${q(OTHER)}`)
    expect(interventions.map((f) => [f.kind, f.taskId, f.distance])).toEqual([['overwrite', 't2', 2]])
  })

  test('two owners of one artifact are judged each for itself', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        0s lead delegates t2 to tester: a.py
        1s coder writes a.py ${q(ADULTS)}
        2s tester writes a.py ${q(ADULTS + REPORT)}
        3s coder completes t1
        3s tester completes t2
        4s lead writes a.py ${q(OTHER + REPORT)}`),
    ).toBe('4s lead overwrote coder on a.py (kept 0%, after completion)\n4s lead appended to the work of tester on a.py (kept 100%, after completion)')
  })

  test('work that was asked for help is flagged and is no headline', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder writes a.py ${q(HALF)}
      2s coder asks help on t1
      3s lead writes a.py ${q(OTHER)}`)
    expect(interventions.map((f) => [f.kind, f.flags, f.headline])).toEqual([['overwrite', ['requested'], false]])
  })

  test('a master that had not seen the newest revision raced', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        1s coder writes a.py ${q(ADULTS)}
        2s coder writes a.py ${q(ADULTS + REPORT)}
        3s lead writes a.py ${q(OTHER)} based on 1`),
    ).toContain('race')
  })
})

describe('stopping, taking over, doing again', () => {
  test('cancelling an open task interrupts it', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n1s coder writes a.py partial ${q(HALF)}\n2s lead cancels t1`)).toBe('2s lead interrupted coder (before the first unit was complete)')
  })

  test('cancelling and rewriting are two events of one headline, in the phase of the cancelling', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder writes a.py partial ${q(HALF)}
      2s lead cancels t1
      3s lead writes a.py ${q(OTHER)}`)
    expect(interventions.map((f) => [f.kind, f.phase, f.headline])).toEqual([
      ['interrupt', 'pre_unit', true],
      ['overwrite', 'pre_unit', false],
    ])
  })

  test('a person who stops a task censors it', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n2s user cancels t1`)).toBe('2s user stopped, as a human, coder (before the first unit was complete)')
  })

  test('making what was ordered, while the assignee has made nothing, takes over', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n2s lead writes a.py ${q(OTHER)}`)).toBe('2s lead took over from coder on a.py (before the first unit was complete)')
  })

  test('two of four outputs are half, one is not', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py, b.py, c.py, d.py\n2s lead writes a.py ${q(OTHER)}`)).toBe('')
    expect(found(`\n0s lead delegates t1 to coder: a.py, b.py, c.py, d.py\n2s lead writes a.py ${q(OTHER)}\n3s lead writes b.py ${q(ADULTS)}`)).toContain('took over')
  })

  test('the same call on the same inputs does the work again; a changed input or a test does not', () => {
    const again = (between: string, call: string) =>
      found(`
        0s lead delegates t1 to coder
        1s coder calls ${call} reads a.py
        2s coder completes t1
        ${between}
        4s lead calls ${call} reads a.py`)
    expect(again('', 'grep "users"')).toBe('4s lead redid the work of coder (after completion)')
    expect(again('3s lead writes a.py "x = 1"', 'grep "users"')).toBe('')
    expect(again('', 'Bash "npm test -- users"')).toBe('')
    expect(again('', 'Read "{\\"file_path\\":\\"a.py\\"}"')).toBe('')
  })

  test('ordering again after a cancellation: the same hands retry, others are redelegated to', () => {
    const to = (who: string) =>
      found(`
        0s lead delegates t1 to coder: a.py
        1s lead cancels t1
        2s lead delegates t2 to ${who}: a.py`)
    expect(to('coder')).toContain('2s lead retried the task of coder')
    expect(to('other')).toContain('2s lead redelegated the task of coder')
  })

  test('a message into an open task steers', () => {
    expect(found(`\n0s lead delegates t1 to coder: a.py\n1s lead steers t1 "use uuid keys"`)).toBe('1s lead steered coder (before the first unit was complete)')
  })

  test('a move keeps the owner; what follows is judged on the new path', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        1s coder writes a.py ${q(ADULTS)}
        2s coder completes t1
        3s lead moves a.py to b.py
        4s lead writes b.py ${q(OTHER)}`),
    ).toBe('3s lead moved the work of coder on b.py (kept 100%, after completion)\n4s lead overwrote coder on b.py (kept 0%, after completion)')
  })

  test('what lives on in another artifact was merged', () => {
    expect(
      found(`
        0s lead delegates t1 to coder: a.py
        0s lead delegates t2 to tester: b.py
        1s coder writes a.py ${q(ADULTS)}
        1s tester writes b.py ${q(REPORT)}
        2s coder completes t1
        2s tester completes t2
        3s lead writes c.py ${q(ADULTS + REPORT)}
        4s lead deletes a.py
        5s lead deletes b.py`),
    ).toBe('4s lead merged the work of coder on a.py (kept 0%, after completion)\n5s lead merged the work of tester on b.py (kept 0%, after completion)')
  })
})

describe('why', () => {
  const rewrite = (between: string) =>
    sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder writes a.py ${q(ADULTS)}
      2s coder completes t1
      ${between}
      5s lead writes a.py ${q(OTHER)}`).interventions.find((f) => f.kind === 'overwrite')?.trigger.kind

  test('a user, a failed check, a reviewer, or nothing moved the master', () => {
    expect(rewrite('')).toBe('self')
    expect(rewrite('3s user asks "use the database"')).toBe('user_request')
    expect(rewrite('3s lead checks "pytest" fails')).toBe('tool_failure')
    expect(rewrite('3s lead delegates t2 to code-reviewer\n4s code-reviewer completes t2')).toBe('review')
    expect(rewrite('3s lead checks "pytest" passes')).toBe('self')
  })

  test('what came before the work cannot have moved it', () => {
    const drawing = `
      0s user asks "build it"
      1s lead delegates t1 to coder: a.py
      2s coder writes a.py ${q(ADULTS)}
      3s lead writes a.py ${q(OTHER)}`
    expect(sketch(drawing).interventions[0]?.trigger.kind).toBe('self')
  })

  test('a finding explains itself', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder says "on it" (30 tokens)
      1s coder writes a.py partial ${q(HALF)}
      2s lead writes a.py ${q(OTHER)}`)
    const [finding] = interventions
    expect(finding).toMatchObject({
      kind: 'overwrite',
      owned: 10,
      destroyed: 10,
      destroyedLines: 3,
      survival: 0,
      clocks: { tokens: 30, step: 1, opportunity: 0 },
      master: { agentId: 'lead' },
      target: { agentId: 'coder' },
      explanation: { before: HALF, after: OTHER, firstLine: 1, rule: 'overwrite', unitFinished: false, unitName: 'def adults' },
    })
    expect(finding?.explanation.sentence).toBe("0 % of coder's 10 tokens in a.py survived; 10 were destroyed.")
  })
})

describe('a result that is text', () => {
  const answer = 'The users table has 14 columns. The slow query is in src/users/list.ts and scans all 48,210 rows because user_created_at has no index.'
  const answered = (text: string, then = '') =>
    found(`
      0s lead delegates t1 to explorer
      1s explorer says ${q(answer)} (40 tokens)
      2s explorer completes t1 ${q(answer)}
      3s lead says ${q(text)} (30 tokens)
      ${then}`)
  const reworded = 'List views are slow since there is an index missing for user_created_at, so each request reads the table from start to end.'
  const unrelated = 'I would suggest that we first of all upgrade the framework and then think about caching pages in the browser for longer.'
  const over = '9s lead ends the session'

  test('is passed on or revised by an answer that holds it', () => {
    expect(answered(`Here is what I found. ${answer}`)).toBe('3s lead passed on the answer of explorer (kept 100%, after completion)')
    expect(answered('I looked at it: the slow query is in src/users/list.ts and it reads every row, as the table lacks an index on its date.')).toContain('revised the answer')
  })

  test('is called reworded or unused only when the work is over: until then it may still be used', () => {
    expect(answered(reworded)).toBe('')
    expect(answered(unrelated)).toBe('')
    expect(answered(reworded, over)).toContain('9s lead put in its own words the answer of explorer')
    expect(answered(unrelated, over)).toContain('9s lead used nothing of the answer of explorer')
  })

  test('is used by whoever works with it, even if no answer says so', () => {
    expect(answered(unrelated, `4s lead calls Bash "sed -n 1,20p src/users/list.ts"\n${over}`)).toContain('put in its own words')
  })

  test('waits for an answer: a short remark decides nothing', () => {
    expect(answered('Let me see.', over)).toBe('')
  })
})

describe('what looks alike and is not', () => {
  const upper = 'CREATE TABLE users (\n  id BIGSERIAL PRIMARY KEY,\n  email TEXT NOT NULL UNIQUE,\n  name TEXT NOT NULL,\n  created_at TIMESTAMPTZ NOT NULL DEFAULT now()\n);\n'

  test('another table of the same build is no renaming of a table to its words', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: schema.sql
      1s coder writes schema.sql ${q(upper)}
      2s coder completes t1
      3s lead writes schema.sql ${q('create table account (\n  uid uuid primary key,\n  mail citext,\n  profile jsonb not null default \'{}\',\n  check (length(mail) > 3)\n);\ncreate index account_mail on account (mail);\n')}`)
    expect(interventions[0]).toMatchObject({ kind: 'overwrite' })
  })

  test('the case of a keyword of SQL is layout', () => {
    expect(found(`\n0s lead delegates t1 to coder: s.sql\n1s coder writes s.sql ${q(upper)}\n2s coder completes t1\n3s lead writes s.sql ${q(upper.replace(/[A-Z]{2,}/g, (word) => word.toLowerCase()))}`)).toContain('reformatted')
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
