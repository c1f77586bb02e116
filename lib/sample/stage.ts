import type { EventInput } from '@/lib/core/event'
import { type Actor, Gate, type Running, type Simulation } from './simulation'

/**
 * What the agents of the written sample can do: say something, stream a file, run a tool, delegate,
 * cut another one off. Everything streams in small pieces, so that a viewer sees it grow.
 */

/** Virtual time between two pieces of a stream. */
const PIECE_MS = 110
/** Dollars a token, made up like everything else here. */
const PRICE = { input: 2.5e-6, output: 10e-6 }

type WriteChange = Extract<EventInput, { type: 'artifact.written' }>['change']
type Check = NonNullable<Extract<EventInput, { type: 'tool.returned' }>['check']>
type TaskEnd = Extract<EventInput, { type: 'task.ended' }>['status']

export interface Job {
  taskId: string
  assignee: string
  callId: string
  /** Opens when the task has ended, whoever ended it. */
  done: Gate
  running: Running
  ended: boolean
}

interface OpenTurn {
  turnId: string
  agentId: string
  taskId: string | undefined
  pieces: number
  text: string
  /** The call that the turn is streaming. */
  callId: string | undefined
}

export interface Delegation {
  to: string
  title: string
  brief: string
  outputs: string[]
  /** What the sub-agent does; when it is through, the task is completed with `result`. */
  work: (taskId: string) => Actor
  result: string
}

export class Stage {
  readonly files = new Map<string, string>()
  private readonly openTurns = new Map<string, OpenTurn>()
  /** The call whose answer an agent waits for. */
  private readonly waitingFor = new Map<string, string>()
  private readonly context = new Map<string, number>()
  private turns = 0
  private calls = 0
  private tasks = 0

  constructor(readonly sim: Simulation) {}

  /** A turn of plain words; `act` makes the calls that it ends with. */
  *say(agentId: string, text: string, more: { taskId?: string; rate?: number; act?: (turnId: string) => void } = {}): Actor {
    const turn = this.begin(agentId, more.taskId)
    yield 350
    yield* this.stream(turn, text, more.rate ?? 34)
    more.act?.(turn.turnId)
    this.finish(turn, more.act ? 'tool_calls' : 'stop')
    yield 250
  }

  /**
   * A turn that streams a new file into being, piece by piece. `marks` opens gates when so many
   * tokens of the turn are out.
   */
  *writeFile(
    agentId: string,
    path: string,
    content: string,
    more: { taskId?: string; rate?: number; intro?: string; marks?: Record<number, Gate> } = {},
  ): Actor {
    if (this.files.has(path)) throw new Error(`${path} is there already: change it instead of streaming it anew`)
    const turn = this.begin(agentId, more.taskId)
    yield 300
    const rate = more.rate ?? 34
    if (more.intro !== undefined) yield* this.stream(turn, `${more.intro}\n`, rate)
    const callId = this.call(agentId, 'write_file', { path }, turn)
    const where = { agentId, path, taskId: more.taskId, turnId: turn.turnId, callId }
    yield* this.stream(turn, content, rate, more.marks, (text) => {
      this.files.set(path, (this.files.get(path) ?? '') + text)
      this.sim.tell({ type: 'artifact.written', ...where, change: { kind: 'append', text }, partial: true })
    })
    this.sim.tell({ type: 'artifact.written', ...where, change: { kind: 'content', content } })
    this.return(callId, { agentId, result: `Wrote ${content.split('\n').length - 1} lines.` })
    turn.callId = undefined
    this.finish(turn, 'tool_calls')
    yield 250
  }

  /** A turn at whose end a change to an existing file lands whole, once the gate `when` is open; `onLanding` happens at that moment. */
  *changeFile(
    agentId: string,
    path: string,
    change: WriteChange,
    more: { taskId?: string; words: string; rate?: number; baseRevision?: number; when?: Gate; onLanding?: () => void },
  ): Actor {
    const turn = this.begin(agentId, more.taskId)
    yield 300
    const body = writtenText(change)
    yield* this.stream(turn, body === '' ? more.words : `${more.words}\n${body}`, more.rate ?? 60)
    if (more.when) yield more.when
    this.change(agentId, path, change, { taskId: more.taskId, turnId: turn.turnId, baseRevision: more.baseRevision })
    more.onLanding?.()
    this.finish(turn, 'tool_calls')
    yield 250
  }

