import type { Detection, Format, Sample } from '../format'
import { SpanFileDecoder, type Taken } from '../spans/file-decoder'
import { isRecord } from '../spans/json'
import { AgentsReader, OPENAI_AGENTS_PREFIX } from './spans'

export { AgentsReader, OPENAI_AGENTS_PREFIX } from './spans'

export const openaiAgents: Format = {
  name: 'openai-agents',
  title: 'OpenAI Agents SDK traces',
  lies: 'bodies that the SDK’s exporter posts, or its items a line each',
  shape: 'items with "object": "trace.span"',
  detect,
  decoder,
}

function detect(sample: Sample): Detection {
  const { head } = sample
  if (/^\s*[[{]/.test(head)) {
    if (/"object"\s*:\s*"trace\.span"/.test(head)) return { score: 0.95 }
    if (/"object"\s*:\s*"trace"/.test(head) && /"workflow_name"/.test(head)) return { score: 0.9 }
    if (/"uri"\s*:\s*"[^"]*\/v1\/(?:traces\/ingest|responses)"/.test(head) && /"kind"\s*:\s*"(?:ingest|llm)"/.test(head)) return { score: 0.8 }
  }
  return { score: 0, missing: 'no items with "object": "trace.span"' }
}

function decoder(): SpanFileDecoder {
  const reader = new AgentsReader()
  return new SpanFileDecoder({ prefix: OPENAI_AGENTS_PREFIX, format: 'openai-agents' }, (value, place) => {
    const taken: Taken = { works: [], issues: [], skipped: 0 }
    const items = itemsOf(value, reader)
    // traces first, for what they say of their spans
    for (const item of items.sort((a, b) => Number(isSpan(a)) - Number(isSpan(b)))) {
      const { works, flaw } = reader.read(item)
      if (works.length > 0) taken.works.push(...works)
      else if (flaw) taken.issues.push({ ...flaw, place })
      else taken.skipped++
    }
    return taken
  })
}

function isSpan(item: unknown): boolean {
  return isRecord(item) && item.object === 'trace.span'
}

/** A body as posted, a list of items, one item a line, or recorded requests that hold bodies. */
function itemsOf(value: unknown, reader: AgentsReader): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => itemsOf(one, reader))
  if (!isRecord(value)) return [value]
  if (Array.isArray(value.data)) return value.data
  if (isRecord(value.body) && Array.isArray(value.body.data)) return value.body.data
  if (value.kind === 'llm' || ('request' in value && 'response' in value)) {
    if (isRecord(value.response)) reader.keepResponse(value.response)
    return []
  }
  return [value]
}
