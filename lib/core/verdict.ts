/** What a person may say of an intervention, and why. */
export const VERDICTS = ['justified', 'unjustified', 'unsure'] as const
export type JudgedAs = (typeof VERDICTS)[number]

export const VERDICT_REASONS = [
  'work_was_wrong',
  'against_the_brief',
  'user_asked',
  'no_progress',
  'too_early',
  'taste_only',
  'same_again',
  'made_worse',
  'not_enough_shown',
  'other',
] as const
export type VerdictReason = (typeof VERDICT_REASONS)[number]

/** One person's newest word on one intervention. */
export interface Judgement {
  reviewer: string
  verdict: JudgedAs
  because?: VerdictReason
  note?: string
  at: number
}

interface Said {
  id: string
  reviewer?: string
  by?: string
  interventionId?: string
  verdict: string
  because?: VerdictReason
  note?: string
  at: number
  order: number
}

function isJudgedAs(text: string): text is JudgedAs {
  return VERDICTS.some((verdict) => verdict === text)
}

/** Of each intervention the newest word of each person; words of nobody in particular do not replace one another. */
export function judgementsOf(verdicts: Iterable<Said>): Map<string, Judgement[]> {
  const newest = new Map<string, { id: string; interventionId: string; order: number; judgement: Judgement }>()
  for (const { id, reviewer, by, interventionId, verdict, because, note, at, order } of verdicts) {
    if (interventionId === undefined || !isJudgedAs(verdict)) continue
    const who = reviewer ?? by ?? id
    const known = newest.get(`${interventionId}\n${who}`)
    if (known && (known.judgement.at - at || known.order - order || (known.id > id ? 1 : -1)) > 0) continue
    const judgement: Judgement = { reviewer: who, verdict, at }
    if (because !== undefined) judgement.because = because
    if (note !== undefined) judgement.note = note
    newest.set(`${interventionId}\n${who}`, { id, interventionId, order, judgement })
  }
  const all = new Map<string, Judgement[]>()
  for (const { interventionId, judgement } of newest.values()) {
    const list = all.get(interventionId)
    if (list) list.push(judgement)
    else all.set(interventionId, [judgement])
  }
  return all
}

/** What people came to: one way if all who could tell say so; `disagreed` counts for neither (lib/core/metrics/appropriateness.ts). */
export function resultOf(judgements: readonly Judgement[]): JudgedAs | 'disagreed' | undefined {
  const said = new Set(judgements.map(({ verdict }) => verdict))
  if (said.has('justified') && said.has('unjustified')) return 'disagreed'
  return said.has('justified') ? 'justified' : said.has('unjustified') ? 'unjustified' : said.has('unsure') ? 'unsure' : undefined
}

/**
 * Cases that two people judged, first's word by second's, in the order of VERDICTS: what
 * lib/core/stats/agreement.ts takes. One table for each pair of people that shares a case.
 */
export function agreementTables(cases: Iterable<readonly Judgement[]>): { reviewers: [string, string]; table: number[][]; cases: number }[] {
  const pairs = new Map<string, { reviewers: [string, string]; table: number[][]; cases: number }>()
  for (const judgements of cases) {
    const sorted = [...judgements].sort((a, b) => (a.reviewer < b.reviewer ? -1 : 1))
    for (const [i, first] of sorted.entries())
      for (const second of sorted.slice(i + 1)) {
        const key = `${first.reviewer}\n${second.reviewer}`
        const pair = pairs.get(key) ?? { reviewers: [first.reviewer, second.reviewer], table: VERDICTS.map(() => VERDICTS.map(() => 0)), cases: 0 }
        pairs.set(key, pair)
        const row = pair.table[VERDICTS.indexOf(first.verdict)]
        const column = VERDICTS.indexOf(second.verdict)
        if (row) row[column] = (row[column] ?? 0) + 1
        pair.cases += 1
      }
  }
  return [...pairs.values()].sort((a, b) => b.cases - a.cases)
}
