import type { FindingTable } from '@/lib/core/finding-table'
import type { Intervention, InterventionKind } from '@/lib/core/interventions'

export interface StrikeLabel {
  says: string
  short: string
}

/**
 * An intervention on the timeline: from the bar that did it to the bar that it hit. What is drawn of all
 * of them lies here; the finding itself may lie in columns, and is made when somebody asks for it.
 */
export class Strike {
  kind: InterventionKind = 'overwrite'
  /** Epoch ms: when the master struck. */
  occurredAt = 0
  /** -1: the log does not show what did it (or not yet). */
  actorBar = -1
  hitBar = -1
  /** The turn of what did it, where it is loud; -1 without one. */
  actorTurn = -1
  /** Epoch ms: where the hit work was cut; never after its own end. */
  cutAt = 0
  /** Drawn in vermilion: a master destroyed or cut delegated work. */
  loud = false
  /** How much of the hit work it destroyed, 0 to 1. */
  share = 0
  /** A filter shows neither of its two bars. */
  out = false
  /** A person set the finding aside: struck through, quiet, and marking nothing. */
  aside = false
  /** Beside the cut, at length and in short; made when first asked for. */
  label: StrikeLabel | undefined
  settled = false
  /** Whether it is written onto its bars. */
  marking = false
  /** In the list of strikes. */
  index = -1

  /** `row`: of the table, whose columns it is read from as long as nothing came in their place. */
  constructor(
    private readonly table: FindingTable | undefined,
    readonly row: number,
    private told: Intervention | undefined,
  ) {}

  get finding(): Intervention {
    return this.told ?? (this.table as FindingTable).peek(this.row)
  }

  /** Whether it is read from the columns. */
  get isColumnar(): boolean {
    return this.told === undefined
  }

  get id(): string {
    return this.told?.id ?? (this.table as FindingTable).idAt(this.row)
  }

  /** Returns whether that is news. */
  tell(finding: Intervention | undefined): boolean {
    if (this.told === finding) return false
    this.told = finding
    return true
  }
}

/** By time; at one moment by name. */
export function earlier(a: Strike, b: Strike): number {
  return a.occurredAt - b.occurredAt || (a === b ? 0 : a.id < b.id ? -1 : 1)
}
