import { describe, expect, test } from 'vitest'
import type { Event } from '../event'
import { sketch, sketchEvents } from '../testing/sketch'
import { detectAll } from './detector'
import { ADULTS, HALF, OTHER, q } from '../testing/specimens'

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

describe('what the source says itself', () => {
  const events = (change: (event: Event) => Event) =>
    sketchEvents(`
    0s lead delegates t1 to coder: a.py
    1s coder writes a.py ${q(ADULTS)}
    2s coder completes t1
    3s lead writes a.py ${q(OTHER)}`).map(change)

  test('of the reason is taken for the trigger', () => {
    const stalled = events((event) => (event.occurredAt === 3000 ? { ...event, attributes: { trigger: 'stall' } } : event))
    expect(detectAll(stalled).find((f) => f.kind === 'overwrite')?.trigger).toEqual({
      kind: 'stall',
      because: 'the source says that the work had stalled',
      eventId: stalled.at(-1)?.id,
    })
    const other = events((event) => (event.occurredAt === 3000 ? { ...event, attributes: { trigger: 'whatever' } } : event))
    expect(detectAll(other).find((f) => f.kind === 'overwrite')?.trigger.kind).toBe('self')
  })

  test('is declared; what was concluded is told, with how', () => {
    const confidence = (list: Event[]) => detectAll(list).find((f) => f.kind === 'overwrite')?.explanation
    expect(confidence(events((event) => event))).toMatchObject({ confidence: 'declared', inferences: [] })
    const evidence = (how: string) => ({ kind: 'inferred' as const, how })
    const concluded = events((event) => {
      if (event.type === 'task.delegated') return { ...event, evidence: evidence('its first message is the prompt') }
      if (event.type === 'artifact.written') return { ...event, evidence: evidence('from the text of a shell command') }
      return event
    })
    expect(confidence(concluded)).toMatchObject({
      confidence: 'inferred',
      inferences: [
        'that lead gave coder this work: its first message is the prompt',
        'the work: from the text of a shell command',
        'this change: from the text of a shell command',
      ],
    })
  })

  test('not of a write’s task is a conclusion, where there was more than one', () => {
    const { events: drawn } = sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder completes t1
      2s lead delegates t2 to coder: b.py
      3s coder writes a.py ${q(ADULTS)}
      4s lead writes a.py ${q(OTHER)}`)
    const unnamed = drawn.map((event) => (event.type === 'artifact.written' ? { ...event, taskId: undefined } : event))
    expect(detectAll(unnamed).find((f) => f.kind === 'overwrite')?.explanation.inferences).toEqual([
      'the work: the write names no task, and this was the one that coder had open last',
    ])
  })

  test('a text known in parts is told', () => {
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder edits a.py "pass" -> ${q(ADULTS)}
      2s lead edits a.py ${q(ADULTS.trimEnd())} -> "pass"`)
    expect(interventions.find((f) => f.kind === 'overwrite')?.explanation.inferences).toEqual(['the text before is known in parts only'])
  })
})

describe('the finer grain', () => {
  const part = (n: number) =>
    `def part${n}(left${n}, right${n}):\n    total${n} = left${n} * ${n + 2} + right${n}\n    return [total${n}, "part ${n}", left${n} - right${n}]\n`
  test('one of six functions replaced is a revision of the work and the end of one function', () => {
    const before = [0, 1, 2, 3, 4, 5].map(part).join('\n')
    const { interventions } = sketch(`
      0s lead delegates t1 to coder: a.py
      1s coder writes a.py ${q(before)}
      2s coder completes t1
      3s lead writes a.py ${q(before.replace(part(2), 'def part2(*every):\n    yield from sorted(every, key=str.lower, reverse=True)\n'))}`)
    expect(interventions[0]).toMatchObject({ kind: 'revise', units: { whole: 6, overwritten: 1, names: ['part2'].map((name) => `def ${name}`) } })
  })

  test('a master’s own functions in the same file are not counted', () => {
    const { interventions } = sketch(`
      0s lead writes a.py ${q(part(0))}
      1s lead delegates t1 to coder: a.py
      2s coder writes a.py ${q(`${part(0)}\n${part(1)}\n${part(2)}`)}
      3s coder completes t1
      4s lead writes a.py ${q(`${part(0)}\n${part(1)}`)}`)
    expect(interventions[0]).toMatchObject({ kind: 'overwrite', units: { whole: 2, overwritten: 1, names: ['def part2'] } })
  })
})
