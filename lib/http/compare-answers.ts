import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import { COMPARE_FILTERS, type CompareAnswer, type CompareDetailsAnswer, type CompareFilter } from '@/lib/core/metrics/compare-protocol'
import { compareDetails } from '@/lib/core/metrics/details'
import { compareReport } from '@/lib/core/metrics/report'
import type { TaskStore } from '@/lib/core/metrics/task-store'
import type { Tasks } from '@/lib/core/metrics/tasks'
import type { ParameterSet } from '@/lib/core/parameters'
import type { Records } from '@/lib/ingest/records'
import type { Asked } from './compare-asked'

/** Answers kept, for as long as no record changes. */
const KEPT = 64

interface Kept {
  text: string
  simulatedLeftOut?: number
}

/** The figures of comparisons as JSON, for the compare page and for links to it. */
export class CompareAnswers {
  private readonly answers = new Map<string, Kept>()
  private answersOf = -1

  constructor(private readonly records: Records) {}

  /** A `CompareAnswer`. */
  async report(asked: Asked): Promise<string> {
    const store = await this.records.upToDate()
    // whether a session runs is a matter of now, so it is not kept with the answer
    const { text, simulatedLeftOut = 0 } = this.kept('', store, asked, (all, wanted) => compare(all, wanted, this.records.parameterSet))
    const now = simulatedLeftOut > 0 ? { ...asked, simulated: 'exclude' as const } : asked
    const running = store.choose(now, this.records.live(Date.now())).tasks.sessions()
    return `${text.slice(0, -1)},"running":${running}}`
  }

  /** A `CompareDetailsAnswer`. */
  async details(asked: Asked): Promise<string> {
    return this.kept('details', await this.records.upToDate(), asked, details).text
  }

  private kept(what: string, store: TaskStore, asked: Asked, make: (store: TaskStore, asked: Asked) => { simulatedLeftOut?: number }): Kept {
    if (this.records.version !== this.answersOf) {
      this.answers.clear()
      this.answersOf = this.records.version
    }
    const key = `${what} ${this.records.parameterSet.version} ${JSON.stringify(asked)}`
    let answer = this.answers.get(key)
    if (answer === undefined) {
      const made = make(store, asked)
      answer = { text: JSON.stringify(made), simulatedLeftOut: made.simulatedLeftOut }
      if (this.answers.size >= KEPT) this.answers.delete(this.answers.keys().next().value ?? '')
      this.answers.set(key, answer)
    }
    return answer
  }
}

function compare(store: TaskStore, asked: Asked, { version, parameters }: ParameterSet): Omit<CompareAnswer, 'running'> {
  const { inRange, tasks, simulatedLeftOut } = store.choose(asked)
  const report = compareReport(tasks, { by: asked.by, k: asked.k, theta: asked.theta, min: asked.min })
  // Nothing else asked for: as it was found, which is by the set in force.
  const theta = asked.theta === DETECTOR_PARAMETERS.overwriteBelow ? parameters.overwriteBelow : asked.theta
  return {
    ...report,
    options: { ...report.options, theta },
    parameters: version === 0 ? report.parameters : `${report.parameters}, set ${version}`,
    choices: choicesOf(inRange),
    recorded: store.sessionsOf(asked.project),
    simulatedLeftOut,
  }
}

function details(store: TaskStore, asked: Asked): CompareDetailsAnswer & { simulatedLeftOut?: never } {
  const { tasks, simulatedLeftOut } = store.choose(asked)
  const alone = store.withoutTasks(simulatedLeftOut > 0 ? { ...asked, simulated: 'exclude' } : asked)
  return compareDetails(tasks, store.recordsOf(tasks), alone, { by: asked.by, k: asked.k, theta: asked.theta, min: asked.min, margin: asked.margin })
}

function choicesOf({ table, rows }: Tasks): CompareAnswer['choices'] {
  const of = (name: CompareFilter) => {
    const counts = new Int32Array(table.words(name))
    const count = (number: number) => {
      counts[number] = (counts[number] as number) + 1
    }
    for (const row of rows) {
      if (name === 'tag') table.tagSets[table.tags[row] as number]?.forEach(count)
      else count(table.names[name][row] as number)
    }
    const found: { value: string; tasks: number }[] = []
    counts.forEach((tasks, number) => {
      const value = table.word(name, number)
      if (value !== undefined && tasks > 0) found.push({ value, tasks })
    })
    return found.sort((a, b) => b.tasks - a.tasks || (a.value < b.value ? -1 : 1))
  }
  return Object.fromEntries(COMPARE_FILTERS.map((name) => [name, of(name)])) as CompareAnswer['choices']
}
