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
  label: `not_${InterventionKind}`
  kind: string
  initiator: string
  why?: string
}

/** What a person said of a finding, as a case that a detector can be held against. */
export function labelOf(session: SessionId, finding: Intervention, { reason, note }: SetAside): Label {
  const { master, target, assigneeId, artifact } = finding
  return {
    id: `${session} ${finding.id}`,
    file: master.source?.path ?? target?.source?.path ?? `${session}.jsonl`,
    session,
    master_turn: placeOf(master, artifact),
    target_turn: target ? placeOf(target, artifact) : { agent: assigneeId, file_path: artifact },
    label: `not_${finding.kind}`,
    kind: reason,
    initiator: finding.trigger.kind,
    ...(note === undefined ? {} : { why: note }),
  }
}

function placeOf({ agentId, eventId, source }: InterventionSide & { eventId: EventId }, artifact: string | undefined): LabelPlace {
  return { line: source?.line, uuid: source?.uuid, tool_use_id: source?.toolUseId, event: eventId, agent: agentId, file_path: artifact }
}
