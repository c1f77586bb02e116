import { DESTRUCTIVE_KINDS, type FindingGroup, groupOfKind, INTERVENTION_KINDS, type InterventionKind } from '@/lib/core/interventions'

/** How each kind is called. `verb`: "Master … schema.sql"; `after`: what follows the object, if anything; `noun`: the label on a badge. */
const WORDS: Record<InterventionKind, { verb: string; after?: string; noun: string }> = {
  overwrite: { verb: 'overwrote', noun: 'overwrite' },
  interrupt: { verb: 'interrupted', noun: 'interrupt' },
  takeover: { verb: 'took over', noun: 'takeover' },
  rederive: { verb: 'derived', after: 'again', noun: 're-derive' },
  reject: { verb: 'rejected', noun: 'reject' },
  revise: { verb: 'revised', noun: 'revise' },
  redelegate: { verb: 'gave', after: 'to another agent', noun: 're-delegate' },
  retry: { verb: 'had', after: 'tried again', noun: 'retry' },
  duplicate: { verb: 'gave out', after: 'twice', noun: 'duplicate' },
  steer: { verb: 'steered', noun: 'steer' },
  rename: { verb: 'renamed in', noun: 'rename' },
  touch: { verb: 'touched', noun: 'touch' },
  append: { verb: 'added to', noun: 'append' },
  format: { verb: 'reformatted', noun: 'format' },
  move: { verb: 'moved', noun: 'move' },
  merge: { verb: 'merged', noun: 'merge' },
  opaque_change: { verb: 'changed, unseen,', noun: 'opaque change' },
  accept: { verb: 'accepted', noun: 'accept' },
  result_passed: { verb: 'passed on', noun: 'answer passed on' },
  result_revised: { verb: 'revised the answer of', noun: 'answer revised' },
  result_replaced: { verb: 'reworded the answer of', noun: 'answer reworded' },
  result_ignored: { verb: 'did not use the answer of', noun: 'answer not used' },
  peer_overwrite: { verb: 'overwrote', noun: 'peer overwrite' },
  censor_human: { verb: 'was stopped by a person:', noun: 'stopped by a person' },
  censor_harness: { verb: 'was stopped by the harness:', noun: 'stopped by the harness' },
}

/** Before and after the object: "had", " tried again". */
export function kindVerb(kind: InterventionKind): [verb: string, after: string] {
  const { verb, after } = WORDS[kind]
  return [verb, after === undefined ? '' : ` ${after}`]
}

/** Also for text from the wire: a kind of a newer server is shown by its own name. */
export function kindNoun(kind: string): string {
  return isKind(kind) ? WORDS[kind].noun : kind.replaceAll('_', ' ')
}

export function isDestructive(kind: string): boolean {
  return isKind(kind) && DESTRUCTIVE_KINDS.has(kind)
}

/** Also for text from the wire: a kind of a newer server is noted, not counted. */
export function groupOf(kind: string): FindingGroup {
  return isKind(kind) ? groupOfKind(kind) : 'noted'
}

export function isKind(kind: string): kind is InterventionKind {
  return (INTERVENTION_KINDS as readonly string[]).includes(kind)
}

/** What cut work first, then what else counts, then the rest; within each, the most frequent first. */
export function rankKinds(counts: Readonly<Record<string, number>>): { kind: string; count: number }[] {
  const rank = (kind: string) => (isDestructive(kind) ? 0 : groupOf(kind) === 'intervention' ? 1 : kind === 'accept' ? 3 : 2)
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({ kind, count }))
    .sort((a, b) => rank(a.kind) - rank(b.kind) || b.count - a.count || (a.kind < b.kind ? -1 : 1))
}
