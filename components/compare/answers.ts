import { formatMoney, formatPercent, formatShort, plural } from '@/components/text/count'
import { comparePairs, type Contrast, type Named } from '@/lib/core/metrics/compare'
import type { CompareAnswer } from '@/lib/core/metrics/compare-protocol'
import type { CompareDetails } from '@/lib/core/metrics/details'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import type { GroupReport } from '@/lib/core/metrics/report'
import { fine, isDrawn, rangeOf, shownOf, signed } from './figures'
import type { CompareQuery } from './query'

/** The page in two minutes: a question, the shortest honest answer, and what it rests on. No answer says more than its interval. */
export interface Answer {
  /** Of the section that has the charts. */
  id: 'work' | 'prompt' | 'rewriting' | 'cost'
  question: string
  /** Undefined: on its way. */
  verdict: string | undefined
  because: string
}

const WHO: Partial<Record<CompareQuery['by'], string>> = {
  masterModel: 'Which master lets its agents work?',
  subAgentModel: 'Which sub-agents are left to work?',
  framework: 'Which framework lets agents work?',
  promptVariant: 'Under which prompt are agents left to work?',
}

export function answersOf(answer: CompareAnswer, details: CompareDetails | undefined, query: CompareQuery): Answer[] {
  const questions = {
    work: WHO[query.by] ?? 'Where are agents left to work?',
    prompt: 'Does our prompt change anything?',
    rewriting: 'Does rewriting help or hurt?',
    cost: 'What does it cost?',
  }
  return [
    { id: 'work', question: questions.work, ...workOf(answer) },
    { id: 'prompt', question: questions.prompt, ...(details ? promptOf(details) : ON_ITS_WAY) },
    { id: 'rewriting', question: questions.rewriting, ...(details ? rewritingOf(details) : ON_ITS_WAY) },
    { id: 'cost', question: questions.cost, ...(details ? costOf(details) : ON_ITS_WAY) },
  ]
}

type Said = Pick<Answer, 'verdict' | 'because'>
const ON_ITS_WAY: Said = { verdict: undefined, because: '' }

function workOf(answer: CompareAnswer): Said {
  const { k } = answer.options
  const early = rated(answer.groups, (group) => group.overwriteRate)
  if (early.length > 0) return ranked(early, answer.overwrite.contrasts, `cut short within ${k} steps`, answer.overlapping)
  const any = rated(answer.groups, (group) => group.overwriteRateAny)
  if (any.length > 0) {
    const said = ranked(any, answer.overlapping ? [] : comparePairs(any), 'cut short in any phase', answer.overlapping)
    return { ...said, because: `${said.because} While sub-agents worked no master had a turn, so nothing before completion can be measured.` }
  }
  const counted = answer.groups.flatMap((group) => [group.overwriteRate, group.overwriteRateAny].find(isEstimate) ?? [])
  if (counted.length === 0)
    return { verdict: 'Not measurable here', because: 'In none of these tasks did the master have a turn in which it could have stepped in. That is not 0 %.' }
  const cut = counted.reduce((sum, { events = 0 }) => sum + events, 0)
  const n = counted.reduce((sum, one) => sum + one.n, 0)
  return { verdict: 'Too few to say', because: `${cut} of ${n} tasks cut short. A rate takes ten tasks in five sessions a group.` }
}

function rated(groups: readonly GroupReport[], of: (group: GroupReport) => Measured): Named[] {
  return groups
    .flatMap((group) => {
      const measured = of(group)
      return isEstimate(measured) && isDrawn(shownOf(measured)) ? [{ label: group.label, estimate: measured }] : []
    })
    .sort((a, b) => a.estimate.value - b.estimate.value)
}

