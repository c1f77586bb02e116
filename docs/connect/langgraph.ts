// A supervisor and a worker of LangGraph JS; LangChain's own tracer sends their runs to Backseat as they begin and end.
// Run: npx --yes tsx docs/connect/langgraph.ts     (BACKSEAT_URL, if it is not at http://127.0.0.1:4680)
import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage, type BaseMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { LangChainTracer } from '@langchain/core/tracers/tracer_langchain'
import { createReactAgent } from '@langchain/langgraph/prebuilt'
import { createSupervisor } from '@langchain/langgraph-supervisor'
import { Client } from 'langsmith'
import { z } from 'zod'

// The same by environment: LANGSMITH_TRACING=true LANGSMITH_ENDPOINT=<url>/v1/langsmith LANGSMITH_API_KEY=none
const url = process.env.BACKSEAT_URL ?? 'http://127.0.0.1:4680'
const client = new Client({ apiUrl: `${url}/v1/langsmith`, apiKey: 'none' })

/** Stands in for a model that follows a script; put yours here (`new ChatOpenAI(...)`). */
class StandIn extends BaseChatModel {
  constructor(private readonly script: (messages: BaseMessage[]) => { text?: string; call?: { name: string; args: Record<string, string> } }) {
    super({})
  }
  _llmType() {
    return 'stand-in'
  }
  override bindTools() {
    return this
  }
  override getLsParams() {
    return { ls_provider: 'own', ls_model_name: 'stand-in', ls_model_type: 'chat' as const }
  }
  async _generate(messages: BaseMessage[]) {
    const { text = '', call } = this.script(messages)
    const message = new AIMessage({
      content: text,
      tool_calls: call ? [{ id: `call-${messages.length}`, type: 'tool_call', ...call }] : [],
      usage_metadata: { input_tokens: 40, output_tokens: 9, total_tokens: 49 },
    })
    return { generations: [{ text, message }] }
  }
}

const writeFile = tool(async ({ path, content }: { path: string; content: string }) => `Wrote ${content.length} characters to ${path}.`, {
  name: 'write_file',
  description: 'Writes a file of the project.',
  schema: z.object({ path: z.string(), content: z.string() }),
})

const answered = (messages: BaseMessage[]) => messages.some((message) => message.getType() === 'tool')
const coder = createReactAgent({
  name: 'coder',
  llm: new StandIn((messages) =>
    messages.at(-1)?.getType() === 'tool' && messages.some((message) => String(message.content).startsWith('Wrote '))
      ? { text: 'It is written.' }
      : { call: { name: 'write_file', args: { path: 'src/sum.ts', content: 'export const sum = (a: number[]) => a.reduce((x, y) => x + y, 0)\n' } } },
  ),
  tools: [writeFile],
})
const app = createSupervisor({
  agents: [coder],
  llm: new StandIn((messages) => (answered(messages) ? { text: 'src/sum.ts is there.' } : { call: { name: 'transfer_to_coder', args: {} } })),
}).compile({ name: 'small-library' })

await app.invoke(
  { messages: [{ role: 'user', content: 'We need src/sum.ts.' }] },
  { callbacks: [new LangChainTracer({ client })], metadata: { thread_id: process.env.BACKSEAT_SESSION ?? `langgraph-${Date.now()}` } },
)
await client.awaitPendingTraceBatches()
