import type { EventInput } from '@/lib/core/event'
import type { Issue } from '@/lib/core/issue'
import { tellAgent } from './tell-agent'
import { tellHandover } from './tell-delegation'
import { tellModel } from './tell-model'
import { tellSession } from './tell-session'
import { tellTool } from './tell-tool'
import { callFor, delegationOf, innerModelOf, keyOf, type Node, newTrace, outerModelOf, ownerOf, parentOf, same, type Trace, targetOf } from './trace'
import type { Work } from './work'

export interface TreeOptions {
  /** Begins every event's id: `otlp`. */
  prefix: string
  /** What sessions carry as their format. */
  format: string
  /** A whole import: nothing is told before `end`, so that everything is told once and right. */
  whole: boolean
}

/** A trace that says nothing for this long is forgotten; what comes later of it starts anew, under the same ids. */
const FORGET_MS = 60 * 60_000
const MAX_NODES = 200_000

/**
 * Spans in any order and any number of batches, to events. A parent that has not come (it is still
 * running) is inferred from its children: their work is told at once, under an id that stands for it, and
 * when it comes it says whose that was.
 *
 *   take(span) ... tell() -> events     take(late parent) ... tell() -> who it was, what it was asked for
 */
export class WorkTree {
  private readonly traces = new Map<string, Trace>()
  private readonly dirty = new Set<Node>()
  private readonly sessions = new Map<string, string>()
  private nodes = 0
  readonly issues: Issue[] = []

  constructor(readonly options: TreeOptions) {}

  /** Once for each span; again, with more, for systems that tell a beginning and an end. */
  take(work: Work, now = 0): void {
    let trace = this.traces.get(work.traceId)
    if (!trace) {
      trace = newTrace(work.traceId)
      this.traces.set(work.traceId, trace)
    }
    trace.touched = now
    const known = trace.nodes.get(work.id)
    if (known) {
      known.work = merged(known.work, work)
      this.note(known)
      return
    }
    const node: Node = { work: this.withoutCycle(work, trace), trace, told: new Set() }
    trace.nodes.set(work.id, node)
    this.nodes++
    if (node.work.parentId !== undefined) listed(trace.children, node.work.parentId, node)
    this.note(node)
    for (const waiter of trace.waiting.get(work.id) ?? []) {
      this.dirty.add(waiter)
      const asked = callFor(waiter)
      if (asked && 'call' in asked) this.dirty.add(asked.call)
    }
    trace.waiting.delete(work.id)
  }

  /**
   * Work that is its own ancestor hangs on nothing: everything here walks the tree, which must be one. Called for
   * each node before it is listed below its parent, so no cycle is ever closed.
   */
  private withoutCycle(work: Work, trace: Trace): Work {
    let parentId = work.parentId
    for (let depth = 0; parentId !== undefined && parentId !== work.id && depth < trace.nodes.size; depth++) parentId = trace.nodes.get(parentId)?.work.parentId
    if (parentId !== work.id) return work
    this.issues.push({
      code: 'own_ancestor',
      severity: 'warning',
      message: `Span ${work.id.slice(0, 60)} of trace ${trace.id.slice(0, 60)} is its own ancestor; it is shown without a parent. Mend the exporter that wrote its parent's id.`,
    })
    const { parentId: _, ...rest } = work
    return rest
  }

  /** What is new since the last time, and what is known better now. */
  tell(): EventInput[] {
    if (this.options.whole) return []
    return this.tellDirty()
  }

  /** While a growing file is watched: what is there so far, told as a server would. */
  settle(): EventInput[] {
    return this.tellDirty()
  }

  /** No more comes: parents that were never sent are made good for as far as times allow. */
  end(): EventInput[] {
    for (const trace of this.traces.values()) {
      trace.complete = true
      this.adopt(trace)
    }
    const events = this.tellDirty()
    this.traces.clear()
    this.nodes = 0
    return events
  }

  /** Called now and then by a server. */
  forget(now: number): void {
    for (const trace of this.traces.values()) {
      if (now - trace.touched < FORGET_MS && this.nodes <= MAX_NODES) continue
      this.nodes -= trace.nodes.size
      this.traces.delete(trace.id)
    }
    if (this.sessions.size > 10_000) for (const id of [...this.sessions.keys()].slice(0, 5_000)) this.sessions.delete(id)
  }

