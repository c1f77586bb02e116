import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server of chat completions on the loopback that stands in for a model: clients believe it, and nothing leaves the machine. */
export interface StandInModel {
  /** For OPENAI_BASE_URL. */
  url: string
  close(): void
}

interface Asked {
  model: string
  messages: { role?: string; content?: unknown }[]
  tools: string[]
}

/** Calls with more than this are asked to answer in words: a loop of calls would never end. */
const MAX_CALLS = 8

/** Hands over where it can, then writes the file, then says so; each answer has the same tokens. */
function answerTo({ messages, tools: names }: Asked): { content: string } | { call: string; arguments: string } {
  const done = messages.filter(({ role }) => role === 'tool').length
  const handover = names.find((name) => /^transfer_to_/.test(name))
  if (handover !== undefined && messages.at(-1)?.role === 'user' && done === 0) return { call: handover, arguments: '{}' }
  const wrote = messages.some(({ role, content }) => role === 'tool' && /^Wrote /.test(typeof content === 'string' ? content : JSON.stringify(content)))
  if (names.includes('write_file') && !wrote && done < MAX_CALLS)
    return {
      call: 'write_file',
      arguments: JSON.stringify({ path: 'src/sum.ts', content: 'export const sum = (a: number[]) => a.reduce((x, y) => x + y, 0)\n' }),
    }
  return { content: 'The file src/sum.ts is written.' }
}

/** Of every answer. */
export const TOKENS = { input: 120, cached: 20, output: 17 }

type Body = Record<string, unknown> & { model: string }

/** OpenAI's chat completions (`/chat/completions`) and responses (`/responses`), without streaming. */
export async function standInModel(): Promise<StandInModel> {
  let count = 0
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      const body = JSON.parse(text) as Body
      const id = ++count
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(request.url?.endsWith('/responses') ? responseOf(body, id) : completionOf(body, id)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/v1`, close: () => void server.close() }
}

function completionOf(body: Body, id: number): object {
  const tools = ((body.tools ?? []) as { function: { name: string } }[]).map((tool) => tool.function.name)
  const answer = answerTo({ model: body.model, messages: body.messages as Asked['messages'], tools })
  const message =
    'content' in answer
      ? { role: 'assistant', content: answer.content }
      : { role: 'assistant', content: null, tool_calls: [{ id: `call_${id}`, type: 'function', function: { name: answer.call, arguments: answer.arguments } }] }
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: `${body.model}-2025-04-14`,
    choices: [{ index: 0, message, finish_reason: 'content' in answer ? 'stop' : 'tool_calls', logprobs: null }],
    usage: {
      prompt_tokens: TOKENS.input,
      completion_tokens: TOKENS.output,
      total_tokens: TOKENS.input + TOKENS.output,
      prompt_tokens_details: { cached_tokens: TOKENS.cached },
    },
  }
}

function responseOf(body: Body, id: number): object {
  const items = (typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input) as {
    type?: string
    role?: string
    content?: unknown
    output?: unknown
  }[]
  const messages = items.map((item) => (item.type === 'function_call_output' ? { role: 'tool', content: item.output } : item))
  const tools = ((body.tools ?? []) as { name: string }[]).map(({ name }) => name)
  const answer = answerTo({ model: body.model, messages: messages.filter(({ role }) => role !== undefined), tools })
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'completed',
    model: `${body.model}-2025-04-14`,
    output: [
      'content' in answer
        ? {
            type: 'message',
            id: `msg_${id}`,
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: answer.content, annotations: [] }],
          }
        : { type: 'function_call', id: `fc_${id}`, call_id: `call_${id}`, name: answer.call, arguments: answer.arguments, status: 'completed' },
    ],
    usage: {
      input_tokens: TOKENS.input,
      output_tokens: TOKENS.output,
      total_tokens: TOKENS.input + TOKENS.output,
      input_tokens_details: { cached_tokens: TOKENS.cached },
      output_tokens_details: { reasoning_tokens: 0 },
    },
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
