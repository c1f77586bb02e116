import type { TaskRecord } from './task-record'

/**
 * Output tokens of the assignee that went into what a master destroyed: its tokens in proportion to
 * the significant tokens destroyed. Where it is not known how much it wrote, the destroyed ones
 * themselves, each of which took a token at least.
 */
export function destroyedTokens({ spend: { destroyed, written, outputTokens } }: TaskRecord): { tokens: number; exact: boolean } {
  if (destroyed === 0) return { tokens: 0, exact: true }
  if (written === undefined || written === 0) return { tokens: Math.min(destroyed, outputTokens || destroyed), exact: false }
  return { tokens: outputTokens * Math.min(1, destroyed / written), exact: true }
}