  private note(node: Node): void {
    const { trace, work } = node
    this.dirty.add(node)
    for (const id of work.asksFor ?? []) {
      trace.asked.set(id, node)
      const call = trace.unasked.get(id)
      if (call) this.dirty.add(call)
      trace.unasked.delete(id)
    }
    // two layers tell one call of the model: each may complete the other
    const twin = work.kind === 'model' ? (innerModelOf(node) ?? outerModelOf(node)) : undefined
    if (twin) this.dirty.add(twin)
    // who works for a delegating call may be known by what is below it only
    const asked = callFor(node)
    if (asked && 'call' in asked) this.dirty.add(asked.call)
    // an agent's last words may be what it was asked for
    let parent = work.kind === 'model' ? trace.nodes.get(work.parentId ?? '') : undefined
    for (let steps = 0; parent?.work.kind === 'container' && steps < 100; steps++) parent = trace.nodes.get(parent.work.parentId ?? '')
    if (parent?.work.kind === 'agent') this.dirty.add(parent)
    // and so may what the call that asked for it returns
    if (work.kind === 'tool') for (const child of trace.children.get(work.id) ?? []) if (child.work.kind === 'agent') this.dirty.add(child)
    if (work.kind === 'agent') once(trace.agents, node)
    else if (targetOf(node)?.passesControl) once(trace.handovers, node)
    else return
    this.link(trace)
  }

  /** A hand-over leads to the next run of the agent it names. */
  private link(trace: Trace): void {
    trace.handovers.sort((a, b) => a.work.startedAt - b.work.startedAt)
    for (const handover of trace.handovers) {
      if (handover.leadsTo) continue
      const target = targetOf(handover)
      if (!target || handsBack(handover, target.to)) continue
      let best: Node | undefined
      for (const agent of trace.agents) {
        if (agent.handedOver || !same(keyOf(agent), target.to) || agent.work.startedAt < handover.work.startedAt - 1) continue
        if (!best || agent.work.startedAt < best.work.startedAt) best = agent
      }
      if (!best) continue
      best.handedOver = handover
      handover.leadsTo = best
      this.dirty.add(handover)
      this.dirtyBelow(best)
    }
  }

  private dirtyBelow(node: Node): void {
    const open = [node]
    for (let at = open.pop(); at; at = open.pop()) {
      this.dirty.add(at)
      open.push(...(node.trace.children.get(at.work.id) ?? []))
    }
  }

  private tellDirty(): EventInput[] {
    const nodes = [...this.dirty].sort((a, b) => a.work.startedAt - b.work.startedAt || depth(a) - depth(b) || (a.work.id < b.work.id ? -1 : 1))
    this.dirty.clear()
    const events: EventInput[] = []
    for (const node of nodes) this.tellNode(node, nodes, events)
    return events
  }

  private tellNode(node: Node, batch: readonly Node[], events: EventInput[]): void {
    const { trace } = node
    trace.sessionId ??= this.sessionOf(trace, batch)
    this.checkConversation(node)
    const owner = ownerOf(node)
    const context = {
      ...this.options,
      sessionId: trace.sessionId,
      first: this.sessions.get(trace.sessionId) === trace.id,
      wait: (parentId: string) => this.wait(node, parentId),
    }
    if (owner.kind === 'missing') this.wait(node, owner.parentId)
    events.push(...tellSession(node, context))
    switch (node.work.kind) {
      case 'agent':
        events.push(...tellAgent(node, context))
        return
      case 'model':
        events.push(...tellModel(node, owner, context))
        return
      case 'tool':
        this.awaitAsking(node)
        events.push(...tellTool(node, owner, context))
        return
      case 'handoff':
        events.push(...tellHandover(node, owner, context))
        return
      case 'container':
        return
      default: {
        const impossible: never = node.work.kind
        throw new Error(`work of a kind that nobody tells: ${String(impossible)}`)
      }
    }
  }

  /** The model's span that asked for a call may come after the call's. */
  private awaitAsking({ trace, work }: Node): void {
    const id = work.tool?.askedAs ?? work.tool?.callId
    const node = trace.nodes.get(work.id)
    if (id !== undefined && node && !trace.asked.has(id)) trace.unasked.set(id, node)
  }

  private wait(node: Node, parentId: string): void {
    const waiting = node.trace.waiting.get(parentId)
    if (waiting) waiting.add(node)
    else node.trace.waiting.set(parentId, new Set([node]))
  }

