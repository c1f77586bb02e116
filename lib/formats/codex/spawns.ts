import type { Evidence } from '@/lib/core/event'
import { type Telling, titleOf } from '../telling'
import type { SpawnAnswer } from './collab'
import type { Place } from './place'
import { agentOf, type Thread } from './thread'

/** A call of spawn_agent. */
interface Spawn {
  callId: string
  by: string
  byTask: string | undefined
  turnId: string
  brief: string | undefined
  role: string | undefined
  name: string | undefined
  childId: string | undefined
  failed: boolean
  told: boolean
  place: Place
}

/** Who started whom: calls of spawn_agent and the threads that they led to, whichever file says so first. */
export class Spawns {
  private readonly spawns = new Map<string, Spawn>()
  private readonly delegated = new Set<string>()
  /** Delegations known only from the sub-agent's own first line. */
  private readonly metaTold = new Set<string>()

  constructor(
    private readonly telling: Telling,
    private readonly threads: ReadonlyMap<string, Thread>,
  ) {}

  called(spawn: Omit<Spawn, 'childId' | 'failed' | 'told'>): void {
    this.spawns.set(spawn.callId, { ...spawn, childId: undefined, failed: false, told: false })
  }

  answered(callId: string, answer: SpawnAnswer, failed: boolean): void {
    const spawn = this.spawns.get(callId)
    if (!spawn) return
    spawn.name ??= answer.taskName ?? answer.nickname
    if (failed) spawn.failed = true
    if (answer.agentId !== undefined) this.spawnedAs(callId, answer.agentId, { name: answer.nickname ?? answer.taskName })
  }

  spawnedAs(callId: string | undefined, childId: string | undefined, named: { name?: string; role?: string }): boolean {
    const spawn = callId === undefined ? undefined : this.spawns.get(callId)
    if (!spawn || childId === undefined) return false
    spawn.name = named.name ?? spawn.name
    spawn.role ??= named.role
    spawn.childId = childId
    this.tellSpawn(spawn, childId, { kind: 'declared', how: 'the answer to the call of spawn_agent names the thread' })
    return true
  }

  /** Calls without a thread and threads without a call; `final`: nothing more is read. */
  settle(final: boolean): void {
    for (const spawn of this.spawns.values()) if (!spawn.told && !spawn.failed) this.settleSpawn(spawn, final)
    for (const thread of this.threads.values()) if (thread.isChild && !this.delegated.has(agentOf(thread))) this.withoutSpawn(thread)
  }

  /** A thread by its id, its path or the last name of that path. */
  resolve(name: string): string | undefined {
    if (this.threads.has(name)) return name
    for (const thread of this.threads.values()) {
      if (thread.agentPath === name || thread.agentPath?.split('/').at(-1) === name || thread.nickname === name) return agentOf(thread)
    }
    for (const spawn of this.spawns.values()) {
      if (spawn.childId !== undefined && (spawn.childId === name || spawn.name === name || spawn.name?.split('/').at(-1) === name.split('/').at(-1)))
        return spawn.childId
    }
    return undefined
  }

  private settleSpawn(spawn: Spawn, final: boolean): void {
    const byName = spawn.name === undefined ? undefined : this.resolve(spawn.name)
    if (byName !== undefined && !this.delegated.has(byName)) {
      this.tellSpawn(spawn, byName, { kind: 'declared', how: 'the call and the thread’s session_meta name the same agent path' })
      return
    }
    const free = [...this.threads.values()].filter((thread) => thread.parentId === spawn.by && !this.delegated.has(agentOf(thread)))
    const open = [...this.spawns.values()].filter((one) => one.by === spawn.by && !one.told && !one.failed)
    const only = free[0]
    if (free.length === 1 && open.length === 1 && only) {
      this.tellSpawn(spawn, agentOf(only), { kind: 'inferred', how: 'the only call without a thread and the only thread without a call' })
    } else if (final) {
      this.tellSpawn(spawn, spawn.name ?? `unseen-${spawn.callId}`, { kind: 'inferred', how: 'the rollout of the thread that this call started was not found' })
    }
  }

  private tellSpawn(spawn: Spawn, childId: string, evidence: Evidence): void {
    if (spawn.told) return
    spawn.told = true
    spawn.childId = childId
    this.delegated.add(childId)
    const { place, name, role, brief } = spawn
    // its own first line has spoken already, with less: this is told again after that
    const corrected = this.metaTold.has(childId) ? Math.max(place.at, this.threads.get(childId)?.bornAt ?? place.at) : undefined
    this.telling.tell({
      type: 'agent.joined',
      id: `${childId}:joined:${spawn.callId}`,
      occurredAt: place.at,
      order: place.line + 0.1,
      agentId: childId,
      parentId: spawn.by,
      role: 'agent',
      name: name ?? (brief === undefined ? undefined : titleOf(brief)),
      agentType: role,
      evidence,
    })
    const delegation = {
      type: 'task.delegated' as const,
      taskId: childId,
      by: spawn.by,
      to: childId,
      title: brief === undefined ? name : titleOf(brief),
      brief,
      parentTaskId: spawn.byTask,
      turnId: spawn.turnId,
      callId: spawn.callId,
      background: true,
      evidence,
      source: { path: place.path, line: place.line, toolUseId: spawn.callId },
      attributes: { delegatedBy: 'spawn_agent' },
    }
    this.telling.tell({ ...delegation, id: `${childId}:delegated:${spawn.callId}`, occurredAt: place.at, order: place.line + 0.2 })
    if (corrected !== undefined) this.telling.tell({ ...delegation, id: `${childId}:delegated:${spawn.callId}:again`, occurredAt: corrected, order: 1e9 })
  }

  /** No call for it in what was read: its own first line names its master. */
  private withoutSpawn(thread: Thread): void {
    const id = agentOf(thread)
    const by = thread.parentId
    if (by === undefined) return
    this.delegated.add(id)
    this.metaTold.add(id)
    const place = { path: thread.path, line: thread.bornLine, at: thread.bornAt ?? 0 }
    if (!this.threads.has(by)) {
      this.telling.tell({
        type: 'agent.joined',
        id: `${by}:named`,
        occurredAt: place.at,
        order: -0.5,
        agentId: by,
        role: 'agent',
        evidence: { kind: 'declared', how: 'a sub-agent’s session_meta names it; its own rollout was not read' },
      })
    }
    this.telling.tell({
      type: 'task.delegated',
      id: `${id}:delegated:meta`,
      occurredAt: place.at,
      order: place.line - 0.4,
      taskId: id,
      by,
      to: id,
      parentTaskId: this.threads.get(by)?.isChild ? by : undefined,
      background: true,
      evidence: { kind: 'declared', how: 'its session_meta names the thread that started it; the call was not found' },
      source: { path: place.path, line: place.line },
      attributes: { delegatedBy: 'session_meta' },
    })
  }
}
