import { formatCount, formatPercent, plural } from '@/components/text/count'
import { agentName, baseName, taskName } from '@/components/sessions/names'
import { isDestructive, kindVerb } from '@/components/sessions/kinds'
import type { Intervention } from '@/lib/core/interventions'
import type { Content } from '@/lib/core/content'
import type { SessionState, Task } from '@/lib/core/session'

/** "gpt-4o overwrote schema.sql". */
export function whatHappened(state: SessionState, finding: Intervention): string {
  const [verb, after] = kindVerb(finding.kind)
  return `${agentName(state, finding.master.agentId)} ${verb} ${objectOf(state, finding)}${after}`
}

/** What it was done to: the artifact, or the task where there is none. */
export function objectOf(state: SessionState, finding: Intervention): string {
  if (finding.artifact !== undefined) return baseName(finding.artifact)
  const task = state.tasks.get(finding.taskId)
  return task ? taskName(task) : finding.taskId
}

/** "before the first logical unit was complete". */
export function phaseWords(finding: Intervention): string {
  switch (finding.phase) {
    case 'pre_unit':
      return 'before the first logical unit was complete'
    case 'pre_completion':
      return 'before the task was complete'
    case 'post_completion':
      return 'after the task was complete'
    case 'post_acceptance':
      return 'after the work was accepted'
    default: {
      const impossible: never = finding.phase
      return impossible
    }
  }
}

/** What the agent had returned before this happened: it stands for the agent's side where none of its turns was hit. Undefined: nothing had come back. */
export function returnedBefore(finding: Intervention, task: Task | undefined): { result: Content | undefined } | undefined {
  if (finding.target?.turnId !== undefined || task?.endedAt === undefined || task.endedAt > finding.occurredAt) return undefined
  return { result: task.result }
}

/** The sub-agent was still at it, and this stopped or replaced what it was doing. */
export function wasCut(finding: Intervention): boolean {
  return isDestructive(finding.kind) && (finding.phase === 'pre_unit' || finding.phase === 'pre_completion')
}

/** One line of figures: "cut at 47 tokens · unit unfinished · kept 18%". */
export function howFar(finding: Intervention): string {
  const { clocks, explanation, survival, destroyed } = finding
  const parts: string[] = []
  const tokens = `${clocks.tokensEstimated ? '~' : ''}${plural(clocks.tokens, 'token')}`
  if (wasCut(finding)) parts.push(clocks.tokens > 0 ? `cut at ${tokens}` : `cut at step ${formatCount(clocks.step)}`)
  if (explanation.unitFinished === false) parts.push(explanation.unitName ? `${explanation.unitName} unfinished` : 'unit unfinished')
  else if (explanation.unitName) parts.push(`after ${explanation.unitName}`)
  if (survival !== undefined) parts.push(`kept ${formatPercent(survival)}`)
  else if (destroyed > 0) parts.push(`${plural(destroyed, 'token')} lost`)
  if (finding.flags.includes('requested')) parts.push('help was asked for')
  if (finding.flags.includes('race')) parts.push('unseen by the master')
  return parts.join(' · ')
}
