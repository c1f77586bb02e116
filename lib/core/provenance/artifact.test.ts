import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Artifact } from './artifact'
import { OUTSIDE } from './owned-line'

const RUNS = { rawRun: 4, renamedRun: 8 }
const artifact = (path = 'a.md') => new Artifact(path, RUNS)
/** Nine words that stand nowhere else. */
const line = (n: number) => Array.from({ length: 9 }, (_, k) => `w${n}x${k}`).join(' ')
const tokensOf = (a: Artifact, owner: number) => a.totalsOf(owner).tokens

describe('an artifact', () => {
  test('belongs to who wrote it; what is rewritten changes hands', () => {
    const a = artifact()
    a.write([line(1), line(2)].join('\n'), 1)
    expect(tokensOf(a, 1)).toBe(18)
    const survey = a.write([line(1), line(3)].join('\n'), 2)
    expect(survey.owners.get(1)).toMatchObject({ lost: 9, lines: 1 })
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([9, 9])
  })

  test('an edit of one token takes one token', () => {
    const a = artifact()
    a.write([line(1), line(2), line(3)].join('\n'), 1)
    const survey = a.edit('w2x4', 'other', false, 2)
    expect(survey?.owners.get(1)?.lost).toBe(1)
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([26, 1])
  })

  test('`all` replaces every occurrence, also several in a line', () => {
    const a = artifact('a.ts')
    a.write('const a = user + user\nconst b = user', 1)
    a.edit('user', 'member', true, 2)
    expect(a.text()).toBe('const a = member + member\nconst b = member')
    // a token that only changed its name stays its author's
    expect(tokensOf(a, 2)).toBe(0)
  })

  test('what is not there cannot be replaced', () => {
    const a = artifact()
    a.write('const a = 1', 1)
    expect(a.edit('nothing of the kind', 'x', false, 2)).toBeUndefined()
  })

  test('opening a comment above takes the code below it out', () => {
    const a = artifact('a.ts')
    a.write(`${line(1)}\n${line(2)}`, 1)
    a.write(`/*\n${line(1)}\n${line(2)}\n*/`, 2)
    expect(tokensOf(a, 1)).toBe(0)
  })

  test('edits of a text nobody has shown own what they put there, and find it again', () => {
    const a = artifact('.env.example')
    a.edit('OLD_ONE=1', 'NEW_ONE=first', false, 1)
    a.edit('OLD_TWO=2', 'NEW_TWO=second', false, 2)
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([3, 3])
    a.sync('# all settings\nNEW_TWO=second\nANYTHING=else\nNEW_ONE=first\n')
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([3, 3])
    const survey = a.edit('NEW_ONE=first', 'NEW_ONE=real', false, 3)
    expect(survey?.owners.get(1)?.lost).toBe(1)
    expect(survey?.owners.get(2)).toBeUndefined()
  })

  test('an edit over known and unknown text hits what is known of it', () => {
    const a = artifact()
    a.edit('x', `${line(1)}\n${line(2)}\n${line(3)}`, false, 1)
    const survey = a.edit(`${line(2)}\n${line(3)}\nunknown line`, line(9), false, 2)
    expect(survey?.owners.get(1)).toMatchObject({ lost: 18, lines: 2 })
    expect(tokensOf(a, 1)).toBe(9)
  })
})

describe('what counts is the text before and after an event', () => {
  test('a block that one edit takes out and another puts back has moved', () => {
    const a = artifact()
    a.write([line(1), line(2), line(3), line(4)].join('\n'), 1)
    const survey = a.editAll(
      [
        { old: `${line(1)}\n`, fresh: '' },
        { old: line(4), fresh: `${line(4)}\n${line(1)}` },
      ],
      2,
    )
    expect(a.text()).toBe([line(2), line(3), line(4), line(1)].join('\n'))
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([36, 0])
    expect([...(survey?.owners.values() ?? [])].map((owner) => owner.lost)).toEqual([0])
  })

  test('a text shorter than a run is not lost when something is added to it', () => {
    const a = artifact('a.ts')
    a.write('a = 1', 1)
    a.append('\nb = 2', 2)
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([3, 3])
  })

  test('an edit of unknown text does not take what it only repeats', () => {
    const a = artifact()
    a.edit(`${line(1)}\n${line(2)}`, `${line(1)}\n${line(7)}\n${line(2)}`, false, 1)
    expect([tokensOf(a, OUTSIDE), tokensOf(a, 1)]).toEqual([18, 9])
  })
})

