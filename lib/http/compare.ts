import type { Context, Hono } from 'hono'
import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import {
  COMPARE_FILTERS,
  type CompareAnswer,
  type CompareDetailsAnswer,
  type CompareFilter,
  SIMULATED_CHOICES,
  type SimulatedChoice,
} from '@/lib/core/metrics/compare-protocol'
import { GROUP_KEYS, type GroupKey } from '@/lib/core/metrics/groups'
import { MARGIN } from '@/lib/core/metrics/compare'
import { compareDetails, type DetailsOptions } from '@/lib/core/metrics/details'
import { DEFAULT_K } from '@/lib/core/metrics/overwrite-rate'
import { compareReport } from '@/lib/core/metrics/report'
import { TASK_CSV_HEAD, taskCsvRow } from '@/lib/core/metrics/task-csv'
import type { TaskRecord } from '@/lib/core/metrics/task-record'
import type { Choice, TaskStore } from '@/lib/core/metrics/task-store'
import type { Tasks } from '@/lib/core/metrics/tasks'
import type { Records } from '@/lib/ingest/records'
import { parseTime } from './parse-time'
import type { ParameterSet } from '@/lib/core/parameters'
import { Refused } from './problem'

const MOST_K = 1_000
/** Answers kept, for as long as no record changes. */
const KEPT = 64

interface Kept {
  text: string
  simulatedLeftOut?: number
}

interface Asked extends DetailsOptions, Choice {
  simulated: SimulatedChoice
  only: Partial<Record<CompareFilter, string>>
}

/** GET /api/v1/compare, /api/v1/compare/details and /api/v1/compare.csv. */
export function addCompare(app: Hono, records: Records): void {
  const answers = new Map<string, Kept>()
  let answersOf = -1

  app.get('/api/v1/compare', async (context) => {
    const asked = parseAsked(context)
    const store = await records.upToDate()
    // whether a session runs is a matter of now, so it is not kept with the answer
    const { text, simulatedLeftOut = 0 } = kept('', store, asked, (all, wanted) => compare(all, wanted, records.parameterSet))
    const now = simulatedLeftOut > 0 ? { ...asked, simulated: 'exclude' as const } : asked
    const running = store.choose(now, records.live(Date.now())).tasks.sessions()
    return json(context, `${text.slice(0, -1)},"running":${running}}`)
  })

  app.get('/api/v1/compare/details', async (context) => {
    const asked = parseAsked(context)
    return json(context, kept('details', await records.upToDate(), asked, details).text)
  })

  app.get('/api/v1/compare.csv', async (context) => {
    const asked = parseAsked(context)
    const { simulatedLeftOut } = (await records.upToDate()).choose(asked)
    const choice = simulatedLeftOut > 0 ? { ...asked, simulated: 'exclude' as const } : asked
    const sessions = records.each(choice)
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(TASK_CSV_HEAD)),
      async pull(controller) {
        const { value, done } = await sessions.next()
        if (done) return controller.close()
        const rows = value.tasks.filter((task) => matches(task, choice)).map((task) => taskCsvRow(task, asked))
        controller.enqueue(Buffer.from(rows.join('')))
      },
      cancel: async () => {
        await sessions.return()
      },
    })
    return context.body(stream, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="backseat-tasks.csv"',
      'cache-control': 'no-store',
    })
  })

  function kept(what: string, store: TaskStore, asked: Asked, make: (store: TaskStore, asked: Asked) => { simulatedLeftOut?: number }): Kept {
    if (records.version !== answersOf) {
      answers.clear()
      answersOf = records.version
    }
    const key = `${what} ${records.parameterSet.version} ${JSON.stringify(asked)}`
    let answer = answers.get(key)
    if (answer === undefined) {
      const made = make(store, asked)
      answer = { text: JSON.stringify(made), simulatedLeftOut: made.simulatedLeftOut }
      if (answers.size >= KEPT) answers.delete(answers.keys().next().value ?? '')
      answers.set(key, answer)
    }
    return answer
  }
}

function json(context: Context, text: string): Response {
  return context.body(text, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
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
  const { tasks } = store.choose(asked)
  return compareDetails(tasks, store.recordsOf(tasks), { by: asked.by, k: asked.k, theta: asked.theta, min: asked.min, margin: asked.margin })
}

/** As the store chooses, asked of a record. */
function matches({ groups, simulated }: TaskRecord, asked: Choice): boolean {
  if (asked.simulated === 'exclude' ? simulated : asked.simulated === 'only' && !simulated) return false
  return (Object.entries(asked.only) as [CompareFilter, string][]).every(([name, value]) =>
    name === 'tag' ? groups.tags.includes(value) : groups[name] === value,
  )
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

/** Throws Refused. */
function parseAsked(context: Context): Asked {
  const by = (context.req.query('by') ?? 'masterModel').split(',').filter(Boolean)
  const unknown = by.find((key) => !(GROUP_KEYS as readonly string[]).includes(key))
  if (unknown !== undefined || by.length === 0 || by.length > 2 || by[0] === by[1])
    throw new Refused('bad_request', `"by" must be one or two different ones of ${GROUP_KEYS.join(', ')}, with a comma between.`)
  const number = (name: string, otherwise: number, least: number, most: number, whole: boolean) => {
    const text = context.req.query(name)
    if (text === undefined || text === '') return otherwise
    const value = Number(text)
    if (!(value >= least && value <= most) || (whole && !Number.isInteger(value)))
      throw new Refused('bad_request', `"${name}" must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`)
    return value
  }
  const simulated = context.req.query('simulated') ?? 'include'
  if (!isChoice(simulated)) throw new Refused('bad_request', `"simulated" must be one of ${SIMULATED_CHOICES.join(', ')}.`)
  const only: Asked['only'] = {}
  for (const name of COMPARE_FILTERS) {
    const value = context.req.query(name)?.slice(0, 400)
    if (value) only[name] = value
  }
  return {
    project: context.get('caller').project,
    by: by as GroupKey[],
    k: number('k', DEFAULT_K, 1, MOST_K, true),
    theta: number('theta', DETECTOR_PARAMETERS.overwriteBelow, 0.3, 0.95, false),
    min: number('min', 1, 1, 1_000_000, true),
    margin: number('margin', MARGIN, 0.01, 0.5, false),
    since: parseTime(context, 'since'),
    until: parseTime(context, 'until'),
    simulated,
    only,
  }
}

function isChoice(text: string): text is SimulatedChoice {
  return (SIMULATED_CHOICES as readonly string[]).includes(text)
}
