// An agent loop traced with LangSmith's client: functions wrapped in `traceable`, their runs sent to Backseat.
// Run: npx --yes tsx docs/connect/langsmith.ts     (BACKSEAT_URL, if it is not at http://127.0.0.1:4680)
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'langsmith'
import { traceable } from 'langsmith/traceable'

// The same by environment: LANGSMITH_TRACING=true LANGSMITH_ENDPOINT=<url>/v1/langsmith LANGSMITH_API_KEY=none
const url = process.env.BACKSEAT_URL ?? 'http://127.0.0.1:4680'
const client = new Client({ apiUrl: `${url}/v1/langsmith`, apiKey: 'none' })
const metadata = { thread_id: process.env.BACKSEAT_SESSION ?? `langsmith-${Date.now()}` }
const options = { client, tracingEnabled: true, metadata }

// Stands in for the call of a model; put yours here. `usage_metadata` is where LangSmith looks for tokens.
const chat = traceable(
  async ({ messages }: { messages: { role: string; content: string }[] }, answer: string) => {
    await pause(20)
    const [input, output] = [Math.ceil(JSON.stringify(messages).length / 4), Math.ceil(answer.length / 4)]
    return { role: 'assistant', content: answer, usage_metadata: { input_tokens: input, output_tokens: output, total_tokens: input + output } }
  },
  { ...options, name: 'chat', run_type: 'llm', metadata: { ...metadata, ls_provider: 'own', ls_model_name: 'stand-in' } },
)

const writeFile = traceable(async ({ path, content }: { path: string; content: string }) => `Wrote ${content.length} characters to ${path}.`, {
  ...options,
  name: 'write_file',
  run_type: 'tool',
})

const coder = traceable(
  async ({ task }: { task: string }) => {
    const { content } = await chat({ messages: [{ role: 'user', content: task }] }, 'export const sum = (a: number[]) => a.reduce((x, y) => x + y, 0)\n')
    return writeFile({ path: 'src/sum.ts', content })
  },
  // an agent says so in its metadata: any other chain is a step of the agent above it
  { ...options, name: 'coder', run_type: 'chain', metadata: { ...metadata, agent_name: 'coder' } },
)

const lead = traceable(
  async ({ wish }: { wish: string }) => {
    await chat({ messages: [{ role: 'user', content: wish }] }, 'The coder will write it.')
    await coder({ task: 'Write src/sum.ts.' })
    return chat({ messages: [{ role: 'user', content: 'Is it there?' }] }, 'It is written.')
  },
  { ...options, name: 'lead', run_type: 'chain', metadata: { ...metadata, agent_name: 'lead' } },
)

await lead({ wish: 'We need src/sum.ts.' })
await client.awaitPendingTraceBatches()
