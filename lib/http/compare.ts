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
import type { SessionRecord, TaskRecord } from '@/lib/core/metrics/task-record'
import { taskCsv } from '@/lib/core/metrics/task-csv'
import { type ProjectId, projectOf } from '@/lib/core/project'
import type { Records } from '@/lib/ingest/records'
import type { SessionRecords } from '@/lib/store/session-records'
import { parseTime } from './parse-time'
import { Refused } from './problem'

const MOST_K = 1_000
/** Answers kept, for as long as no record changes. */
const KEPT = 64

type All = ReadonlyMap<string, SessionRecords>

interface Kept {
  text: string
  simulatedLeftOut?: number
}

interface Asked extends DetailsOptions {
  since: number | undefined
  until: number | undefined
  simulated: SimulatedChoice
  only: Partial<Record<CompareFilter, string>>
}

/** GET /api/v1/compare, /api/v1/compare/details and /api/v1/compare.csv. */
export function addCompare(app: Hono, records: Records): void {
  const answers = new Map<string, Kept>()
  let answersOf = -1

  app.get('/api/v1/compare', async (context) => {
    const asked = parseAsked(context)
    const { project } = context.get('caller')
    const all = ofProject(await records.all(), project)
    // whether a session runs is a matter of now, so it is not kept with the answer
    const { text, simulatedLeftOut = 0 } = kept(project, all, asked, compare)
    const running = runningOf(records.live(Date.now()), all, simulatedLeftOut > 0 ? { ...asked, simulated: 'exclude' } : asked)
    return json(context, `${text.slice(0, -1)},"running":${running}}`)
  })

  app.get('/api/v1/compare/details', async (context) => {
    const asked = parseAsked(context)
    const { project } = context.get('caller')
    return json(context, kept(`${project} details`, ofProject(await records.all(), project), asked, details).text)
  })

  app.get('/api/v1/compare.csv', async (context) => {
    const asked = parseAsked(context)
    const { chosen } = choose(ofProject(await records.all(), context.get('caller').project), asked)
    return context.body(taskCsv(chosen, asked), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="backseat-tasks.csv"',
      'cache-control': 'no-store',
    })
  })

  function kept(what: string, all: All, asked: Asked, make: (all: All, asked: Asked) => { simulatedLeftOut?: number }): Kept {
    if (records.version !== answersOf) {
      answers.clear()
      answersOf = records.version
    }
    const key = `${what} ${JSON.stringify(asked)}`
    let answer = answers.get(key)
    if (answer === undefined) {
      const made = make(all, asked)
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

/** Those of one project; all of them where there is no other. */
function ofProject(all: All, project: ProjectId): All {
  for (const id of all.keys()) if (projectOf(id) !== project) return new Map([...all].filter(([own]) => projectOf(own) === project))
  return all
}

function compare(all: All, asked: Asked): Omit<CompareAnswer, 'running'> {
  const { inRange, chosen, simulatedLeftOut } = choose(all, asked)
  return {
    ...compareReport(chosen, { by: asked.by, k: asked.k, theta: asked.theta, min: asked.min }),
    choices: choicesOf(inRange),
    recorded: all.size,
    simulatedLeftOut,
  }
}

function details(all: All, asked: Asked): CompareDetailsAnswer & { simulatedLeftOut?: never } {
  const { chosen } = choose(all, asked)
  const ids = new Set(chosen.map(({ sessionId }) => sessionId))
  const sessions = [...ids].flatMap((id) => all.get(id)?.session ?? [])
  return compareDetails(chosen, sessions, { by: asked.by, k: asked.k, theta: asked.theta, min: asked.min, margin: asked.margin })
}

function choose(all: All, asked: Asked): { inRange: TaskRecord[]; chosen: TaskRecord[]; simulatedLeftOut: number } {
  const inRange: TaskRecord[] = []
  for (const { session, tasks } of all.values()) if (isAsked(session, asked)) for (const task of tasks) inRange.push(task)
  const wanted = Object.entries(asked.only) as [CompareFilter, string][]
  const matching =
    wanted.length === 0
      ? inRange
      : inRange.filter(({ groups }) => wanted.every(([name, value]) => (name === 'tag' ? groups.tags.includes(value) : groups[name] === value)))
  if (asked.simulated !== 'auto') return { inRange, chosen: matching, simulatedLeftOut: 0 }
  const real = matching.filter(({ simulated }) => !simulated)
  const chosen = real.length > 0 ? real : matching
  return { inRange, chosen, simulatedLeftOut: matching.length - chosen.length }
}

function isAsked({ startedAt = 0, simulated }: SessionRecord, asked: Asked): boolean {
  const { since, until } = asked
  if ((since !== undefined && startedAt < since) || (until !== undefined && startedAt >= until)) return false
  return asked.simulated === 'exclude' ? !simulated : asked.simulated === 'only' ? simulated : true
}

/** Of the sessions that run, those of which the choice holds a task. */
function runningOf(live: readonly string[], all: All, asked: Asked): number {
  const own = new Map(live.flatMap((id): [string, SessionRecords][] => (all.has(id) ? [[id, all.get(id) as SessionRecords]] : [])))
  return new Set(choose(own, asked).chosen.map(({ sessionId }) => sessionId)).size
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
