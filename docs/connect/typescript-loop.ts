// An agent loop written by hand, and the twenty lines that show it in Backseat: `tell`, `flush`, and a `tell` where something happens.
// Run: node docs/connect/typescript-loop.ts     (BACKSEAT_URL, if it is not at http://127.0.0.1:4680; before Node 22.18: npx --yes tsx ...)
import { setTimeout as pause } from 'node:timers/promises'

const url = process.env.BACKSEAT_URL ?? 'http://127.0.0.1:4680'
const sessionId = process.env.BACKSEAT_SESSION ?? `loop-${Date.now()}`
const waiting: object[] = []
let count = 0

function tell(type: string, fields: object): void {
  waiting.push({ type, id: `e${++count}`, order: count, sessionId, occurredAt: Date.now(), ...fields })
}

async function flush(): Promise<void> {
  const events = waiting.splice(0, 1000)
  if (events.length === 0) return
  try {
    const answer = await fetch(`${url}/api/v1/events`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(events) })
    const said = await answer.json()
    if (answer.status === 429 || answer.status >= 500) throw new Error(said.detail)
    for (const fault of said.rejected ?? [said]) console.error('backseat:', fault.message ?? fault.detail)
  } catch (error) {
    waiting.unshift(...events) // sent again with the same ids: nothing counts twice
    console.error('backseat:', error)
  }
}

// Stands in for the call of a model that streams its answer; put yours here, and leave `simulated` out below.
async function* model(prompt: string): AsyncGenerator<string> {
  const answer = prompt.startsWith('Review')
    ? 'export const total = (items: Iterable<number>) => { let t = 0; for (const item of items) t += item; return t }\n'
    : 'export function sum(a: number[]): number {\n  return a.reduce((left, right) => left + right, 0)\n}\n'
  for (const piece of answer.split(/(?<=\s)/)) {
    await pause(10)
    yield piece
  }
}

let turns = 0
async function turn(agentId: string, prompt: string, taskId?: string): Promise<{ turnId: string; text: string }> {
  const turnId = `turn-${++turns}`
  tell('turn.started', { turnId, agentId, taskId })
  let text = ''
  let outputTokens = 0
  for await (const piece of model(prompt)) {
    tell('turn.streamed', { turnId, outputTokens: ++outputTokens, offset: text.length, text: piece })
    text += piece
  }
  tell('turn.ended', { turnId, agentId, taskId, finish: 'stop', usage: { outputTokens }, output: text })
  return { turnId, text }
}

const sending = setInterval(flush, 100)
tell('session.started', { title: 'A loop of my own (simulated)', framework: 'own', simulated: true })
tell('agent.joined', { agentId: 'lead', model: 'stand-in' })
tell('agent.joined', { agentId: 'coder', parentId: 'lead', model: 'stand-in' })

const brief = 'Write sum.ts: a function that adds numbers.'
tell('task.delegated', { taskId: 't1', by: 'lead', to: 'coder', brief, outputs: ['sum.ts'] })
const draft = await turn('coder', brief, 't1')
tell('artifact.written', { agentId: 'coder', path: 'sum.ts', taskId: 't1', turnId: draft.turnId, change: { kind: 'content', content: draft.text } })
tell('task.ended', { taskId: 't1', status: 'completed', by: 'coder', result: 'Wrote sum.ts.' })

const review = await turn('lead', 'Review sum.ts, and rewrite it if you like.')
tell('artifact.written', { agentId: 'lead', path: 'sum.ts', turnId: review.turnId, change: { kind: 'content', content: review.text } })
tell('session.ended', { status: 'completed' })

clearInterval(sending)
for (let attempt = 0; waiting.length > 0 && attempt < 5; attempt++) await flush()
