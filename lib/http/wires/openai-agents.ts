import { AgentsReader, OPENAI_AGENTS_PREFIX } from '@/lib/formats/openai-agents'
import { isRecord } from '@/lib/formats/spans/json'
import { WorkTree } from '@/lib/formats/spans/work-tree'
import { Refused, sendJson } from '../problem'
import { guarded, jsonBody, type Wire, type WireParts } from './wire'

/** The OpenAI Agents SDK's exporter: the path that it posts to, so that its endpoint alone needs to change. */
export function openaiAgentsWire(parts: WireParts): Wire {
  const reader = new AgentsReader()
  const tree = new WorkTree({ prefix: OPENAI_AGENTS_PREFIX, format: 'openai-agents', whole: false })
  return {
    route(method, path) {
      if (path !== '/v1/traces/ingest') return undefined
      return (request, response) =>
        guarded(parts, request, response, async () => {
          if (method !== 'POST') throw new Refused('method_not_allowed', 'Traces are sent with POST.', { allow: 'POST' })
          const body = await jsonBody(request, parts)
          if (!isRecord(body) || !Array.isArray(body.data))
            throw new Refused('bad_request', 'Send {"data": [...]} with items of "object": "trace" or "trace.span".')
          const rejected: { index: number; code: string; message: string }[] = []
          const now = parts.now()
          const items: unknown[] = body.data
          // a trace's own record first, for what it says of its spans
          const order = items.map((_, index) => index).sort((a, b) => Number(isTrace(items[b])) - Number(isTrace(items[a])))
          for (const index of order) {
            const { works, flaw } = reader.read(items[index])
            for (const work of works) tree.take(work, now)
            if (flaw) rejected.push({ index, code: flaw.code, message: flaw.message })
          }
          await parts.owing.append(tree.tell())
          tree.issues.length = 0
          sendJson(response, 200, { received: items.length, rejected })
        })
    },
    forget: (now) => tree.forget(now),
  }
}

function isTrace(item: unknown): boolean {
  return isRecord(item) && item.object === 'trace'
}
