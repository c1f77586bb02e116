import type { Draft } from './draft'
import type { Message } from './line'
import { SeenFiles } from './seen-files'
import type { OpenTurn } from './turns'

/** Fewer than this many lines lie between a line and its parent. */
const REMEMBERED_LINES = 4_000
const REMEMBERED_TURNS = 16

/**
 * One agent's line of work in a session: the master's in the session's own file, a sub-agent's in a
 * file of its own, in side-chain lines, or inside progress lines.
 */
export class AgentStream {
  readonly runs: Run[] = []
  readonly seen = new SeenFiles()
  /** The turn being written, if any. */
  turn: OpenTurn | undefined
  private readonly turns = new Map<string, OpenTurn>()
  private readonly times = new Map<string, number>()
  /** Time of the newest line that was not the agent's own output: what its next turn answers. */
  causeAt: number | undefined
  lastAt: number | undefined
  cwd: string | undefined
  model: string | undefined
  /** Its lines come from a file of its own; progress lines then only repeat them. */
  ownFile = false
  /** The workflow run that the file's folder names. */
  workflow: string | undefined

  constructor(
    readonly id: string,
    readonly isMain: boolean,
  ) {}

  get run(): Run | undefined {
    return this.runs.at(-1)
  }

  remember(uuid: string | undefined, at: number): void {
    if (uuid === undefined) return
    this.times.set(uuid, at)
    if (this.times.size > REMEMBERED_LINES) {
      const oldest = this.times.keys().next().value
      if (oldest !== undefined) this.times.delete(oldest)
    }
  }

  timeOf(uuid: string | null | undefined): number | undefined {
    return uuid ? this.times.get(uuid) : undefined
  }

  knows(uuid: string): boolean {
    return this.times.has(uuid)
  }

  recentTurn(id: string): OpenTurn | undefined {
    return this.turns.get(id)
  }

  keepTurn(turn: OpenTurn): void {
    this.turns.delete(turn.id)
    this.turns.set(turn.id, turn)
    if (this.turns.size > REMEMBERED_TURNS) {
      const oldest = this.turns.keys().next().value
      if (oldest !== undefined) this.turns.delete(oldest)
    }
  }
}

/**
 * One stretch of a stream that works on one task. Its events wait until the task is known, because
 * the call that delegated it stands in another file that may be read later.
 */
export interface Run {
  startedAt: number
  order: number
  prompt: string | undefined
  state: 'waiting' | 'known'
  taskId: string | undefined
  held: Draft[]
  /** How many times `settle` has found it waiting. */
  patience: number
  warmup: boolean
  /** The first line, for issues. */
  path: string
  line: number
}

/** One transcript line of an agent, whatever it was wrapped in. */
export interface Entry {
  path: string
  line: number
  uuid: string | undefined
  parentUuid: string | null | undefined
  at: number
  cwd: string | undefined
  message: Message
  toolUseResult: unknown
  isMeta: boolean
  isCompactSummary: boolean
  apiError: boolean
  originKind: string | undefined
}