  private sessionOf(trace: Trace, batch: readonly Node[]): string {
    let best: Node | undefined
    for (const node of batch) {
      if (node.trace !== trace || node.work.session.conversation === undefined) continue
      if (!best || depth(node) < depth(best) || (depth(node) === depth(best) && node.work.startedAt < best.work.startedAt)) best = node
    }
    const id = best?.work.session.conversation ?? trace.id
    if (!this.sessions.has(id)) this.sessions.set(id, trace.id)
    return id
  }

  /** Events cannot move to another session: what has been told stays, and so does what follows it. */
  private checkConversation({ trace, work }: Node): void {
    const { conversation } = work.session
    if (conversation === undefined || conversation === trace.sessionId || trace.told?.has(conversation)) return
    trace.told = (trace.told ?? new Set()).add(conversation)
    this.issues.push({
      code: 'late_conversation',
      severity: 'note',
      message: `Trace ${trace.id} names its conversation (${conversation.slice(0, 80)}) only on spans that came after others were shown; it stays session ${trace.sessionId?.slice(0, 80) ?? ''}. Put the conversation's id on every span to join its traces.`,
    })
  }

  /** Work after a hand-over, under a span that never came: the run of the agent that was handed over to. */
  private standInFor(parentId: string, child: Node): void {
    const { trace, work } = child
    const handover = trace.handovers.find((one) => !one.leadsTo && one.work.startedAt <= work.startedAt)
    const target = handover ? targetOf(handover) : undefined
    if (!target) return
    this.take({
      traceId: trace.id,
      id: parentId,
      name: target.to,
      kind: 'agent',
      agent: { name: target.to },
      startedAt: work.startedAt,
      session: {},
      source: { traceId: trace.id.slice(0, 100), spanId: parentId.slice(0, 100) },
      inferred: 'its span never came; it works after the hand-over to it',
    })
  }

  /** A span whose parent never came belongs to the innermost agent's span around it in time. */
  private adopt(trace: Trace): void {
    for (const node of trace.nodes.values()) {
      const parentId = parentOf(node)
      if (parentId === undefined || trace.nodes.has(parentId)) continue
      const around = trace.agents
        .filter(
          (agent) =>
            agent !== node &&
            agent.work.startedAt <= node.work.startedAt &&
            (agent.work.endedAt ?? Number.POSITIVE_INFINITY) >= (node.work.endedAt ?? node.work.startedAt),
        )
        .sort((a, b) => b.work.startedAt - a.work.startedAt)[0]
      if (!around) {
        this.standInFor(parentId, node)
        continue
      }
      node.adopted = around.work.id
      this.dirtyBelow(node)
    }
  }
}

/** Control that goes back to whom it came from ends a task; it begins none. */
function handsBack(handover: Node, to: string): boolean {
  if (/^transfer_back_to_/i.test(handover.work.tool?.name ?? '')) return true
  const owner = ownerOf(handover)
  const own = owner.kind === 'agent' && owner.node ? delegationOf(owner.node) : undefined
  return own?.kind === 'delegated' && own.by.kind === 'agent' && same(own.by.key, to)
}

function depth(node: Node): number {
  let at: Node | undefined = node
  let steps = 0
  for (; at && steps < 10_000; steps++) {
    const parentId = parentOf(at)
    at = parentId === undefined ? undefined : at.trace.nodes.get(parentId)
  }
  return steps
}

/** The later telling adds; what it leaves out stays. */
function merged(known: Work, more: Work): Work {
  const work = { ...known }
  for (const key of Object.keys(more) as (keyof Work)[]) if (more[key] !== undefined && key !== 'session') Object.assign(work, { [key]: more[key] })
  // where it hangs was settled when it first came
  if (known.parentId === undefined) delete work.parentId
  else work.parentId = known.parentId
  work.session = { ...known.session, ...more.session }
  if (known.tool && more.tool) work.tool = { ...known.tool, ...more.tool }
  if (known.kind !== 'container' && more.kind === 'container') work.kind = known.kind
  work.startedAt = Math.min(known.startedAt, more.startedAt)
  return work
}

function listed(map: Map<string, Node[]>, key: string, node: Node): void {
  const list = map.get(key)
  if (list) list.push(node)
  else map.set(key, [node])
}

function once(list: Node[], node: Node): void {
  if (!list.includes(node)) list.push(node)
}
