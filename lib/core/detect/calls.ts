import type { EventOf } from '../event'
import type { AgentId, CallId } from '../ids'
import { compareStamps, type Stamp, stampOf } from '../order'
import { currentTask, type KnownTask, type Owner, relationTo, type World } from './world'

/**
 * Calls already made, to see who makes them again. A call is the same if its tool and its arguments
 * are, whatever the order of the arguments' names.
 */
export class Calls {
  private made = new Map<string, { task: KnownTask; owner: Owner; at: number; reads: string[] }>()
  private byId = new Map<CallId, { agentId: AgentId; name: string; runs: boolean }>()
  /** Those of others than whom they would count for. */
  private otherwiseMade = new Set<string>()
  private flagged = new Set<string>()
  /** Of those that can be done again. */
  newest: Stamp | undefined

  called(id: CallId): { agentId: AgentId; name: string; runs: boolean } | undefined {
    return this.byId.get(id)
  }

  /** What the same calls have in common; undefined for those that are no work done again. */
  keyOf(name: string, args: string | undefined): string | undefined {
    return args === undefined || !canBeRedone(name, args) ? undefined : `${name.toLowerCase()} ${canonical(args)}`
  }

  /** Whether anybody made such a call, so that it matters who came first. */
  wasMade(key: string): boolean {
    return this.made.has(key) || this.otherwiseMade.has(key)
  }

  /** The completed task whose call this repeats for its master, if it does. `writes` counts the
   *  writes so far, `lastWrite` gives that count at the last write of a path. */
  take(
    world: World,
    event: EventOf<'tool.called'>,
    args: string | undefined,
    writes: number,
    lastWrite: (path: string) => number,
  ): { task: KnownTask; owner: Owner; distance: number } | undefined {
    this.byId.set(event.callId, { agentId: event.agentId, name: event.name, runs: RUNS.test(event.name) })
    const key = this.keyOf(event.name, args)
    if (key === undefined) return undefined
    const stamp = stampOf(event)
    if (!this.newest || compareStamps(stamp, this.newest) > 0) this.newest = stamp
    const earlier = this.made.get(key)
    const task = (event.taskId === undefined ? undefined : world.tasks.get(event.taskId)) ?? currentTask(world, event.agentId)
    let repeated: { task: KnownTask; owner: Owner; distance: number } | undefined
    if (earlier && earlier.task.status === 'completed' && earlier.task !== task && !this.flagged.has(`${earlier.task.id} ${key}`)) {
      const relation = relationTo(world, event.agentId, earlier.task)
      const stale = earlier.reads.some((path) => lastWrite(path) > earlier.at)
      // Where it is not known what a call reads, any write since may have changed its answer.
      const unsure = earlier.reads.length === 0 && writes > earlier.at
      const distance = relation.kind === 'master' ? relation.distance : onOrderOf(earlier.task, task) ? 1 : undefined
      if (distance !== undefined && !stale && !unsure) {
        this.flagged.add(`${earlier.task.id} ${key}`)
        repeated = { task: earlier.task, owner: earlier.owner, distance }
      }
    }
    if (task && relationTo(world, event.agentId, task).kind === 'self') {
      const { agentId, id, turnId, callId, source, occurredAt } = event
      this.made.set(key, { task, owner: { agentId, task, eventId: id, turnId, callId, source, at: occurredAt }, at: writes, reads: event.reads ?? [] })
    } else if (!earlier) this.otherwiseMade.add(key)
    return repeated
  }
}

/** Whether the same master ordered `later` when it had the result of `earlier` in hand. */
export function onOrderOf(earlier: KnownTask, later: KnownTask | undefined): boolean {
  return later !== undefined && later.by === earlier.by && later.group === undefined && later.delegatedAt >= (earlier.endedAt ?? Number.POSITIVE_INFINITY)
}

/** Tools that run commands: their failure is a failure of the work. */
const RUNS = /^(bash|shell|exec|run|terminal|execute|command|local_shell|exec_command|run_terminal_cmd|test|pytest)/i

// Reading a file again is demanded by many an edit tool, and running a check again is verification:
// neither is doing the work again.
const READS =
  /^(read|view|cat|open|get_?file|read_file|notebookread|todo|task|agent|write|edit|multiedit|str_replace|apply_patch|send_?message|wait|update_plan|exitplanmode|skill|toolsearch)/i
const VERIFIES =
  /\b(test|tests|pytest|jest|vitest|mocha|unittest|tox|lint|eslint|ruff|flake8|mypy|pyright|tsc|typecheck|type-check|check|build|compile|make|clippy|fmt|vet|status|git (add|commit|push|diff|log|status|show))\b/i
const READING_COMMAND = /^\s*["{]?\s*(?:"command"\s*:\s*")?\s*(cat|head|tail|less|sed -n|nl|ls|pwd|cd|echo|sleep|date)\b/

function canBeRedone(name: string, args: string): boolean {
  if (READS.test(name)) return false
  if (args.length < 3) return false
  if (RUNS.test(name)) return !VERIFIES.test(args) && !READING_COMMAND.test(args)
  return !VERIFIES.test(name)
}

/** The arguments with the names of objects in order and without what only describes the call. */
function canonical(args: string): string {
  const text = args.trim()
  if (!text.startsWith('{')) return text.replace(/\s+/g, ' ')
  try {
    return JSON.stringify(sorted(JSON.parse(text)))
  } catch {
    return text.replace(/\s+/g, ' ')
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([key]) => key !== 'description' && key !== 'timeout')
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]))
}