test('a regular expression that looks like the beginning of a comment is none', () => {
  const a = artifact('a.js')
  a.write('if (root.match(/^([^\\/]+:\\/)?\\/*$/)) {\n  return path\n}\nconst half = total / 2 /* of it */', 1)
  expect(a.totalsOf(1)).toEqual({ tokens: 12, comments: 2 })
})

describe('what is thrown out and put back word for word', () => {
  const [mine, other] = [[line(1), line(2)].join('\n'), [line(3), line(4), line(5)].join('\n')]

  test('is its author’s again, and nobody is hurt by it', () => {
    const a = artifact()
    a.write(mine, 1)
    a.write(other, 2)
    const survey = a.write(mine, 2)
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([18, 0])
    expect(survey.owners.get(2)).toMatchObject({ lost: 27, lines: 3 })
    expect(survey.owners.get(1)).toBeUndefined()
  })

  test('also when it had been deleted', () => {
    const a = artifact()
    a.write(mine, 1)
    a.remove()
    a.write(mine, 2)
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([18, 0])
  })
})

describe('a long artifact', () => {
  const long = Array.from({ length: 600 }, (_, n) => line(n))

  test('with a change at either end loses what was changed and nothing between', () => {
    const a = artifact()
    a.write(long.join('\n'), 1)
    const changed = [...long]
    changed[2] = line(9002)
    changed[597] = line(9597)
    const survey = a.write(changed.join('\n'), 2)
    expect(survey.owners.get(1)).toMatchObject({ lost: 18, lines: 2 })
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([598 * 9, 18])
    expect(a.text()).toBe(changed.join('\n'))
  })

  test('with a block moved far away loses nothing', () => {
    const a = artifact()
    a.write(long.join('\n'), 1)
    const moved = [line(7777), ...long.slice(10, 580), ...long.slice(0, 10), ...long.slice(580), line(8888)]
    a.write(moved.join('\n'), 2)
    expect([tokensOf(a, 1), tokensOf(a, 2)]).toEqual([600 * 9, 18])
  })

  test('every token has the owner who wrote its line, whatever lines are replaced, added and removed', () => {
    const edit = fc.tuple(fc.constantFrom('replace', 'add', 'remove'), fc.nat(10_000), fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(fc.array(fc.array(edit, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }), (writes) => {
        const a = artifact()
        let serial = 1000
        let truth = long.slice(0, 300).map((text) => ({ text, owner: 1 }))
        a.write(truth.map((l) => l.text).join('\n'), 1)
        writes.forEach((edits, k) => {
          const writer = k + 2
          for (const [what, where, count] of edits) {
            const at = where % (truth.length + 1)
            const fresh = what === 'remove' ? [] : Array.from({ length: count }, () => ({ text: line(serial++), owner: writer }))
            truth = [...truth.slice(0, at), ...fresh, ...truth.slice(at + (what === 'add' ? 0 : count))]
          }
          a.write(truth.map((l) => l.text).join('\n'), writer)
        })
        const expected = new Map<number, number>()
        for (const { owner } of truth) expected.set(owner, (expected.get(owner) ?? 0) + 9)
        const actual = new Map([...a.ownersPresent()].filter(([owner]) => owner !== OUTSIDE).map(([owner, totals]) => [owner, totals.tokens]))
        expect(actual).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})
