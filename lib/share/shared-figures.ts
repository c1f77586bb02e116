import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import type { GroupDetails } from '@/lib/core/metrics/details'
import type { GroupReport } from '@/lib/core/metrics/report'
import type { Link } from './link'
import { type Redact, redactor } from './redact'

/**
 * What a link shows of a comparison: figures and the names of groups, secrets in them hidden. An allow-list like that of
 * sessions (shared-view.ts): what somebody adds to the answers fails to compile until it has a rule here.
 */
type Rule = 'keep' | 'out'
type Rules<T> = { readonly [K in keyof Required<T>]: Rule }

const REPORT: Rules<CompareAnswer> = {
  options: 'keep',
  tasks: 'keep',
  sessions: 'keep',
  simulatedTasks: 'keep',
  groups: 'keep',
  leftOut: 'keep',
  overwrite: 'keep',
  completion: 'keep',
  pace: 'keep',
  rewriting: 'keep',
  overlapping: 'keep',
  parameters: 'keep',
  // What else the project has is nobody's affair.
  choices: 'out',
  recorded: 'out',
  running: 'keep',
  simulatedLeftOut: 'keep',
}
const GROUP: Rules<GroupReport> = {
  label: 'keep',
  values: 'keep',
  tasks: 'keep',
  sessions: 'keep',
  simulatedTasks: 'keep',
  overwriteRate: 'keep',
  overwriteRateAny: 'keep',
  overwriteRateUnit: 'keep',
  completion: 'keep',
  disposition: 'keep',
  disposed: 'keep',
  incidence: 'keep',
  incidenceBand: 'keep',
  pace: 'keep',
  censored: 'keep',
  trustedUntil: 'keep',
  watchedFrom: 'keep',
  endedBefore: 'keep',
  restricted: 'keep',
  rewriting: 'keep',
  failedBefore: 'keep',
  failedAfter: 'keep',
  destroyedShare: 'keep',
  destroyedCost: 'keep',
}
const DETAILS: Rules<CompareDetailsAnswer> = {
  groups: 'keep',
  pooled: 'keep',
  prompt: 'keep',
  paces: 'keep',
  trend: 'keep',
  incidenceTest: 'keep',
  joint: 'keep',
  stepIns: 'keep',
  discrimination: 'keep',
  thresholds: 'keep',
}
const GROUP_DETAILS: Rules<GroupDetails> = {
  label: 'keep',
  values: 'keep',
  byK: 'keep',
  byKAny: 'keep',
  byTheta: 'keep',
  disposition: 'keep',
  kinds: 'keep',
  triggers: 'keep',
  discrimination: 'keep',
  appropriate: 'keep',
  waste: 'keep',
  yield: 'keep',
  costPerSuccess: 'keep',
  tokensPerSuccess: 'keep',
  multiplier: 'keep',
  likeness: 'keep',
  stepIns: 'keep',
}
const NO_CHOICES: CompareAnswer['choices'] = { masterModel: [], subAgentModel: [], framework: [], workflow: [], promptVariant: [], tag: [] }

/** A comparison as one link shows it: the same name is hidden by the same mark in both answers and in the filter. */
export class SharedFigures {
  private readonly redact: Redact

  constructor(link: Pick<Link, 'secret' | 'hidden'>) {
    this.redact = redactor(link.secret, link.hidden)
  }

  report(answer: CompareAnswer): CompareAnswer {
    const shown = this.pick(answer, REPORT)
    return {
      ...shown,
      groups: answer.groups.map((group) => this.pick(group, GROUP)),
      choices: NO_CHOICES,
      recorded: answer.sessions,
    }
  }

  details(answer: CompareDetailsAnswer): CompareDetailsAnswer {
    return { ...this.pick(answer, DETAILS), groups: answer.groups.map((group) => this.pick(group, GROUP_DETAILS)) }
  }

  /** The compare page's query, for its head line; what it chooses is chosen by the server. */
  query(query: string): string {
    return new URLSearchParams([...new URLSearchParams(query)].map(([name, value]) => [name, this.redact(value)])).toString()
  }

  private pick<T extends object>(value: T, rules: Rules<T>): T {
    const shown: Partial<T> = {}
    for (const key of Object.keys(value) as (keyof T)[]) if (rules[key] === 'keep') shown[key] = this.deep(value[key]) as T[keyof T]
    return shown as T
  }

  private deep(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value)
    if (Array.isArray(value)) return value.map((item) => this.deep(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, this.deep(field)]))
  }
}
