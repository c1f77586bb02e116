import { describe, expect, it } from 'vitest'
import { detectAll } from '@/lib/core/detect/detector'
import { EventSchema } from '@/lib/core/event'
import { INTERVENTION_KINDS, type Intervention, type InterventionFlag } from '@/lib/core/interventions'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState, taskStatus } from '@/lib/core/session'
import { CUT_AFTER_TOKENS } from './rest-api/act-one'
import { sampleScript } from './script'
import { pieces } from './stage'

const script = sampleScript('demo')
const events = script.map((beat) => EventSchema.parse({ ...beat.event, occurredAt: beat.at }))
const state = applyEvents(newSessionState('demo' as never), events)
const findings = detectAll(events)

describe('the script of the sample', () => {
  it('is the same at each writing, and differs between sessions by their id alone', () => {
    expect(sampleScript('demo')).toEqual(script)
    const other = sampleScript('other').map((beat) => ({ ...beat, event: { ...beat.event, sessionId: 'demo' } }))
    expect(other).toEqual(script)
  })

  it('gives every event an id of its own and never goes back in time', () => {
    expect(new Set(script.map((beat) => beat.event.id)).size).toBe(script.length)
    expect(script.every((beat, i) => beat.at >= (script[i - 1]?.at ?? 0))).toBe(true)
  })

  it('says that it is simulated, in the title and in the names of the models', () => {
    expect(state.facts).toMatchObject({ simulated: true, title: 'Build a REST API (simulated)' })
    for (const agent of state.agents.values()) if (agent.model !== undefined) expect(agent.model).toContain('simulated')
  })

  it('leaves nothing open and nobody undeclared', () => {
    expect(state.facts.endStatus).toBe('completed')
    for (const turn of state.turns.values()) expect(turn.endedAt, turn.id).toBeDefined()
    for (const call of state.calls.values()) expect(call.returnedAt, `${call.id} ${call.name}`).toBeDefined()
    for (const task of state.tasks.values()) expect(taskStatus(task), task.title).not.toBe('open')
    for (const agent of state.agents.values()) expect(agent.declared, agent.id).toBe(true)
  })

  it('lets an agent take one turn at a time', () => {
    const taking = new Map<string, string>()
    for (const event of events) {
      if (event.type === 'turn.started') {
        expect(taking.get(event.agentId)).toBeUndefined()
        taking.set(event.agentId, event.turnId)
      }
      if (event.type === 'turn.ended' && event.agentId !== undefined) taking.delete(event.agentId)
    }
  })

  it('streams each turn without a gap, and ends it with all that was streamed', () => {
    const streamed = new Map<string, string>()
    const tokens = new Map<string, number | undefined>()
    for (const event of events) {
      if (event.type === 'turn.streamed') {
        expect(event.offset).toBe(streamed.get(event.turnId)?.length ?? 0)
        streamed.set(event.turnId, (streamed.get(event.turnId) ?? '') + String(event.text))
        tokens.set(event.turnId, event.outputTokens)
      }
      if (event.type === 'turn.ended') {
        expect(event.output).toBe(streamed.get(event.turnId))
        expect(event.usage?.outputTokens).toBe(tokens.get(event.turnId))
      }
    }
  })

  it('has sub-agents at work side by side, and a master among them', () => {
    const open = new Set<string>()
    let most = 0
    for (const event of events) {
      if (event.type === 'task.delegated') open.add(event.taskId)
      if (event.type === 'task.ended') open.delete(event.taskId)
      most = Math.max(most, open.size)
    }
    expect(most).toBeGreaterThanOrEqual(3)
    const nested = [...state.tasks.values()].find((task) => task.parentTaskId !== undefined)
    expect(nested).toMatchObject({ by: 'test-writer', to: 'fixture-writer' })
  })

  it('runs tests that fail before a rewrite, after it, and pass in the end', () => {
    const checks = events.flatMap((event) => (event.type === 'tool.returned' && event.check ? [event.check.failed] : []))
    expect(checks).toEqual([1, 0, 1, 2, 0, 0])
  })
})

