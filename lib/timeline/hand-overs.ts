import { type HandOver, isViolated } from '@/lib/core/causality'
import type { AgentId } from '@/lib/core/ids'
import { A_FEW, atOnce, type Slices } from '@/lib/core/slices'
import { CALL, DELEGATE } from './bars'
import type { Edge } from './edges'
import type { Lane } from './lane'
import type { Rows } from './rows'
import { readingTasks, type ToldTask } from './task-columns'

/**
 * Every delegation that a source declares, with what each side's clock says of it, read off rows of the
 * times as recorded. Empty where none contradicts itself, which costs a pass over bars and tasks.
 */
export function handOversOf(rows: Rows): HandOver[] {
  return atOnce(readHandOvers(rows))
}

/** The same for whoever must not be away for long. */
export function* readHandOvers(rows: Rows): Slices<HandOver[]> {
  const { edgeList } = rows
  const work = yield* workByTask(rows)
  const read = readingTasks(rows)
  const told: HandOver[] = []
  let violated = false
  let n = 0
  for (const edge of edgeList) {
    if (++n % A_FEW === 0) yield
    const one = isJudged(edge) ? handOverOf(rows, edge, read(edge), work) : undefined
    if (!one) continue
    told.push(one)
    if (!violated && isViolated(one)) violated = true
  }
  return violated ? told : []
}

function isJudged({ fromLane, toLane, inferred }: Edge): boolean {
  // what we concluded ourselves is no witness, and people are timed by whoever heard them
  return fromLane !== undefined && toLane !== undefined && fromLane !== toLane && !inferred && isAgent(fromLane) && isAgent(toLane)
}

function isAgent({ role, id }: Lane): boolean {
  return id !== '' && role !== 'human' && role !== 'harness'
}

// Bars between two pauses: of each a few numbers are read.
const MANY = 8 * A_FEW

/** Of each task by its number: when its assignee's work on it began and was last seen, epoch ms. */
interface Work {
  first: Float64Array
  last: Float64Array
}

function* workByTask(rows: Rows): Slices<Work> {
  const { bars, edgeList } = rows
  const count = edgeList.reduce((most, { number }) => Math.max(most, number + 1), 0)
  const assignee = new Int32Array(count).fill(-1)
  for (const { number, toLane } of edgeList) if (toLane) assignee[number] = toLane.number
  const first = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  const last = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  for (let bar = 0; bar < bars.count; bar++) {
    if (bar % MANY === 0) yield
    const task = bars.task.at(bar)
    if (task < 0 || task >= count || assignee[task] !== bars.lane.at(bar)) continue
    const start = bars.start.at(bar)
    const end = bars.end.at(bar)
    if (start < (first[task] as number)) first[task] = start
    const seen = end === Number.POSITIVE_INFINITY ? start : end
    if (seen > (last[task] as number)) last[task] = seen
  }
  return { first, last }
}

function handOverOf(rows: Rows, { taskId, number, fromLane }: Edge, task: ToldTask | undefined, work: Work): HandOver | undefined {
  if (!task?.by || !task.to) return undefined
  const { bars } = rows
  const began = work.first[number] as number
  const seen = work.last[number] as number
  const call = task.callBar
  const own = call !== undefined && bars.subjectKind.at(call) === CALL && bars.kind.at(call) === DELEGATE && bars.lane.at(call) === fromLane?.number
  const one: HandOver = {
    taskId,
    by: task.by.id as AgentId,
    to: task.to.id as AgentId,
    // the call stands in the master's own record; when the task began may be the other side's word
    sentAt: own ? bars.start.at(call) : task.delegatedAt,
    receivedAt: undefined,
    beganAt: began === Number.POSITIVE_INFINITY ? undefined : began,
    returnedAt: undefined,
  }
  // what was cut short, or runs beside its master, may go on after the answer
  if (task.endStatus !== 'completed') return one
  const returned = own && !task.background ? bars.end.at(call) : Number.POSITIVE_INFINITY
  // the session's end is a witness only against work that begins after it: it may stand on a third clock
  const over = rows.state.facts.endedAt ?? Number.POSITIVE_INFINITY
  const received = Math.min(returned, task.acceptedAt ?? Number.POSITIVE_INFINITY, began > over ? over : Number.POSITIVE_INFINITY)
  if (received === Number.POSITIVE_INFINITY) return one
  one.receivedAt = received
  // some agents do a little more after their answer, but none does all of it then
  if (endedByAssignee(task, returned)) one.returnedAt = task.endedAt
  else if (began > received && began !== Number.POSITIVE_INFINITY) one.returnedAt = seen
  return one
}

/** Whether the task's end is the assignee's own word: some sources stamp it with the master's call. */
function endedByAssignee({ endedBy, to, endedAt }: ToldTask, returned: number): boolean {
  return endedBy !== undefined && endedBy === to?.id && endedAt !== returned
}
