import { z } from 'zod'
import { GROUP_KEYS } from '../metrics/groups'

/**
 * What a team wants to hold: a few figures and their bounds, read by `backseat check`.
 *
 *   { "rules": [
 *     { "metric": "overwriteRate", "max": 0.5 },
 *     { "metric": "autonomousCompletion", "min": 0.4, "groupBy": ["masterModel"], "minTasks": 50 },
 *     { "metric": "netValue", "min": 0, "where": { "workflow": "rest-api" } }
 *   ] }
 *
 * Shares are 0..1, so a bound of 50 % is 0.5.
 */
export const POLICY_METRICS = [
  'overwriteRate',
  'overwriteRateAny',
  'overwriteRateUnit',
  'autonomousCompletion',
  'leftAlone',
  'cutsPerOpportunity',
  'cutsPerThousandTokens',
  'restrictedTokens',
  'harm',
  'repair',
  'netValue',
  'caught',
  'respected',
  'justified',
  'destroyedShare',
  'wasteShare',
  'delegationYield',
  'costPerSuccess',
  'tokensPerSuccess',
  'delegationMultiplier',
  'discrimination',
  'bias',
] as const
export type PolicyMetric = (typeof POLICY_METRICS)[number]

const GroupKeySchema = z.enum(GROUP_KEYS, { error: `must be one of ${GROUP_KEYS.join(', ')}` })

export const RuleSchema = z
  .strictObject({
    /** For people; made from the rest if left out. */
    name: z.string().min(1).max(200).optional(),
    metric: z.enum(POLICY_METRICS, { error: `metric must be one of ${POLICY_METRICS.join(', ')}` }),
    max: z.number().optional(),
    min: z.number().optional(),
    /** First steps of the overwrite rates. */
    k: z.number().int().positive().max(10_000).optional(),
    /** One verdict a group. */
    groupBy: z.array(GroupKeySchema).min(1).max(2).optional(),
    /** Only tasks with these values. */
    where: z.partialRecord(GroupKeySchema, z.string()).optional(),
    /** Fewer tasks (or sessions, for figures over sessions) and the rule stays undecided. */
    minTasks: z.number().int().nonnegative().default(30),
    /** Of the one-sided limit. */
    level: z.number().gt(0.5).lt(1).default(0.95),
  })
  .refine(({ max, min }) => (max === undefined) !== (min === undefined), 'a rule has either max or min')

export const PolicySchema = z.strictObject({
  rules: z.array(RuleSchema).min(1, 'a policy without rules allows everything: give at least one').max(200),
  /** Made-up sessions count only if asked. */
  simulated: z.boolean().default(false),
})

export type Policy = z.infer<typeof PolicySchema>
export type Rule = z.infer<typeof RuleSchema>

/** The policy in a file's text (JSON), or sentences that say where it is wrong. */
export function parsePolicy(text: string): { policy: Policy } | { problems: string[] } {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    return { problems: [`not JSON: ${error instanceof Error ? error.message : String(error)}`] }
  }
  return readPolicy(raw)
}

/** The same, of a value that something else has parsed. */
export function readPolicy(raw: unknown): { policy: Policy } | { problems: string[] } {
  const parsed = PolicySchema.safeParse(raw)
  if (parsed.success) return { policy: parsed.data }
  return { problems: parsed.error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)) }
}

/** "overwriteRate of masterModel=a at most 50 %". */
export function nameOf(rule: Rule): string {
  if (rule.name !== undefined) return rule.name
  const where = Object.entries(rule.where ?? {}).map(([key, value]) => `${key}=${value}`)
  const bound = rule.max !== undefined ? `at most ${rule.max}` : `at least ${rule.min}`
  return [rule.metric, rule.k === undefined ? undefined : `within ${rule.k}`, where.length > 0 ? `where ${where.join(', ')}` : undefined, bound]
    .filter(Boolean)
    .join(' ')
}
