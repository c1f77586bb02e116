import { contentPreview } from '@/lib/core/content'
import { formatCount, plural } from '@/lib/core/count'
import type { TaskId } from '@/lib/core/ids'
import type { Message, Task, ToolCall, Turn, Write } from '@/lib/core/session'
import { look } from '@/lib/core/table'
import { CALL, CANCELLED, FAILED, MESSAGE, RUNNING, TURN } from './bars'
import type { Rows } from './rows'

/** What a bar did, in as few words as say it. */
export function labelOf(rows: Rows, bar: number): string {
  const { bars } = rows
  const subject = bars.subject(bar)
  const deed = bars.acted.at(bar) === 1 ? deedOf(rows, bar) : undefined
  if (deed !== undefined) return deed
  switch (bars.subjectKind.at(bar)) {
    case TURN:
      return turnLabel(rows, bar, subject as Turn)
    case CALL:
      return callLabel(rows, bar, subject as ToolCall)
    case MESSAGE: {
      const message = subject as Message
      return message.text === undefined ? message.purpose : contentPreview(message.text)
    }
    default:
      return baseName((subject as Write).path)
  }
}

/** "rewrites schema.sql": what a master did to delegated work with this bar. */
function deedOf(rows: Rows, bar: number): string | undefined {
  const finding = rows.marked.get(bar)?.did?.finding
  if (!finding) return undefined
  const artifact = finding.artifact === undefined ? undefined : baseName(finding.artifact)
  const whom = agentName(rows, finding.assigneeId)
  switch (finding.kind) {
    case 'interrupt':
      return `stops ${whom}`
    case 'takeover':
      return `takes over ${artifact ?? `from ${whom}`}`
    case 'reject':
      return `rejects ${artifact ?? whom}`
    default:
      return `rewrites ${artifact ?? `what ${whom} made`}`
  }
}

function turnLabel(rows: Rows, bar: number, turn: Turn): string {
  const tasks = tasksOf(rows, rows.turnTasks.get(turn.id))
  if (tasks) return delegates(rows, tasks)
  const writes = rows.turnWrites.get(turn.id)
  if (writes) return writesLabel(writes)
  if (turn.output !== undefined) {
    const words = contentPreview(turn.output)
    if (words !== '') return words
  }
  const tokens = rows.bars.tokens.at(bar)
  if (rows.bars.state.at(bar) === RUNNING) return Number.isNaN(tokens) ? 'thinking…' : `streaming… ${plural(tokens, 'token')}`
  if (turn.reasoning !== undefined) return `thinks: ${contentPreview(turn.reasoning)}`
  if (turn.finish === 'tool_calls') return 'calls tools'
  return Number.isNaN(tokens) ? 'turn' : plural(tokens, 'token')
}

function callLabel(rows: Rows, bar: number, call: ToolCall): string {
  const tasks = tasksOf(rows, rows.callTasks.get(call.id))
  if (tasks) return delegates(rows, tasks)
  const writes = rows.callWrites.get(call.id)
  if (writes) return writesLabel(writes)
  return `${call.name ?? 'call'}${objectOf(call)}${outcome(rows, bar, call)}`
}

function tasksOf(rows: Rows, ids: readonly TaskId[] | undefined): Task[] | undefined {
  return ids?.map((id) => look(rows.state.tasks, id)).filter((task) => task !== undefined)
}

function delegates(rows: Rows, tasks: readonly Task[]): string {
  const names = tasks
    .toSorted((a, b) => (a.delegatedAt ?? 0) - (b.delegatedAt ?? 0) || (a.id < b.id ? -1 : 1))
    .map(({ to }) => (to === undefined ? 'someone' : agentName(rows, to)))
  return `→ ${names.slice(0, 2).join(', ')}${names.length > 2 ? ` +${formatCount(names.length - 2)}` : ''}`
}

function writesLabel(writes: readonly Write[]): string {
  // in the order of the writing, not of the telling
  const inOrder = writes.toSorted((a, b) => a.at - b.at || a.order - b.order || (a.id < b.id ? -1 : 1))
  const names = [...new Set(inOrder.map(({ path }) => baseName(path)))]
  const first = names[0] ?? ''
  const verb = writes.every(({ change }) => change === 'delete') ? 'deletes ' : ''
  return names.length > 1 ? `${verb}${first} +${formatCount(names.length - 1)}` : `${verb}${first}`
}

const PATH = /"(?:file_path|filePath|path|filename|file|notebook_path|target_file)"\s*:\s*"((?:[^"\\]|\\.)+)/
const COMMAND = /"(?:command|cmd|script)"\s*:\s*"((?:[^"\\]|\\.)+)/
const PATTERN = /"(?:pattern|query|regex|url|description)"\s*:\s*"((?:[^"\\]|\\.)+)/

/** What the call works on, if its arguments say so in one of the usual names. */
function objectOf(call: ToolCall): string {
  const told = call.arguments === undefined ? '' : contentPreview(call.arguments)
  const path = PATH.exec(told)?.[1] ?? call.reads?.[0]
  if (path !== undefined) return ` ${baseName(path)}`
  const command = COMMAND.exec(told)?.[1] ?? PATTERN.exec(told)?.[1]
  if (command !== undefined) return ` ${command.replace(/\\n.*$/s, '').replace(/\\(.)/g, '$1')}`
  return told !== '' && !told.startsWith('{') ? ` ${told}` : ''
}

function outcome(rows: Rows, bar: number, { check }: ToolCall): string {
  if (check) {
    const { ok, passed, failed } = check
    if (failed) return ` · ${formatCount(failed)} failed`
    if (ok !== undefined) return ok ? ` · ${passed === undefined ? '' : `${formatCount(passed)} `}passed` : ' · failed'
  }
  const state = rows.bars.state.at(bar)
  return state === FAILED ? ' · failed' : state === CANCELLED ? ' · cancelled' : ''
}

export function baseName(path: string): string {
  const parts = path.split(/[/\\]/)
  return parts[parts.length - 1] || path
}

/** What people call an agent: its name, else what it was made for, else its id. */
export function agentName(rows: Rows, id: string): string {
  const agent = rows.lookupLane(id)?.agent
  return agent?.name ?? agent?.agentType ?? id
}
