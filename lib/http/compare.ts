import type { Context, Hono } from 'hono'
import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import { COMPARE_FILTERS, type CompareAnswer, type CompareFilter, SIMULATED_CHOICES, type SimulatedChoice } from '@/lib/core/metrics/compare-protocol'
import { GROUP_KEYS, type GroupKey } from '@/lib/core/metrics/groups'
import { DEFAULT_K } from '@/lib/core/metrics/overwrite-rate'
import { compareReport, type ReportOptions } from '@/lib/core/metrics/report'
import type { TaskRecord } from '@/lib/core/metrics/task-record'
import { taskCsv } from '@/lib/core/metrics/task-csv'
import type { Records } from '@/lib/ingest/records'
import type { SessionRecords } from '@/lib/store/session-records'
import { Refused } from './problem'

const DAY = 86_400_000
const MOST_K = 1_000
/** Answers kept, for as long as no record changes. */
const KEPT = 64

interface Asked extends ReportOptions {
  since: number | undefined
  until: number | undefined
  simulated: SimulatedChoice
  only: Partial<Record<CompareFilter, string>>
}

/** GET /api/v1/compare and /api/v1/compare.csv. */
export function addCompare(app: Hono, records: Records): void {
  const answers = new Map<string, string>()
  let answersOf = -1

  app.get('/api/v1/compare', async (context) => {
    const asked = parseAsked(context)
    const all = await records.all()
    if (records.version !== answersOf) {
      answers.clear()
      answersOf = records.version
    }
    const key = JSON.stringify(asked)
    let answer = answers.get(key)
    if (answer === undefined) {
      answer = JSON.stringify(compare(all, asked))
      if (answers.size >= KEPT) answers.delete(answers.keys().next().value ?? '')
      answers.set(key, answer)
    }
    return context.body(answer, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  })

  app.get('/api/v1/compare.csv', async (context) => {
    const asked = parseAsked(context)
    const { chosen } = choose(await records.all(), asked)
    return context.body(taskCsv(chosen, asked), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="backseat-tasks.csv"',
      'cache-control': 'no-store',
    })
  })
}

function compare(all: ReadonlyMap<string, SessionRecords>, asked: Asked): CompareAnswer {
  const { inRange, chosen, running } = choose(all, asked)
  return {
    ...compareReport(chosen, { by: asked.by, k: asked.k, theta: asked.theta, min: asked.min }),
    choices: choicesOf(inRange),
    recorded: all.size,
    running,
  }
}

function choose(
  all: ReadonlyMap<string, SessionRecords>,
  { since, until, simulated, only }: Asked,
): { inRange: TaskRecord[]; chosen: TaskRecord[]; running: number } {
  const inRange: TaskRecord[] = []
  let running = 0
  for (const { session, tasks } of all.values()) {
    const at = session.startedAt ?? 0
    if ((since !== undefined && at < since) || (until !== undefined && at >= until)) continue
    if (simulated === 'exclude' ? session.simulated : simulated === 'only' && !session.simulated) continue
    if (!session.ended) running += 1
    for (const task of tasks) inRange.push(task)
  }
  const wanted = Object.entries(only) as [CompareFilter, string][]
  const chosen =
    wanted.length === 0
      ? inRange
      : inRange.filter(({ groups }) => wanted.every(([name, value]) => (name === 'tag' ? groups.tags.includes(value) : groups[name] === value)))
  return { inRange, chosen, running }
}

function choicesOf(tasks: readonly TaskRecord[]): CompareAnswer['choices'] {
  const of = (name: CompareFilter) => {
    const counts = new Map<string, number>()
    for (const { groups } of tasks) {
      if (name === 'tag') for (const tag of groups.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
      else {
        const value = groups[name]
        if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
      }
    }
    return [...counts].map(([value, count]) => ({ value, tasks: count })).sort((a, b) => b.tasks - a.tasks || (a.value < b.value ? -1 : 1))
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
    by: by as GroupKey[],
    k: number('k', DEFAULT_K, 1, MOST_K, true),
    theta: number('theta', DETECTOR_PARAMETERS.overwriteBelow, 0.3, 0.95, false),
    min: number('min', 1, 1, 1_000_000, true),
    since: parseTime(context, 'since'),
    until: parseTime(context, 'until'),
    simulated,
    only,
  }
}

function isChoice(text: string): text is SimulatedChoice {
  return (SIMULATED_CHOICES as readonly string[]).includes(text)
}

/** `30d` is so many days ago, to the full minute so that answers can be kept; else a date, or ms since 1970. */
function parseTime(context: Context, name: string): number | undefined {
  const text = context.req.query(name)
  if (!text) return undefined
  const days = /^(\d{1,5})d$/.exec(text)?.[1]
  if (days !== undefined) return Math.floor(Date.now() / 60_000) * 60_000 - Number(days) * DAY
  const at = /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isNaN(at)) throw new Refused('bad_request', `"${name}" must be a date like 2026-05-16, a number of days like 30d, or milliseconds since 1970.`)
  return at
}
