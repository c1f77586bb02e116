import type { Usage } from '@/lib/core/event'
import { countOf, type Json } from '../spans/json'

/** Names of the same count in different dialects, the current ones first. */
const NAMES = {
  inputTokens: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt', 'llm.usage.prompt_tokens', 'input_tokens'],
  outputTokens: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion', 'llm.usage.completion_tokens', 'output_tokens'],
  cachedInputTokens: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.cached_tokens',
    'llm.token_count.prompt_details.cache_read',
    'cache_read_tokens',
  ],
  cacheWriteTokens: [
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'llm.token_count.prompt_details.cache_write',
    'cache_creation_tokens',
  ],
  reasoningTokens: ['gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens', 'llm.token_count.completion_details.reasoning'],
} as const

const COSTS = ['gen_ai.usage.cost', 'llm.cost.total', 'cost_usd', 'gen_ai.cost.total_cost'] as const

/**
 * Tokens of one call as OpenTelemetry counts them: input with what came from a cache. Anthropic's own
 * count leaves the cached ones out, and some instrumentations pass it on as it is: `excludesCache` where
 * that is known; otherwise it shows when more was cached than read.
 */
export function usageOf(attributes: Json, excludesCache = false): Usage | undefined {
  const usage: Usage = {}
  for (const key of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    for (const name of NAMES[key]) {
      const count = countOf(attributes[name])
      if (count === undefined) continue
      usage[key] = count
      break
    }
  }
  const cached = (usage.cachedInputTokens ?? 0) + (usage.cacheWriteTokens ?? 0)
  if (usage.inputTokens !== undefined && cached > 0 && (excludesCache || cached > usage.inputTokens)) usage.inputTokens += cached
  const cost = costOf(attributes)
  if (cost !== undefined) usage.costUsd = cost
  return Object.keys(usage).length > 0 ? usage : undefined
}

function costOf(attributes: Json): number | undefined {
  for (const name of COSTS) {
    const cost = Number(attributes[name])
    if (attributes[name] !== undefined && Number.isFinite(cost) && cost >= 0) return cost
  }
  const input = Number(attributes['gen_ai.usage.input_cost'] ?? Number.NaN)
  const output = Number(attributes['gen_ai.usage.output_cost'] ?? Number.NaN)
  return input >= 0 && output >= 0 ? input + output : undefined
}