function ranked(groups: readonly Named[], contrasts: readonly Contrast[], what: string, overlapping: boolean): Said {
  const say = ({ estimate }: Named) => `${formatPercent(estimate.value)} (${rangeOf(shownOf(estimate))})`
  const [least, most] = [groups[0], groups.at(-1)]
  if (!least || !most) return ON_ITS_WAY
  if (groups.length === 1) return { verdict: `${formatPercent(least.estimate.value)} cut short`, because: `${least.label}: ${say(least)} of tasks ${what}.` }
  const spread = `${say(least)} of tasks ${what} with ${least.label}, ${say(most)} with ${most.label}`
  if (overlapping)
    return {
      verdict: `${formatPercent(least.estimate.value)} to ${formatPercent(most.estimate.value)}`,
      because: `${spread}; these groups share tasks and are not tested.`,
    }
  const between = contrasts.find(({ first, second }) => [first, second].includes(least.label) && [first, second].includes(most.label))
  if (between && between.holm < 0.05)
    return { verdict: least.label, because: `${spread}: a difference of ${Math.round(Math.abs(between.difference) * 100)} points, more than chance.` }
  return { verdict: 'They cannot be told apart', because: `${spread}: at this n that can be chance.` }
}

function promptOf({ prompt }: CompareDetails): Said {
  const [only] = prompt.variants
  if (prompt.baseline === undefined)
    return only
      ? { verdict: 'Only one prompt', because: `All named sessions ran with “${only.name}”. It takes two variants to compare.` }
      : { verdict: 'No prompts named', because: 'Give sessions a promptVariant, and two of them can be told apart here.' }
  const row = prompt.rows.find(({ master }) => master === undefined)
  const because = prompt.sentences[row ? prompt.rows.indexOf(row) : 0] ?? ''
  if (!row?.test) return { verdict: 'Too few to say', because }
  const { difference, verdictAdjusted } = row.test
  switch (verdictAdjusted) {
    case 'equivalent':
      return { verdict: 'No', because }
    case 'different_but_small':
      return { verdict: `A little: ${signed(difference)} points`, because }
    case 'different':
      return { verdict: `Yes: ${signed(difference)} points`, because }
    case 'undecided':
      return { verdict: 'Undecided', because }
  }
}

function rewritingOf({ pooled }: CompareDetails): Said {
  const { rewriting, rewritingSays } = pooled
  if ('reason' in rewriting) return { verdict: 'Not known', because: rewriting.reason }
  const { net, p, harmed, repaired } = rewriting
  const { known, rewrites } = rewriting.coverage
  const counts = `Of ${known} rewrites with checks on both sides (${rewrites} in all) ${harmed} broke what worked and ${repaired} mended what did not`
  if (!isDrawn(shownOf(net))) return { verdict: 'Too few to say', because: rewritingSays }
  const range = `net ${signed(net.value)} points (${signed(net.low ?? 0)} to ${signed(net.high ?? 0)}).`
  return { verdict: p >= 0.05 ? 'No telling' : net.value < 0 ? 'It hurts' : 'It helps', because: `${counts}: ${range}` }
}

function costOf({ pooled }: CompareDetails): Said {
  const { waste, cost, destroyedShare, destroyedCost } = pooled
  if (!isEstimate(destroyedShare)) return { verdict: 'Not known', because: destroyedShare.reason }
  const shown = shownOf(destroyedShare)
  const parts = [
    isDrawn(shown)
      ? `of the sub-agents’ output tokens (${rangeOf(shown)} %) went into what a master destroyed`
      : `of the sub-agents’ output tokens, in ${plural(destroyedShare.n, 'session')}, went into what a master destroyed: too few for an interval`,
  ]
  if (!('reason' in waste))
    parts.push(
      `${waste.atLeast > 0 ? 'at least ' : ''}${fine((waste.total - waste.rest) / waste.total)} of all ${formatShort(waste.total)} tokens, in and out, left nothing`,
    )
  if (cost) {
    const lost = 'reason' in destroyedCost ? '' : `, ${formatMoney(destroyedCost.usd)} of it for what was destroyed`
    parts.push(`the sessions cost ${formatMoney(cost.usd)}${cost.sessions < cost.of ? ` (known for ${cost.sessions} of ${cost.of})` : ''}${lost}`)
  }
  return { verdict: `${fine(destroyedShare.value)} thrown away`, because: `${fine(destroyedShare.value)} ${parts.join('; ')}.` }
}