  change(agentId: string, path: string, change: WriteChange, more: { taskId?: string; turnId?: string; baseRevision?: number } = {}): void {
    const tool = {
      content: 'write_file',
      append: 'append_file',
      edit: 'edit_file',
      patch: 'apply_patch',
      delete: 'delete_file',
      move: 'move_file',
      revert: 'restore_file',
      opaque: 'render_image',
    }[change.kind]
    const callId = this.call(agentId, tool, change.kind === 'move' ? { from: change.from, to: path } : { path }, more)
    this.sim.tell({ type: 'artifact.written', agentId, path, change, callId, ...more })
    this.return(callId, { agentId, result: 'Done.' })
    this.apply(path, change)
  }

  /** A turn that ends with a tool call; the answer comes `ms` later. */
  *use(
    agentId: string,
    words: string,
    tool: { name: string; arguments: Record<string, unknown>; reads?: string[]; result: string; check?: Check; status?: 'ok' | 'error'; ms?: number },
    more: { taskId?: string; rate?: number } = {},
  ): Actor {
    let callId = ''
    yield* this.say(agentId, words, {
      ...more,
      act: (turnId) => (callId = this.call(agentId, tool.name, tool.arguments, { taskId: more.taskId, turnId }, tool.reads)),
    })
    this.waitingFor.set(agentId, callId)
    yield tool.ms ?? 900
    this.waitingFor.delete(agentId)
    const failed = tool.check?.ok === false
    this.return(callId, { agentId, result: tool.result, check: tool.check, status: tool.status ?? (failed ? 'error' : 'ok') })
    yield 200
  }

  /** A turn that hands out work: one job for each piece of it, in the same order. */
  *handOut<T extends Delegation[]>(
    by: string,
    words: string,
    delegations: [...T],
    more: { taskId?: string } = {},
  ): Generator<number | Gate, { [K in keyof T]: Job }, void> {
    const jobs: Job[] = []
    yield* this.say(by, words, { ...more, act: (turnId) => delegations.forEach((delegation) => jobs.push(this.assign(by, turnId, delegation, more.taskId))) })
    // as many jobs as delegations: `say` has run `act`
    return jobs as { [K in keyof T]: Job }
  }

  private assign(by: string, turnId: string, { work, result, ...delegation }: Delegation, parentTaskId: string | undefined): Job {
    const taskId = `task-${++this.tasks}`
    const { to } = delegation
    const callId = this.call(by, 'delegate', { to, title: delegation.title }, { turnId, taskId: parentTaskId })
    this.sim.tell({ type: 'task.delegated', taskId, by, callId, turnId, background: true, parentTaskId, ...delegation })
    const job: Job = { taskId, assignee: to, callId, done: new Gate(), running: { actor: nothing(), stopped: false }, ended: false }
    const end = () => this.end(job, 'completed', to, { result })
    const whole = function* (): Actor {
      yield 400
      yield* work(taskId)
      end()
    }
    job.running = this.sim.start(whole())
    return job
  }

  end(job: Job, status: TaskEnd, by: string, more: { reason?: string; result?: string; turnId?: string } = {}): void {
    if (job.ended) return
    job.ended = true
    this.sim.tell({ type: 'task.ended', taskId: job.taskId, status, by, ...more })
    const returned = status === 'completed' ? 'ok' : status === 'failed' ? 'error' : 'cancelled'
    this.return(job.callId, { result: more.result ?? more.reason ?? status, status: returned })
    this.sim.open(job.done)
  }

  /** The sub-agent stops in the middle of what it was saying, or waiting for. */
  cutOff(job: Job): void {
    this.sim.stop(job.running)
    const waitingFor = this.waitingFor.get(job.assignee)
    if (waitingFor !== undefined) {
      this.waitingFor.delete(job.assignee)
      this.return(waitingFor, { agentId: job.assignee, status: 'cancelled', result: 'The call was cut off.' })
    }
    const turn = this.openTurns.get(job.assignee)
    if (!turn || turn.taskId !== job.taskId) return
    if (turn.callId !== undefined) this.return(turn.callId, { agentId: turn.agentId, status: 'cancelled', result: 'The stream was cut off.' })
    this.finish(turn, 'cancelled')
  }

  message(
    from: string,
    to: string,
    purpose: Extract<EventInput, { type: 'message.sent' }>['purpose'],
    text: string,
    more: { taskId?: string; turnId?: string } = {},
  ): void {
    this.sim.tell({ type: 'message.sent', from, to, purpose, text, ...more })
  }

  private begin(agentId: string, taskId: string | undefined): OpenTurn {
    const open = this.openTurns.get(agentId)
    if (open) throw new Error(`${agentId} is still in ${open.turnId}: an agent takes one turn at a time`)
    const turn: OpenTurn = { turnId: `turn-${++this.turns}`, agentId, taskId, pieces: 0, text: '', callId: undefined }
    this.openTurns.set(agentId, turn)
    this.sim.tell({ type: 'turn.started', turnId: turn.turnId, agentId, taskId })
    return turn
  }

