import { groupOfKind } from '../interventions'
import { destroyedTokens } from './destroyed'
import { OUTCOME_LEVELS, type SessionRecord, type TaskRecord } from './task-record'
import { atThreshold } from './threshold'

type Cell = string | number | boolean | undefined

const COLUMNS: Record<string, (task: TaskRecord, session: SessionRecord) => Cell> = {
  session: (task) => task.sessionId,
  task: (task) => task.taskId,
  title: (task) => task.title,
  simulated: (task) => task.simulated,
  master_model: ({ groups }) => groups.masterModel,
  sub_agent_model: ({ groups }) => groups.subAgentModel,
  framework: ({ groups }) => groups.framework,
  workflow: ({ groups }) => groups.workflow,
  prompt_variant: ({ groups }) => groups.promptVariant,
  format: ({ groups }) => groups.format,
  tags: ({ groups }) => groups.tags.join(' '),
  delegated_at: ({ delegatedAt }) => (delegatedAt === undefined ? undefined : new Date(delegatedAt).toISOString()),
  started: (task) => task.started,
  alternative: (task) => task.alternative,
  tokens_known: (task) => task.tokensKnown,
  tokens_estimated: (task) => task.tokensEstimated,
  end: ({ end }) => end.how,
  end_why: ({ end }) => (end.how === 'censored' ? end.why : end.how === 'cut_short' ? end.kind : undefined),
  end_phase: ({ end }) => (end.how === 'cut_short' ? end.phase : undefined),
  end_tokens: ({ end }) => end.clocks.tokens,
  end_step: ({ end }) => end.clocks.step,
  end_opportunity: ({ end }) => end.clocks.opportunity,
  fate: ({ fate }) => fate.how,
  fate_why: ({ fate }) => (fate.how === 'censored' ? fate.why : fate.how === 'cut_short' ? fate.kind : undefined),
  fate_phase: ({ fate }) => (fate.how === 'cut_short' ? fate.phase : undefined),
  fate_tokens: ({ fate }) => fate.clocks.tokens,
  fate_step: ({ fate }) => fate.clocks.step,
  fate_opportunity: ({ fate }) => fate.clocks.opportunity,
  first_opportunity_tokens: ({ firstOpportunity }) => firstOpportunity?.tokens,
  first_opportunity_step: ({ firstOpportunity }) => firstOpportunity?.step,
  first_opportunity_opportunity: ({ firstOpportunity }) => firstOpportunity?.opportunity,
  opportunities_before_end: (task) => task.opportunitiesBeforeEnd,
  interventions: ({ interventions }) => interventions.filter(({ kind }) => groupOfKind(kind) === 'intervention').length,
  kinds: ({ interventions }) => interventions.map(({ kind }) => kind).join(' '),
  least_survival: ({ interventions }) => {
    const known = interventions.flatMap(({ survival }) => (survival === undefined ? [] : [survival]))
    return known.length > 0 ? Math.min(...known) : undefined
  },
  judged_justified: ({ interventions }) => interventions.filter(({ verdicts }) => verdicts.justified > 0).length,
  judged_unjustified: ({ interventions }) => interventions.filter(({ verdicts }) => verdicts.unjustified > 0).length,
  output_tokens: ({ spend }) => spend.outputTokens,
  input_tokens: ({ spend }) => spend.inputTokens,
  cost_usd: ({ spend }) => spend.costUsd,
  turns: ({ spend }) => spend.turns,
  destroyed_significant_tokens: ({ spend }) => spend.destroyed,
  written_significant_tokens: ({ spend }) => spend.written,
  surviving_significant_tokens: ({ spend }) => spend.surviving,
  destroyed_output_tokens: (task) => Math.round(Math.min(task.spend.outputTokens, destroyedTokens(task).tokens)),
  cancelled_tokens: ({ spend }) => spend.cancelledTokens,
  redone_tokens: ({ spend }) => spend.redoneTokens,
  ...Object.fromEntries(
    OUTCOME_LEVELS.flatMap((level) => [
      [`${level}_before`, ({ outcomes }: TaskRecord) => outcomes[level]?.before],
      [`${level}_after`, ({ outcomes }: TaskRecord) => outcomes[level]?.after],
      [`${level}_flaky`, ({ outcomes }: TaskRecord) => outcomes[level]?.flaky],
    ]),
  ),
  // of the whole session, the same in all its rows: add them up once a session
  session_master_model: (_task, session) => session.groups.masterModel,
  session_ended: (_task, session) => session.ended,
  session_succeeded: (_task, session) => session.succeeded,
  session_input_tokens: (_task, session) => session.inputTokens,
  session_output_tokens: (_task, session) => session.outputTokens,
  session_cost_usd: (_task, session) => session.costUsd,
}

const CELLS = Object.values(COLUMNS)

export const TASK_CSV_HEAD = `${Object.keys(COLUMNS).join(',')}\r\n`

/** One row a task, with every field that the figures use, at the threshold asked for. RFC 4180. */
export function taskCsvRow(task: TaskRecord, session: SessionRecord, { theta }: { theta: number }): string {
  const judged = atThreshold(task, theta)
  return `${CELLS.map((cell) => quoted(cell(judged, session))).join(',')}\r\n`
}

/** A text that begins like a formula would be one in a spreadsheet: an apostrophe before it keeps it a text. */
function quoted(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
