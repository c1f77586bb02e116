import type { EventId, SessionId } from './ids'
import type { Intervention, InterventionKind, InterventionSide } from './interventions'
import type { SetAside } from './set-aside'

/** A labelled place of a trace, as `backseat evaluate` reads it: docs/detector.md, "Labels". */
export interface LabelPlace {
  line?: number
  uuid?: string
  tool_use_id?: string
  /** The event's own id, for sources that have no places. */
  event?: string
  agent: string
  file_path?: string
}

export interface Label {
  id: string
  file: string
  session: SessionId
  master_turn: LabelPlace
  target_turn: LabelPlace
  label: InterventionKind | `not_${InterventionKind}`
  kind: string
  initiator: string
  why?: string
  /** Who said so, where the server knows. */
  by?: string[]
}

/** A finding that a person set aside: a detector that tells it again disagrees. */
export function labelOf(session: SessionId, finding: Intervention, { reason, note, by }: SetAside): Label {
  return { ...caseOf(session, finding, `not_${finding.kind}`, reason), ...(note === undefined ? {} : { why: note }), ...(by === undefined ? {} : { by: [by] }) }
}

/** A finding that people judged, one way or the other: that it happened stands, so a detector must tell it. */
export function confirmedLabel(session: SessionId, finding: Intervention, result: 'justified' | 'unjustified', by: string[]): Label {
  return { ...caseOf(session, finding, finding.kind, result), by }
}

function caseOf(session: SessionId, finding: Intervention, label: Label['label'], kind: string): Label {
  const { master, target, assigneeId, artifact } = finding
  return {
    id: `${session} ${finding.id}`,
    file: master.source?.path ?? target?.source?.path ?? `${session}.jsonl`,
    session,
    master_turn: placeOf(master, artifact),
    target_turn: target ? placeOf(target, artifact) : { agent: assigneeId, file_path: artifact },
    label,
    kind,
    initiator: finding.trigger.kind,
  }
}

function placeOf({ agentId, eventId, source }: InterventionSide & { eventId: EventId }, artifact: string | undefined): LabelPlace {
  return { line: source?.line, uuid: source?.uuid, tool_use_id: source?.toolUseId, event: eventId, agent: agentId, file_path: artifact }
}
