import type { Event, EventOf, Usage } from '../event'
import { compareStamps, stampOf } from '../order'
import type { Inquiry } from './inquiry'
import { acceptSilently } from './tasks'
import { agentIn, awaitNoLonger, currentTask, type KnownTask, noteOutput, type World } from './world'

/** The clocks of agents: turns, tokens, signs of life. */

export function turned(inquiry: Inquiry, event: EventOf<'turn.started'> | EventOf<'turn.streamed'> | EventOf<'turn.ended'>): void {
  let turn = inquiry.world.turns.get(event.turnId)
  if (!turn) {
    turn = { agentId: event.agentId, tokens: 0 }
    inquiry.world.turns.set(event.turnId, turn)
    if (turn.agentId !== undefined) countTurn(inquiry, turn.agentId, event)
  } else if (turn.agentId === undefined && event.agentId !== undefined) {
    turn.agentId = event.agentId
    countTurn(inquiry, event.agentId, event)
  }
  if (turn.agentId === undefined) return
  const agent = agentIn(inquiry.world, turn.agentId)
  sign(inquiry, turn.agentId, event.occurredAt)
  const tokens = event.type === 'turn.streamed' ? event.outputTokens : event.type === 'turn.ended' ? spoken(event.usage) : undefined
  if (tokens === undefined) return
  const counted = event.type === 'turn.ended' ? tokens : Math.max(tokens, turn.tokens)
  agent.tokens += counted - turn.tokens
  turn.tokens = counted
  if (event.type === 'turn.ended' && event.usage?.estimated) agent.tokensEstimated = true
  if (counted > 0) for (const task of agent.open) noteOutput(inquiry.world, task, event)
}

/** Output without what was only thought: reasoning is no work that anyone could have overwritten. */
function spoken(usage: Usage | undefined): number | undefined {
  return usage?.outputTokens === undefined ? undefined : Math.max(0, usage.outputTokens - (usage.reasoningTokens ?? 0))
}

/**
 * Work that makes no file has units too: a tool call with its arguments, or what a finished turn says
 * (`words`), of at least the size that a unit must have.
 */
export function noteSpoken(inquiry: Inquiry, agentId: KnownTask['to'], taskId: KnownTask['id'] | undefined, words?: string): void {
  const { world } = inquiry
  const task = (taskId === undefined ? undefined : world.tasks.get(taskId)) ?? currentTask(world, agentId)
  if (task?.status !== 'open' || task.spoke || task.to !== agentId) return
  if (words !== undefined && (words.match(/\S+/g)?.length ?? 0) < world.parameters.minUnitTokens) return
  task.spoke = true
}

function countTurn(inquiry: Inquiry, agentId: KnownTask['to'], event: Event): void {
  const agent = agentIn(inquiry.world, agentId)
  agent.turns += 1
  const stamp = stampOf(event)
  if (!agent.lastTurn || compareStamps(stamp, agent.lastTurn) > 0) agent.lastTurn = stamp
  // The horizon: completed work that nobody has touched for so many steps is accepted.
  for (const task of inquiry.world.awaiting.get(agentId) ?? []) {
    if (task.disturbed || task.censored || task.accepted) {
      awaitNoLonger(inquiry.world, task)
      continue
    }
    if (stepsToHorizon(inquiry.world, task) <= 0) acceptSilently(inquiry, task, event, `${inquiry.world.parameters.horizonSteps} steps went by`)
  }
}

/** How many turns of either side are left until the completed work counts as accepted. */
export function stepsToHorizon(world: World, task: KnownTask): number {
  return world.parameters.horizonSteps - agentIn(world, task.to).turns - agentIn(world, task.by).turns + (task.stepsAtCompletion ?? 0)
}

export function sign(inquiry: Inquiry, agentId: KnownTask['to'], at: number): void {
  const agent = agentIn(inquiry.world, agentId)
  if (at > agent.lastAt) agent.lastAt = at
}
