import type { NotMeasurable } from '@/lib/core/metrics/estimate'
import { sharedReason } from '@/lib/core/metrics/shared-reason'

/**
 * Sentences about groups, those groups that cannot be measured for one and the same reason in one line:
 * "3 groups (a, b, c): Not measurable here: …". What each sentence about one such group says is "a: reason".
 */
export function oneLineAReason(sentences: readonly string[], groups: readonly { label: string; measured: object }[]): string[] {
  const byReason = new Map<string, { label: string; own: string }[]>()
  for (const { label, measured } of groups) {
    if (!isNotMeasurable(measured)) continue
    const shared = sharedReason(measured)
    byReason.set(shared, [...(byReason.get(shared) ?? []), { label, own: `${label}: ${measured.reason}` }])
  }
  let said = [...sentences]
  for (const [reason, members] of byReason) {
    if (members.length < 2) continue
    const own = new Set(members.map((member) => member.own))
    if (!said.some((sentence) => own.has(sentence))) continue
    said = [...said.filter((sentence) => !own.has(sentence)), `${saysGroups(members.map(({ label }) => label))}: ${reason}`]
  }
  return said
}

/** "3 groups (a, b, c)". */
export function saysGroups(labels: readonly string[]): string {
  return `${labels.length} groups (${labels.join(', ')})`
}

function isNotMeasurable(measured: object): measured is NotMeasurable {
  return 'reason' in measured && !('value' in measured)
}
