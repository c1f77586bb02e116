// Two agents of OpenAI's Agents SDK: one hands over to the other, which uses a tool; their traces go to Backseat.
// Run: OPENAI_API_KEY=... npx --yes tsx docs/connect/openai-agents.ts     (BACKSEAT_URL, if it is not at http://127.0.0.1:4680)
import { Agent, BatchTraceProcessor, OpenAITracingExporter, run, setOpenAIAPI, setTraceProcessors, tool, withTrace } from '@openai/agents'
import { z } from 'zod'

// These three lines are all that Backseat needs. `addTraceProcessor` instead keeps the export to OpenAI as well.
const url = process.env.BACKSEAT_URL ?? 'http://127.0.0.1:4680'
const exporter = new OpenAITracingExporter({ apiKey: 'none', endpoint: `${url}/v1/traces/ingest` })
const tracing = new BatchTraceProcessor(exporter, { scheduleDelay: 100 })
setTraceProcessors([tracing])

// Spans of chat completions carry model, words and tokens; those of the Responses API (the default) tokens only.
if (process.env.OPENAI_API !== 'responses') setOpenAIAPI('chat_completions')

const writeFile = tool({
  name: 'write_file',
  description: 'Writes a file of the project.',
  parameters: z.object({ path: z.string(), content: z.string() }),
  execute: ({ path, content }) => `Wrote ${content.length} characters to ${path}.`,
})
const model = process.env.MODEL ?? 'gpt-4.1-mini'
const coder = new Agent({ name: 'Coder', model, instructions: 'Write the file that you are asked for, then say so.', tools: [writeFile] })
const lead = new Agent({ name: 'Lead', model, instructions: 'Hand all code to the coder.', handoffs: [coder] })

const { finalOutput } = await withTrace('Small library', () => run(lead, 'Write src/sum.ts, a function that adds numbers.'), {
  groupId: process.env.BACKSEAT_SESSION ?? `agents-${Date.now()}`,
})
console.log(finalOutput)
await tracing.shutdown()
