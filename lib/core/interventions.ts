import type { Content } from './content'
import type { Source } from './event'
import type { AgentId, ArtifactPath, CallId, EventId, TaskId, TurnId } from './ids'

/**
 * What a master did to delegated work. Derived from the log by the detector, versioned by its
 * parameters, replaceable: a better detector re-reads the log. Definitions: docs/detector.md.
 */
export const INTERVENTION_KINDS = [
  'overwrite',
  'interrupt',
  'takeover',
  'rederive',
  'reject',
  'revise',
  'redelegate',
  'retry',
  'duplicate',
  'steer',
  'rename',
  'touch',
  'append',
  'format',
  'move',
  'merge',
  'opaque_change',
  'accept',
  'result_passed',
  'result_revised',
  'result_replaced',
  'result_ignored',
  'peer_overwrite',
  'censor_human',
  'censor_harness',
] as const
export type InterventionKind = (typeof INTERVENTION_KINDS)[number]

/** The kinds that cut delegated work short; the first unsolicited one of a task is its headline. */
export const HEADLINE_KINDS: ReadonlySet<InterventionKind> = new Set(['overwrite', 'interrupt', 'takeover'])

/** A headline of work that had been accepted changed what the master had taken as its own: it cut nothing short. */
export function cutsShort({ headline, phase }: Pick<Intervention, 'headline' | 'phase'>): boolean {
  return headline && phase !== 'post_acceptance'
}

/** The kinds that count as a master's intervention; the rest is reported beside them. */
export const COUNTED_KINDS: ReadonlySet<InterventionKind> = new Set([
  'overwrite',
  'interrupt',
  'takeover',
  'rederive',
  'reject',
  'revise',
  'redelegate',
  'retry',
  'duplicate',
])

/**
 * What a finding is to a reader, so that a number of interventions means one thing everywhere: an
 * intervention counts, `accepted` work was taken as it is, and the rest is noted beside them.
 */
export const FINDING_GROUPS = ['intervention', 'noted', 'accepted'] as const
export type FindingGroup = (typeof FINDING_GROUPS)[number]

export function groupOfKind(kind: InterventionKind): FindingGroup {
  return COUNTED_KINDS.has(kind) ? 'intervention' : kind === 'accept' ? 'accepted' : 'noted'
}

/** The kinds drawn in vermilion: the master destroyed or cut delegated work. */
export const DESTRUCTIVE_KINDS: ReadonlySet<InterventionKind> = new Set(['overwrite', 'interrupt', 'takeover', 'reject'])

/** How far the task was when it happened. */
export type Phase = 'pre_unit' | 'pre_completion' | 'post_completion' | 'post_acceptance'

/** What moved the master to it, as far as the log shows. */
export interface Trigger {
  kind: 'user_request' | 'tool_failure' | 'review' | 'stall' | 'self'
  /** One sentence a person can check. */
  because: string
  /** The event that says so. */
  eventId?: EventId
}

/** `requested`: the sub-agent had asked for help. `race`: the master had not seen what it destroyed.
 *  `cumulative`: many small edits together. `comments_only`: no code was lost. `partial_view`: the
 *  artifact's text is only known in part. */
export type InterventionFlag = 'requested' | 'race' | 'cumulative' | 'comments_only' | 'partial_view' | 'approximate'

export interface InterventionSide {
  agentId: AgentId
  turnId?: TurnId
  callId?: CallId
  eventId: EventId
  /** What the foreign file calls the place. */
  source?: Source
}

export interface Intervention {
  /** Deterministic: the same log gives the same id. */
  id: string
  kind: InterventionKind
  phase: Phase
  trigger: Trigger
  flags: InterventionFlag[]
  occurredAt: number
  taskId: TaskId
  artifact?: ArtifactPath
  /** Who acted: the master, or for `peer_overwrite` and censoring whoever did. */
  master: InterventionSide
  /** Whose work was hit: the write that lost most, the newest of several; absent if nothing was written. */
  target?: InterventionSide
  /** The assignee, known even where nothing was written. */
  assigneeId: AgentId
  /** 1: the direct master; 2: its master; … */
  distance: number
  /** Share of the task's tokens in this artifact that are still there, 0 to 1. */
  survival?: number
  /** The same, over everything that masters have destroyed of it so far. */
  cumulativeSurvival?: number
  /** The task's tokens in the artifact before. */
  owned?: number
  /** Tokens of the task that this destroyed: those that count, without the words of comments. */
  destroyed: number
  /** Words of its comments that are gone; absent where none are. */
  destroyedComments?: number
  /** Lines of the task's that it removed. */
  destroyedLines: number
  /** Absent where nothing was lost, or the text before is not known as a whole, or is long. */
  units?: UnitLosses
  /** The task's clocks at that moment. */
  clocks: Clocks
  /** First unsolicited interrupt, overwrite or takeover of its task. */
  headline: boolean
  explanation: Explanation
}

/** The finer grain of a loss: over the logical units that were whole and held something of the task's. */
export interface UnitLosses {
  whole: number
  /** Of these, how many lost so much that each alone would be an overwrite. */
  overwritten: number
  /** Of the overwritten ones, ten at most. */
  names: string[]
}

export interface Clocks {
  /** Output tokens of the assignee since the delegation. */
  tokens: number
  /** True where some of them are our estimate. */
  tokensEstimated: boolean
  /** Turns of the assignee and its direct master since the delegation. */
  step: number
  /** Master turns that could have intervened. */
  opportunity: number
}

/** Why it was flagged: everything a person needs to check it. */
export interface Explanation {
  /** A sentence with the figures in it. */
  sentence: string
  /** The rule's name in docs/detector.md. */
  rule: string
  thresholds: Record<string, number>
  /** `declared`: the source names the roles and the write; `inferred`: we concluded one of them. */
  confidence: 'declared' | 'inferred'
  /** What was inferred, and from what. */
  inferences: string[]
  /** The artifact before and after, where known: whole if it is short, else the changed place with
   *  some lines around. The detector gives text; the store keeps it as content and puts references. */
  before?: Content
  after?: Content
  /** 1-based number of the first line of both. */
  firstLine?: number
  /** `before` and `after` are all of the artifact. */
  whole?: true
  /** Where the sub-agent's work stopped: the last unit was finished or not. */
  unitFinished?: boolean
  /** The unit's name, where it has one ("function createUser"). */
  unitName?: string
}

/** Everything a threshold decides, in one versioned place; its hash is printed under every chart. */
export const DETECTOR_VERSION = 4
export const DETECTOR_PARAMETERS = {
  overwriteBelow: 0.7,
  touchFrom: 0.95,
  minDestroyed: 8,
  rawRun: 4,
  renamedRun: 8,
  takeoverShare: 0.5,
  copyShare: 0.7,
  briefSimilarity: 0.8,
  outputsJaccard: 0.5,
  horizonSteps: 10,
  firstSteps: 5,
  minUnitTokens: 8,
} as const
export type DetectorParameters = { readonly [K in keyof typeof DETECTOR_PARAMETERS]: number }