  /** `rate` in tokens a second. */
  private *stream(turn: OpenTurn, text: string, rate: number, marks: Record<number, Gate> = {}, also?: (text: string) => void): Actor {
    const all = pieces(text)
    const atOnce = Math.max(1, Math.round((rate * PIECE_MS) / 1000))
    for (let from = 0; from < all.length; ) {
      let count = Math.min(atOnce, all.length - from)
      // a mark falls on a piece's end, so that whoever waits for it sees exactly so many tokens
      for (const mark of Object.keys(marks).map(Number)) if (mark > turn.pieces && mark < turn.pieces + count) count = mark - turn.pieces
      yield (count / rate) * 1000
      const part = all.slice(from, from + count).join('')
      from += count
      turn.pieces += count
      const offset = turn.text.length
      turn.text += part
      this.sim.tell({ type: 'turn.streamed', turnId: turn.turnId, agentId: turn.agentId, taskId: turn.taskId, outputTokens: turn.pieces, offset, text: part })
      also?.(part)
      const gate = marks[turn.pieces]
      if (gate) this.sim.open(gate)
    }
  }

  private finish(turn: OpenTurn, finish: 'stop' | 'tool_calls' | 'cancelled'): void {
    const inputTokens = 900 + (this.context.get(turn.agentId) ?? 0)
    const cachedInputTokens = this.context.get(turn.agentId) ?? 0
    this.context.set(turn.agentId, cachedInputTokens + turn.pieces + 160)
    const costUsd = Number((inputTokens * PRICE.input + turn.pieces * PRICE.output).toFixed(6))
    const usage = { inputTokens, cachedInputTokens, outputTokens: turn.pieces, costUsd }
    this.sim.tell({ type: 'turn.ended', turnId: turn.turnId, agentId: turn.agentId, taskId: turn.taskId, finish, usage, output: turn.text })
    this.openTurns.delete(turn.agentId)
  }

  private call(agentId: string, name: string, args: Record<string, unknown>, at: { turnId?: string; taskId?: string | undefined }, reads?: string[]): string {
    const callId = `call-${++this.calls}`
    const turn = this.openTurns.get(agentId)
    if (turn && turn.turnId === at.turnId && name === 'write_file') turn.callId = callId
    this.sim.tell({ type: 'tool.called', callId, agentId, name, arguments: JSON.stringify(args), turnId: at.turnId, taskId: at.taskId, reads })
    return callId
  }

  private return(callId: string, more: { agentId?: string; status?: 'ok' | 'error' | 'cancelled'; result?: string; check?: Check }): void {
    this.sim.tell({ type: 'tool.returned', callId, status: 'ok', ...more })
  }

  /** Keeps the files' texts, so that an edit of something that is not there is found while the sample is written. */
  private apply(path: string, change: WriteChange): void {
    const before = this.files.get(path)
    switch (change.kind) {
      case 'content':
        this.files.set(path, inline(change.content))
        return
      case 'append':
        this.files.set(path, (before ?? '') + inline(change.text))
        return
      case 'edit':
        this.files.set(
          path,
          change.edits.reduce((text, edit) => replaceOnce(path, text, inline(edit.old), inline(edit.new)), before ?? ''),
        )
        return
      case 'move':
        this.files.set(path, this.files.get(change.from) ?? '')
        this.files.delete(change.from)
        return
      case 'delete':
        this.files.delete(path)
        return
      case 'revert':
        if (change.content !== undefined) this.files.set(path, inline(change.content))
        return
      case 'patch':
      case 'opaque':
        return
    }
  }
}

/** Text cut about where a tokenizer would cut it; joined again it is the same text. */
export function pieces(text: string): string[] {
  return text.match(/\s*[A-Za-z]{1,8}|\s*\d{1,3}|\s*[^\sA-Za-z\d]{1,2}|\s+$/g) ?? []
}

function* nothing(): Actor {}

function writtenText(change: WriteChange): string {
  switch (change.kind) {
    case 'content':
      return inline(change.content)
    case 'append':
      return inline(change.text)
    case 'edit':
      return change.edits.map((edit) => inline(edit.new)).join('\n')
    case 'patch':
      return inline(change.patch)
    case 'delete':
    case 'move':
    case 'revert':
    case 'opaque':
      return ''
  }
}

function replaceOnce(path: string, text: string, old: string, replacement: string): string {
  if (!text.includes(old)) throw new Error(`${path} does not hold ${JSON.stringify(old.slice(0, 60))}`)
  return text.replace(old, () => replacement)
}

function inline(content: string | { hash: string }): string {
  if (typeof content === 'string') return content
  throw new Error('the sample holds its content inline')
}
