import type { Intervention, Trigger } from '../interventions'
import type { Calls } from './calls'
import type { CopyIndex } from './copies'
import type { Draft } from './finding'
import type { Remakes } from './remade'
import type { TextResults } from './results'
import { type Stimuli, stallTrigger } from './trigger'
import type { KnownTask, World } from './world'

/** What every rule of the detector works with. */
export interface Inquiry {
  world: World
  stimuli: Stimuli
  calls: Calls
  copies: CopyIndex
  results: TextResults
  remakes: Remakes
  /** Writes so far. */
  writes: number
  /** Completes a draft and keeps it. */
  find(draft: Draft): void
  keep(finding: Intervention): void
}

/** What moved a master to act on a task that it does not rewrite. */
export function triggerFor(inquiry: Inquiry, task: KnownTask, masterId: KnownTask['by'], now: number): Trigger {
  const since = task.newestOwner?.at ?? task.delegatedAt
  return (task.status === 'open' ? stallTrigger(inquiry.world, task, now) : undefined) ?? inquiry.stimuli.triggerOf(inquiry.world, masterId, since, now)
}
