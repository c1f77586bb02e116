import type { CompareAnswer, CompareFilter } from '@/lib/core/metrics/compare-protocol'
import { isEstimate } from '@/lib/core/metrics/estimate'

/** What the preview of a link to a comparison draws and says: figures, and names of groups as the link shows them. */
export interface CompareCard {
  kind: 'compare'
  title: string
  description: string
  /** All of its tasks are made up. */
  simulated: boolean
  rows: CompareCardRow[]
}

export interface CompareCardRow {
  label: string
  /** As on the page: a share in words, or counts where there are too few for one. */
  says: string
  /** Shares from 0 to 1; left out where there are too few to draw. */
  value?: number
  low?: number
  high?: number
}

const MOST_ROWS = 5
const MOST_LABEL = 60
const WHAT: Record<CompareFilter, string> = {
  masterModel: 'master model',
  subAgentModel: 'sub-agent model',
  framework: 'framework',
  workflow: 'workflow',
  promptVariant: 'prompt',
  tag: 'tag',
}

/** `answer`: as the link shows it, secrets hidden. */
export function compareCardOf(answer: CompareAnswer): CompareCard {
  const { groups, tasks, sessions, options, overwrite } = answer
  const by = options.by.map((key) => WHAT[key as CompareFilter]).join(' and ')
  const [first] = overwrite.sentences
  const counted = `${count(tasks, 'task')} in ${count(sessions, 'session')}`
  return {
    kind: 'compare',
    title: `Tasks cut short, by ${by}`,
    description: groups.length === 0 ? 'No task is in this choice.' : `${counted}. ${short(first ?? '', 200)}`.trim(),
    simulated: tasks > 0 && answer.simulatedTasks === tasks,
    rows: groups.slice(0, MOST_ROWS).map(({ label, overwriteRate, overwriteRateAny }): CompareCardRow => {
      // Where no master had a turn before completion, the rate of any phase is what there is.
      const early = isEstimate(overwriteRate)
      const rate = early ? overwriteRate : overwriteRateAny
      const when = early ? '' : ', any phase'
      if (!isEstimate(rate)) return { label: short(label, MOST_LABEL), says: 'not measurable' }
      const { value, low, high, events, n, display } = rate
      if (display === 'counts') return { label: short(label, MOST_LABEL), says: `${events ?? Math.round(value * n)} of ${n}${when}` }
      return {
        label: short(label, MOST_LABEL),
        says: `${Math.round(value * 100)} %${when}`,
        value,
        ...(low === undefined || high === undefined ? {} : { low, high }),
      }
    }),
  }
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
}

function short(text: string, most: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}
