import { describe, expect, test } from 'vitest'
import { found, q } from '../testing/specimens'

describe('a result that is text', () => {
  const answer = 'The users table has 14 columns. The slow query is in src/users/list.ts and scans all 48,210 rows because user_created_at has no index.'
  const answered = (text: string, then = '') =>
    found(`
      0s lead delegates t1 to explorer
      1s explorer says ${q(answer)} (40 tokens)
      2s explorer completes t1 ${q(answer)}
      3s lead answers ${q(text)} (30 tokens)
      ${then}`)
  const reworded = 'List views are slow since there is an index missing for user_created_at, so each request reads the table from start to end.'
  const unrelated = 'I would suggest that we first of all upgrade the framework and then think about caching pages in the browser for longer.'
  const over = '9s lead ends the session'

  test('is passed on or revised by an answer that holds it', () => {
    expect(answered(`Here is what I found. ${answer}`)).toBe('3s lead passed on the answer of explorer (kept 100%, after completion)')
    expect(answered('I looked at it: the slow query is in src/users/list.ts and it reads every row, as the table lacks an index on its date.')).toContain(
      'revised the answer',
    )
  })

  test('is called reworded or unused only when the work is over: until then it may still be used', () => {
    expect(answered(reworded)).toBe('')
    expect(answered(unrelated)).toBe('')
    expect(answered(reworded, over)).toContain('3s lead put in its own words the answer of explorer')
    expect(answered(unrelated, over)).toContain('3s lead used nothing of the answer of explorer')
  })

  test('is used by whoever works with it, even if no answer says so', () => {
    expect(answered(unrelated, `4s lead calls Bash "sed -n 1,20p src/users/list.ts"\n${over}`)).toContain('put in its own words')
  })

  test('waits for an answer: a short remark decides nothing', () => {
    expect(answered('Let me see.', over)).toBe('')
  })

  test('is not judged by what the master says while it hands out work', () => {
    const next = `Next, please look into this again: ${answer}`
    const drawing = (finish: string) => `
      0s lead delegates t1 to explorer
      2s explorer completes t1 ${q(answer)}
      3s lead ${finish} ${q(`Thought: not enough yet.\nAction: Delegate work to coworker\nAction Input: ${next}`)}
      9s lead ends the session`
    expect(found(drawing('answers'))).toBe('')
    expect(found(drawing('says'))).toBe('')
  })

  test('where no end of an answer is told, the last words before the user speaks again are it', () => {
    const said = (then: string) => found(`\n0s lead delegates t1 to explorer\n2s explorer completes t1 ${q(answer)}\n3s lead says ${q(answer)}\n${then}`)
    expect(said('')).toBe('')
    expect(said('8s user asks "thank you"')).toBe('3s lead passed on the answer of explorer (kept 100%, after completion)')
    expect(said('8s lead ends the session')).toBe('3s lead passed on the answer of explorer (kept 100%, after completion)')
  })

  test('facts that the brief had named already are nobody’s use of the answer', () => {
    const known = 'Count again whether there are 48,210 rows, 14 columns and an index on user_created_at; look into src/users/list.ts.'
    const facts = `${answer} Besides, 9,731 of them are older than 2011 and archive_flag is never set.`
    const asked = (then: string) =>
      found(`
      0s user asks ${q(known)}
      0s lead delegates t1 to explorer
      2s explorer completes t1 ${q(facts)}
      4s lead answers ${q(`${unrelated} ${then}`)} (30 tokens)
      ${over}`)
    expect(asked('The question was about 48,210 rows.')).toContain('used nothing of the answer of explorer')
    expect(asked('There are 9,731 old ones.')).toContain('put in its own words the answer of explorer')
    // 9,731 inside of a longer number is another number
    expect(asked('It takes 219,731 ms.')).toContain('used nothing')
  })

  test('without facts nobody can say that it was not used', () => {
    const words = 'Yes, the plan is sound as far as I can see, and I would begin with the part that most people will touch first.'
    expect(found(`\n0s lead delegates t1 to critic\n2s critic completes t1 ${q(words)}\n4s lead answers ${q(unrelated)} (30 tokens)\n${over}`)).toBe('')
  })

  test('an answer that is a value was given by whoever said it last; a page full of numbers says nothing', () => {
    const scored = 'I would give this title a score of 4 out of 5, since it is clear and to the point for everybody who reads it.'
    const page = Array.from({ length: 300 }, (_, n) => `row ${n} of the table`).join('\n')
    const given = (text: string) =>
      found(`\n0s lead delegates t1 to scorer\n2s scorer completes t1 ${q(text)}\n4s lead answers ${q('{"score": 4.0}')} (3 tokens)`)
    expect(given(scored)).toBe('4s lead passed on the answer of scorer (after completion)')
    expect(given(scored.replace('score of 4', 'score of 3'))).toBe('')
    expect(given(page)).toBe('')
    expect(given('Thought: it is clear.\nFinal Answer: 4')).toBe('4s lead passed on the answer of scorer (after completion)')
    expect(given('Thought: it is clear.\nFinal Answer: 14')).toBe('')
  })

  test('whoever is asked again goes on: only its last answer is what it delivered', () => {
    const second = 'Now I have it: the index idx_born on people(born_at) brings the time down from 1,200 ms to 14 ms on the copy of the database.'
    expect(
      found(`
        0s lead delegates t1 to explorer
        2s explorer completes t1 ${q(answer)}
        3s lead delegates t2 to explorer
        4s explorer completes t2 ${q(second)}
        5s lead answers ${q(second)} (30 tokens)
        ${over}`),
    ).toBe('5s lead passed on the answer of explorer (kept 100%, after completion)')
  })
})
