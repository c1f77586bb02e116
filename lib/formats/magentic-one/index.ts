import { Conversation } from '../conversation'
import { DocumentDecoder, outline } from '../documents'
import { isRecord, type JsonRecord, parsed, records, text, word } from '../foreign'
import type { Detection, Format, Sample } from '../format'
import { nameOfText, type Sink } from '../telling'

/**
 * Logs of Magentic-One as they were published for failure attribution: {"question", "history": [{"role",
 * "content"}]}, where the role says who speaks and to whom. No times, no tokens, no models.
 */
export const magenticOne: Format = {
  name: 'magentic-one',
  title: 'Magentic-One log',
  lies: 'logs with a history, as published for failure attribution',
  shape: '{"history": [{"role": "Orchestrator (thought)", "content"}]}',
  detect,
  decoder: () => new DocumentDecoder('Magentic-One log', read),
}

const ORCHESTRATOR = /^(\w*Orchestrator) \((thought|termination condition|-> ([^)]+))\)$/

function detect(sample: Sample): Detection {
  const { array, keys } = outline(sample.head, 2)
  if (array || !keys[0]?.has('history') || !keys[1]?.has('role')) return { score: 0, missing: 'it is not {"history": [{"role", "content"}]}' }
  if (/"role"\s*:\s*"\w*Orchestrator \((thought|termination condition|-> [^")]+)\)"/.test(sample.head)) return { score: 0.95 }
  return { score: 0.3, missing: 'no role is "Orchestrator (thought)" or "Orchestrator (-> agent)"' }
}

interface OpenTask {
  id: string
  to: string
  brief: string
}

function read({ path, value, line }: { path: string; value: unknown; line?: number }, sink: Sink): void {
  const history = records(value, 'history')
  if (!isRecord(value) || history.length === 0) {
    sink.issues.push({
      code: 'no_history',
      severity: 'error',
      message: 'This log has no "history" with messages; nothing can be read of it.',
      place: { path, ...(line === undefined ? {} : { line }) },
    })
    return
  }
  const question = word(value, 'question') ?? text(history[0], 'content') ?? ''
  const id = word(value, 'question_ID') ?? nameOfText(JSON.stringify(history.slice(0, 3)))
  const talk = new Conversation(`magentic-one:${id}`, sink, false)
  talk.begin({ format: 'magentic-one', framework: 'magentic-one', title: question, at: talk.when(0) })
  const master = history.map((message) => ORCHESTRATOR.exec(text(message, 'role') ?? '')?.[1]).find((name) => name !== undefined) ?? 'Orchestrator'
  talk.join(master, talk.when(0), 0)
  let open: OpenTask | undefined
  let last: OpenTask | undefined
  let stalled = false
  let satisfied = false
  history.forEach((message, step) => {
    const role = text(message, 'role') ?? 'unnamed'
    const said = text(message, 'content') ?? ''
    const startedAt = talk.when(step)
    const at = startedAt + 900
    const source = { path, ...(line === undefined ? {} : { line }), messageId: `history[${step}]` }
    const turnId = `step-${step}`
    const match = ORCHESTRATOR.exec(role)
    if (!match) {
      if (role === 'human' || role === 'user') {
        talk.asked(turnId, said, master, startedAt, step, source, 'human', { role })
        return
      }
      talk.join(role, startedAt, step, { parentId: master, evidence: { kind: 'inferred', how: 'everybody in the log works for the orchestrator' } })
      const task = open?.to === role ? open : undefined
      talk.turn({ id: turnId, agentId: role, taskId: task?.id, startedAt, at, order: step, output: said, source, attributes: { role } })
      if (task) {
        talk.endTask({
          taskId: task.id,
          status: 'completed',
          at,
          order: step + 0.95,
          result: said,
          turnId,
          source,
          evidence: { kind: 'inferred', how: 'the agent that was asked has answered' },
        })
        open = undefined
      }
      return
    }
    const ledger = ledgerIn(said)
    talk.turn({ id: turnId, agentId: master, startedAt, at, order: step, output: said, source, attributes: { role, ...(ledger ? { ledger } : {}) } })
    const to = match[3]?.trim()
    if (to !== undefined) {
      talk.join(to, at, step, { parentId: master, evidence: { kind: 'declared', how: 'the orchestrator speaks to it' } })
      const task = { id: `task-${step}`, to, brief: said }
      talk.delegate({
        taskId: task.id,
        by: master,
        to,
        at,
        order: step,
        brief: said,
        turnId,
        evidence: { kind: 'declared', how: `the role says "${role}"` },
        source,
        attributes: stalled ? { delegatedBy: 'orchestrator', trigger: 'stall' } : { delegatedBy: 'orchestrator' },
      })
      open = task
      last = task
      stalled = false
    } else if (/^Stalled\b/.test(said)) {
      stalled = true
      const judged = open ?? last
      if (judged) {
        talk.tell({
          type: 'verdict.given',
          id: `${turnId}:stalled`,
          occurredAt: at,
          order: step + 0.5,
          by: master,
          taskId: judged.id,
          verdict: 'revise',
          note: said.slice(0, 200),
          evidence: { kind: 'inferred', how: 'the orchestrator found that the work had stalled and plans anew' },
          source,
        })
      }
    } else if (/^Request satisfied\b/.test(said)) {
      satisfied = true
    } else if (match[2] === 'termination condition') {
      const answer = /FINAL ANSWER:\s*([^\n]*)/.exec(said)?.[1]
      if (answer !== undefined) {
        talk.join('human', at, step, { role: 'human' })
        talk.tell({
          type: 'message.sent',
          id: `${turnId}:answer`,
          occurredAt: at,
          order: step + 0.5,
          from: master,
          to: 'human',
          turnId,
          purpose: 'answer',
          text: answer,
          source,
        })
      }
    }
  })
  const end = history.length - 1
  if (satisfied || / \(termination condition\)$/.test(text(history[end], 'role') ?? '')) {
    talk.end(satisfied ? 'completed' : undefined, satisfied ? 'Request satisfied.' : 'termination condition', talk.when(end) + 900, end + 0.99, {
      path,
      messageId: `history[${end}]`,
    })
  }
}

const LEDGER_KEYS = ['is_request_satisfied', 'is_in_loop', 'is_progress_being_made', 'next_speaker'] as const

/** The answers of a progress ledger, without its reasons. */
function ledgerIn(said: string): { [key: string]: string | number | boolean } | undefined {
  const start = said.indexOf('{')
  if (!/^Updated Ledger:/.test(said) || start < 0) return undefined
  const value = parsed(said.slice(start, said.lastIndexOf('}') + 1))
  if (!isRecord(value)) return undefined
  const out: { [key: string]: string | number | boolean } = {}
  for (const key of LEDGER_KEYS) {
    const answer = (isRecord(value[key]) ? (value[key] as JsonRecord).answer : undefined) as unknown
    if (typeof answer === 'boolean' || typeof answer === 'string') out[key] = answer
  }
  return out
}
