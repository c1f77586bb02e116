import type { EventInput } from '@/lib/core/event'
import { inventFunction, inventModule, inventPath, inventSentence } from './invented-code'
import type { Random } from './random'
import { type Actor, Gate, type Simulation } from './simulation'

/**
 * The people of made-up sessions: agents that take turns, write files and wait for one another.
 * An agent takes one turn at a time, as a real one does, so a master with many sub-agents queues.
 */
export class Company {
  turns = 0
  tasks = 0
  calls = 0
  /** What each path holds now, to make edits and rewrites of. */
  readonly files = new Map<string, string>()
  readonly revisions = new Map<string, number>()
  private readonly atWork = new Map<string, Gate[]>()

  constructor(
    readonly sim: Simulation,
    readonly random: Random,
    /** How many `turn.streamed` a turn has. */
    private readonly streams: number,
  ) {}

  open(title: string, workflow: string): void {
    this.sim.tell({ type: 'session.started', title, workflow, framework: 'simulated', simulated: true, tags: ['simulated'] })
  }

  join(agentId: string, more: { parentId?: string; model?: string; provider?: string; name?: string; agentType?: string } = {}): void {
    this.sim.tell({ type: 'agent.joined', agentId, ...more })
  }

  delegate(by: string, to: string, outputs: string[], more: { turnId?: string; parentTaskId?: string; brief?: string; skew?: number } = {}): string {
    const taskId = `task-${++this.tasks}`
    const brief = more.brief ?? `Write ${outputs.join(' and ')}. ${inventSentence(this.random)}`
    this.sim.tell({ type: 'task.delegated', taskId, by, to, outputs, title: `Write ${outputs.join(', ')}`, ...more, brief })
    return taskId
  }

  /** A whole turn. `act` runs when the tokens are out and before the turn ends. */
  *turn(agentId: string, taskId?: string, act?: (turnId: string) => void, skew = 0): Actor {
    const queue = this.atWork.get(agentId)
    if (queue) {
      const gate = new Gate()
      queue.push(gate)
      yield gate
    } else this.atWork.set(agentId, [])

    const turnId = `turn-${++this.turns}`
    const tokens = this.random.between(24, 240)
    const at = { turnId, agentId, ...(taskId === undefined ? {} : { taskId }), skew }
    this.sim.tell({ type: 'turn.started', ...at })
    for (let i = 1; i <= this.streams; i++) {
      yield (tokens / this.streams) * 16
      this.sim.tell({ type: 'turn.streamed', ...at, outputTokens: Math.round((tokens * i) / this.streams) })
    }
    act?.(turnId)
    const inputTokens = 800 + tokens * 4 + (this.turns % 512) * 8
    const usage = { inputTokens, cachedInputTokens: Math.floor(inputTokens * 0.6), outputTokens: tokens }
    this.sim.tell({ type: 'turn.ended', ...at, finish: act ? 'tool_calls' : 'stop', output: inventSentence(this.random), usage })

    const next = this.atWork.get(agentId)?.shift()
    if (next) this.sim.open(next)
    else this.atWork.delete(agentId)
    yield this.random.between(20, 200)
  }

  /** A tool call that writes: `change` is what it does to the file. */
  write(agentId: string, path: string, change: WrittenChange, more: { taskId?: string; turnId?: string; baseRevision?: number; skew?: number } = {}): void {
    const callId = `call-${++this.calls}`
    const { skew, turnId, taskId } = more
    this.sim.tell({ type: 'tool.called', callId, agentId, name: change.kind === 'edit' ? 'edit_file' : 'write_file', arguments: path, turnId, taskId, skew })
    this.sim.tell({ type: 'artifact.written', agentId, path, change, callId, ...more })
    this.sim.tell({ type: 'tool.returned', callId, agentId, status: 'ok', skew })
    this.files.set(path, afterChange(this.files.get(path) ?? '', change))
    this.revisions.set(path, (this.revisions.get(path) ?? 0) + 1)
  }

  writeModule(agentId: string, path: string, functions: number, more: { taskId?: string; turnId?: string; baseRevision?: number; skew?: number } = {}): void {
    this.write(agentId, path, { kind: 'content', content: inventModule(this.random, functions) }, more)
  }

  appendFunction(agentId: string, path: string, more: { taskId?: string; turnId?: string; skew?: number } = {}): void {
    this.write(agentId, path, { kind: 'append', text: `\n${inventFunction(this.random)}` }, more)
  }

  /** One line of the file replaced by another, as a small correction does. */
  editLine(agentId: string, path: string, more: { taskId?: string; turnId?: string; skew?: number } = {}): void {
    const lines = (this.files.get(path) ?? '').split('\n').filter((line) => line.startsWith('  '))
    if (lines.length === 0) return this.appendFunction(agentId, path, more)
    const old = this.random.pick(lines)
    this.write(
      agentId,
      path,
      { kind: 'edit', edits: [{ old, new: `  // ${inventSentence(this.random)}\n${old.replace(/\d+/, String(this.random.between(2, 9973)))}` }] },
      more,
    )
  }

  check(agentId: string, passed: number, failed: number, more: { taskId?: string; turnId?: string; skew?: number } = {}): void {
    const callId = `call-${++this.calls}`
    this.sim.tell({ type: 'tool.called', callId, agentId, name: 'run_tests', arguments: 'npm test', ...more })
    const result = failed > 0 ? `${failed} failed, ${passed} passed` : `${passed} passed`
    const check = { kind: 'test', ok: failed === 0, passed, failed, tool: 'vitest' } as const
    this.sim.tell({ type: 'tool.returned', callId, agentId, status: failed > 0 ? 'error' : 'ok', result, check, skew: more.skew })
  }

  newPath(): string {
    for (;;) {
      const path = inventPath(this.random)
      if (!this.files.has(path)) return path
    }
  }
}

type WrittenChange = Extract<Extract<EventInput, { type: 'artifact.written' }>['change'], { kind: 'content' | 'append' | 'edit' }>

function afterChange(before: string, change: WrittenChange): string {
  switch (change.kind) {
    case 'content':
      return textOf(change.content)
    case 'append':
      return before + textOf(change.text)
    case 'edit':
      return change.edits.reduce((text, edit) => text.replace(textOf(edit.old), () => textOf(edit.new)), before)
  }
}

function textOf(content: string | { hash: string }): string {
  if (typeof content === 'string') return content
  throw new Error('a made-up session holds its content inline')
}
