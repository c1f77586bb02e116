import { Conversation } from '../conversation'
import { isRecord, type JsonRecord, parsed, record, shown, text, word } from '../foreign'
import type { Sink } from '../telling'
import { callMade, callReturned } from '../tool-calls'

/** The prompt of one of the agents that OpenHands' delegating agent works through. */
export function isPrompt(head: string): boolean {
  return /^# Task\s*\nYou are an? /.test(head) && head.includes('## Available Actions')
}

/** A model's answer to such a prompt: one action as JSON, perhaps fenced. */
export function isResponse(head: string): boolean {
  const value = parsed(unfenced(head))
  return isRecord(value) && typeof value.action === 'string' && isRecord(value.args) && Object.keys(value).every((key) => key === 'action' || key === 'args')
}

function unfenced(said: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/.exec(said)?.[1] ?? said
}

/** Which agent a prompt is for, by the role that it gives. */
function agentOf(prompt: string): string {
  const role = /^# Task\s*\nYou are an? ([^.\n]+)/.exec(prompt)?.[1]?.trim() ?? 'agent'
  if (/architect/i.test(role)) return 'StudyRepoForTaskAgent'
  if (/quality assurance|tester|verif/i.test(role)) return 'VerifierAgent'
  return /engineer/i.test(role) ? 'CoderAgent' : role
}

interface Exchange {
  number: number
  prompt?: { path: string; text: string }
  response?: { path: string; text: string }
}

const MASTER = 'DelegatorAgent'

/** One folder of prompt_NNN.log and response_NNN.log. The delegating agent itself calls no model. */
export class LlmLog {
  private readonly exchanges = new Map<number, Exchange>()
  private done = false

  constructor(private readonly folder: string) {}

  add(path: string, text: string): void {
    const name = path.split(/[\\/]/).at(-1) ?? ''
    const kind = isPrompt(text) ? 'prompt' : 'response'
    const number = Number(/(\d+)\D*$/.exec(name)?.[1] ?? this.exchanges.size + 1)
    const exchange = this.exchanges.get(number) ?? { number }
    exchange[kind] = { path, text }
    this.exchanges.set(number, exchange)
    this.done = false
  }

  read(sink: Sink): void {
    if (this.done) return
    this.done = true
    const all = [...this.exchanges.values()].sort((a, b) => a.number - b.number)
    const first = all.find((one) => one.prompt)?.prompt
    const request = /\n\n([\s\S]*?)\n\n/.exec(first?.text ?? '')?.[1]?.trim()
    const talk = new Conversation(`openhands-log:${this.folder.split('/').at(-1) || 'log'}`, sink, false)
    talk.begin({ format: 'openhands', framework: 'openhands', title: request ?? 'OpenHands delegator', at: talk.when(0) })
    talk.join(MASTER, talk.when(0), 0, { evidence: { kind: 'inferred', how: 'it calls no model, so it has no prompts of its own' } })
    let task: { id: string; agent: string } | undefined
    let ended = true
    all.forEach((exchange, step) => {
      const place = exchange.response ?? exchange.prompt
      if (!place) return
      const source = { path: place.path }
      const at = talk.when(step) + 900
      const prompt = exchange.prompt?.text ?? ''
      const agent = exchange.prompt ? agentOf(prompt) : (task?.agent ?? 'agent')
      // an agent begins with an empty history
      if (!task || ended || task.agent !== agent) {
        if (task && !ended)
          talk.endTask({
            taskId: task.id,
            status: 'completed',
            at: talk.when(step),
            order: step,
            source,
            evidence: { kind: 'inferred', how: 'another agent is asked' },
          })
        task = { id: `task-${exchange.number}`, agent }
        talk.join(agent, talk.when(step), step, { parentId: MASTER, evidence: { kind: 'inferred', how: 'the role that its prompt gives' } })
        talk.delegate({
          taskId: task.id,
          by: MASTER,
          to: agent,
          at: talk.when(step),
          order: step,
          brief: prompt.split('\n## Available Actions')[0]?.trim() || undefined,
          title: request,
          evidence: { kind: 'inferred', how: 'a prompt of this role with an empty history' },
          source: { path: exchange.prompt?.path ?? place.path },
          attributes: { delegatedBy: 'delegate' },
        })
        ended = false
      }
      const turnId = `exchange-${exchange.number}`
      const value = exchange.response ? parsed(unfenced(exchange.response.text)) : undefined
      talk.turn({ id: turnId, agentId: agent, taskId: task.id, startedAt: talk.when(step), at, order: step, output: exchange.response?.text, source })
      if (!isRecord(value)) return
      const action = word(value, 'action') ?? 'unnamed'
      const args = record(value, 'args') ?? {}
      if (action === 'finish' || action === 'reject') {
        ended = true
        talk.endTask({
          taskId: task.id,
          status: action === 'finish' ? 'completed' : 'rejected',
          at,
          order: step + 0.95,
          result: resultIn(args),
          turnId,
          source,
        })
      } else if (action !== 'message') {
        const use = {
          callId: `${turnId}:${action}`,
          name: action,
          input: args,
          agentId: agent,
          taskId: task.id,
          turnId,
          at,
          order: step + 0.5,
          source,
          attributes: { timeIsOrder: true },
        }
        callMade(talk.telling, use)
        const seen = observationIn(all[step + 1]?.prompt?.text)
        if (seen)
          callReturned(talk.telling, use, {
            at: at + 50,
            order: step + 0.6,
            status: seen.exit === undefined || seen.exit === 0 ? 'ok' : 'error',
            result: seen.content,
          })
      }
    })
  }
}

function resultIn(args: JsonRecord): string | undefined {
  return word(args, 'outputs', 'summary') ?? shown(args.outputs) ?? text(args, 'content')
}

/** The last observation in the next prompt's history: what the action before it did. */
function observationIn(prompt: string | undefined): { content: string | undefined; exit: number | undefined } | undefined {
  const history = parsed(/\n(\[\{[\s\S]*\}\])\n/.exec(prompt ?? '')?.[1])
  const last = Array.isArray(history) ? history.filter(isRecord).at(-1) : undefined
  if (!last || last.observation === undefined) return undefined
  const exit = record(last, 'extras')?.exit_code
  return { content: text(last, 'content'), exit: typeof exit === 'number' ? exit : undefined }
}