describe('what the detector sees in the sample', () => {
  const find = (kind: string, artifact?: string, flag?: InterventionFlag) =>
    findings.find(
      (finding) => finding.kind === kind && (artifact === undefined || finding.artifact === artifact) && (flag === undefined || finding.flags.includes(flag)),
    )

  it.each(INTERVENTION_KINDS)('%s occurs', (kind) => {
    expect(find(kind)).toBeDefined()
  })

  it('begins with the overwrite of a stream that was cut off 47 tokens in, before its first unit was complete', () => {
    const first = findings[0] as Intervention
    expect(first).toMatchObject({
      kind: 'overwrite',
      phase: 'pre_unit',
      headline: true,
      artifact: 'db/schema.sql',
      assigneeId: 'schema-writer',
      clocks: { tokens: CUT_AFTER_TOKENS },
      trigger: { kind: 'self' },
    })
    expect(first.survival).toBeLessThan(0.1)
    const hit = state.turns.get(first.target?.turnId as never)
    expect(hit).toMatchObject({ finish: 'cancelled', usage: { outputTokens: CUT_AFTER_TOKENS } })
    expect(hit?.endedAt).toBe(first.occurredAt)
  })

  it.each([
    ['overwrite', 'src/routes/posts.ts', 'post_completion', 'tool_failure', undefined],
    ['overwrite', 'src/routes/search.ts', 'post_completion', 'user_request', undefined],
    ['overwrite', 'src/routes/comments.ts', 'post_completion', 'self', 'race'],
    ['overwrite', 'src/mailer.ts', 'pre_completion', undefined, 'requested'],
    ['overwrite', 'src/rate-limit.ts', 'post_completion', 'review', 'cumulative'],
    ['revise', 'src/routes/users.ts', 'post_completion', 'tool_failure', undefined],
    ['takeover', 'docs/openapi.yaml', 'pre_unit', 'self', undefined],
    ['reject', 'src/cache.ts', 'post_completion', undefined, undefined],
    ['reject', 'src/app.ts', 'post_completion', undefined, undefined],
  ] as const)('%s of %s, %s, moved by %s', (kind, artifact, phase, trigger, flag) => {
    expect(find(kind, artifact, flag)).toMatchObject({ phase, trigger: trigger === undefined ? {} : { kind: trigger } })
  })

  it.each([
    ['result_passed', 'docs-writer'],
    ['result_revised', 'schema-writer'],
    ['result_replaced', 'route-writer'],
    ['result_ignored', 'test-writer'],
  ])('%s, of four answers: that of %s', (kind, assigneeId) => {
    expect(findings.filter((finding) => finding.kind === kind).map((finding) => finding.assigneeId)).toEqual([assigneeId])
  })

  it("keeps what a person or the harness did out of the master's account", () => {
    expect(find('censor_human')?.master.agentId).toBe('user')
    expect(find('censor_harness')?.master.agentId).toBe('harness')
  })

  it('tells the root from the direct master', () => {
    expect(findings.filter((finding) => finding.kind === 'move' && finding.distance === 2)).toHaveLength(1)
  })

  it('leaves the clean tasks alone: their only finding is that they were accepted', () => {
    const pages = [...state.tasks.values()].find((task) => task.title === 'Write the pagination')
    expect(findings.filter((finding) => finding.taskId === pages?.id).map((finding) => finding.kind)).toEqual(['accept'])
  })

  it('keeps figures clear of the thresholds, so that no small change of the detector turns a kind', () => {
    for (const finding of findings) {
      if (finding.kind === 'overwrite' && !finding.flags.includes('cumulative')) expect(finding.survival, finding.artifact).toBeLessThan(0.5)
      if (finding.kind === 'touch') expect(finding.survival).toBeGreaterThan(0.97)
    }
  })
})

describe('pieces of text', () => {
  it('join to the text again, whatever it holds', () => {
    for (const text of ['', ' ', 'a', 'function add(a, b) {\n  return a + b\n}\n', '  leading', 'trailing  \n\n', 'übergröße — „Zitat“ 12345.678 🙂\n']) {
      expect(pieces(text).join('')).toBe(text)
    }
  })
})
