import type { EventOf } from '../event'
import type { AgentId } from '../ids'
import type { UnitLosses } from '../interventions'
import type { OwnerTotals } from '../provenance/owner-totals'
import type { Survey } from '../provenance/survey'
import { type KnownArtifact, type KnownTask, type Owner, type Relation, relationTo, type World } from './world'

/** A write that has been carried out on the artifact, and what it did. */
export interface WriteDone {
  event: EventOf<'artifact.written'>
  artifact: KnownArtifact
  survey: Survey
  /** What other tasks than the writer's own had here before. */
  stakes: ReadonlyMap<KnownTask, Stake>
  /** What the writer may not have seen: somebody else's write since its base. */
  race: boolean
  how: 'write' | 'delete' | 'revert'
  /** Whether the text before was known as a whole. */
  wholeKnown: boolean
  /** What the write did to the whole units of these owners, where that can be read. */
  unitsLost(owners: ReadonlySet<number>): UnitLosses | undefined
  /** Looks for a copy of tokens in other artifacts: the share found, 0 to 1. */
  copyElsewhere(owners: ReadonlySet<number>): number
}

/** What somebody else's task had in an artifact before a write. */
export interface Stake {
  relation: Exclude<Relation, { kind: 'self' }>
  owners: Map<number, OwnerTotals>
}

/** What a write took from one task. */
export interface Loss {
  task: KnownTask
  relation: Stake['relation']
  owners: Set<number>
  owned: number
  ownedComments: number
  lost: number
  lostRenamed: number
  lostLiterals: number
  lostComment: number
  lines: number
  /** The owner of most of what was lost, the newest if there are several. */
  target: Owner
  targetLost: number
  inRegion: boolean
}

/** The tasks that own something here, without the writer's own: whoever rewrites itself has not been overwritten. */
export function stakesIn(world: World, artifact: KnownArtifact, writer: AgentId): Map<KnownTask, Stake> {
  const stakes = new Map<KnownTask, Stake>()
  const own = new Set<KnownTask>()
  for (const [number, { tokens, comments }] of artifact.text.ownersPresent()) {
    const task = world.owners[number]?.task
    if (!task || own.has(task)) continue
    let stake = stakes.get(task)
    if (!stake) {
      const relation = relationTo(world, writer, task)
      if (relation.kind === 'self') {
        own.add(task)
        continue
      }
      stake = { relation, owners: new Map() }
      stakes.set(task, stake)
    }
    stake.owners.set(number, { tokens, comments })
  }
  return stakes
}

export function lossesOf(world: World, { survey, stakes }: WriteDone): Loss[] {
  const losses: Loss[] = []
  for (const [task, { relation, owners }] of stakes) {
    let loss: Loss | undefined
    for (const [number, totals] of owners) {
      const owner = world.owners[number]
      if (!owner) continue
      loss ??= {
        task,
        relation,
        owners: new Set(),
        owned: 0,
        ownedComments: 0,
        lost: 0,
        lostRenamed: 0,
        lostLiterals: 0,
        lostComment: 0,
        lines: 0,
        target: owner,
        targetLost: -1,
        inRegion: false,
      }
      loss.owners.add(number)
      loss.owned += totals.tokens
      loss.ownedComments += totals.comments
      const hit = survey.owners.get(number)
      if (!hit) continue
      loss.inRegion = true
      loss.lost += hit.lost
      loss.lostRenamed += hit.lostRenamed
      loss.lostLiterals += hit.lostLiterals
      loss.lostComment += hit.lostComment
      loss.lines += hit.lines
      const weight = hit.lost + hit.lostComment
      if (weight > loss.targetLost || (weight === loss.targetLost && owner.at >= loss.target.at)) {
        loss.target = owner
        loss.targetLost = weight
      }
    }
    if (loss) losses.push(loss)
  }
  return losses
}
