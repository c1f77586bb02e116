import type { Usage } from '@/lib/core/event'
import type { RawUsage } from './line'

export interface TurnUsage {
  usage: Usage
  /** The number in the file that we did not believe. */
  recordedOutputTokens?: number
}

/**
 * The tokens of one model call. Lines written while the answer still streams carry a count from its
 * beginning (1 to some dozens, `stop_reason` null); it is never corrected for many sub-agents. Then
 * the visible output is counted instead and marked as estimated.
 */
export function turnUsage(raw: RawUsage | undefined, stopReason: string | null | undefined, countVisible: () => number): TurnUsage | undefined {
  const visible = raw?.output_tokens !== undefined && stopReason ? undefined : countVisible()
  if (raw === undefined) return visible === undefined || visible === 0 ? undefined : { usage: { outputTokens: visible, estimated: true } }
  const read = raw.cache_read_input_tokens
  const written = raw.cache_creation_input_tokens
  // Anthropic counts cached tokens beside the input, OpenTelemetry inside it.
  const inputTokens = raw.input_tokens === undefined ? undefined : whole(raw.input_tokens + (read ?? 0) + (written ?? 0))
  const usage: Usage = {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(read === undefined ? {} : { cachedInputTokens: whole(read) }),
    ...(written === undefined ? {} : { cacheWriteTokens: whole(written) }),
  }
  const recorded = raw.output_tokens === undefined ? undefined : whole(raw.output_tokens)
  if (visible === undefined || (recorded !== undefined && !isPlaceholder(recorded, visible))) {
    return { usage: recorded === undefined ? usage : { ...usage, outputTokens: recorded } }
  }
  return {
    usage: { ...usage, outputTokens: visible, estimated: true },
    ...(recorded === undefined ? {} : { recordedOutputTokens: recorded }),
  }
}

/** Our tokenizer is not the model's own: only a clear shortfall means that the number is stale. */
function isPlaceholder(recorded: number, visible: number): boolean {
  return visible > recorded * 1.5 + 8
}

function whole(n: number): number {
  return Math.round(n)
}
