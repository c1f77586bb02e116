import type { Telling } from '../telling'
import type { ReportedStatus } from './collab'
import { type Place, USER } from './place'

/** A master's interrupt and the end that it causes are written within this time. */
const INTERRUPT_MS = 15_000

/** A master's word on a sub-agent: a message, an interrupt, or news of its end. Its addressee may be known only later. */
interface Word {
  kind: 'message' | 'interrupt' | 'end'
  by: string
  to: string
  callId: string | undefined
  turnId: string | undefined
  text: string | undefined
  status: ReportedStatus
  /** The master already knew that the work had ended. */
  late: boolean
  place: Place
}

interface Ending {
  kind: 'completed' | 'aborted'
  result: string | undefined
  reason: string | undefined
  place: Place
}

export interface Surroundings {
  telling: Telling
  /** The thread that a name means; undefined while nothing is known of it. */
  resolve(name: string): string | undefined
  /** A person cut an agent's turn off. */
  interruptedByUser(agentId: string, reason: string | undefined, place: Place): void
}

/** What masters said to and about sub-agents, and what sub-agents' own files say of their ends. */
export class Words {
  private readonly words: Word[] = []
  private readonly endings = new Map<string, Ending[]>()
  private readonly knownEnded = new Set<string>()
  private readonly interrupts: { to: string; at: number }[] = []

  constructor(private readonly around: Surroundings) {}

  /** A message or an interrupt. */
  said(word: Omit<Word, 'late'>): void {
    this.words.push({ ...word, late: this.knownEnded.has(word.to) })
  }

  /** News of an end. */
  reported(by: string, agent: string, status: ReportedStatus, callId: string | undefined, place: Place): void {
    if (status.kind !== 'completed' && status.kind !== 'failed') return
    this.knownEnded.add(agent)
    this.words.push({ kind: 'end', by, to: agent, callId, turnId: undefined, text: undefined, status, late: false, place })
  }

  /** Its own file says so. */
  ended(id: string, ending: Ending): void {
    const endings = this.endings.get(id)
    if (endings) endings.push(ending)
    else this.endings.set(id, [ending])
  }

  settle(final: boolean): void {
    for (const one of this.words.splice(0)) if (!this.tellWord(one, final)) this.words.push(one)
    for (const [id, endings] of this.endings) for (const ending of endings) if (ending.kind === 'aborted') this.tellAbort(id, ending)
  }

  private tellWord(one: Word, final: boolean): boolean {
    const to = this.around.resolve(one.to)
    if (to === undefined) {
      if (!final) return false
      this.around.telling.issue('unknown_agent', 'note', `A call names the agent "${one.to.slice(0, 100)}", of which nothing else is known.`, {
        path: one.place.path,
        line: one.place.line,
      })
      return true
    }
    const { place } = one
    const own = this.endings.get(to) ?? []
    const source = { path: place.path, line: place.line, ...(one.callId === undefined ? {} : { toolUseId: one.callId }) }
    switch (one.kind) {
      case 'message':
        this.around.telling.tell({
          type: 'message.sent',
          id: `${one.callId}:message`,
          occurredAt: place.at,
          order: place.line + 0.3,
          from: one.by,
          to,
          taskId: to,
          turnId: one.turnId,
          purpose: one.late ? 'note' : 'steer',
          text: one.text,
          source,
        })
        return true
      case 'end':
        if (own.some((ending) => ending.kind === 'completed')) return true
        this.around.telling.tell({
          type: 'task.ended',
          id: `${to}:reported:${place.line}`,
          occurredAt: place.at,
          order: place.line + 0.3,
          taskId: to,
          status: one.status.kind === 'failed' ? 'failed' : 'completed',
          reason: one.status.kind === 'failed' ? one.status.reason : undefined,
          result: one.status.kind === 'completed' ? one.status.result : undefined,
          evidence: { kind: 'declared', how: 'its master’s rollout reports it' },
          source,
        })
        return true
      case 'interrupt': {
        const before = own.some((ending) => ending.kind === 'completed' && ending.place.at <= place.at)
        if (one.late || before || one.status.kind === 'completed' || one.status.kind === 'failed') return true
        this.around.telling.tell({
          type: 'task.ended',
          id: `${one.callId}:interrupted`,
          occurredAt: place.at,
          order: place.line + 0.3,
          taskId: to,
          status: 'cancelled',
          by: one.by,
          reason: `${one.text} by ${one.by}`,
          turnId: one.turnId,
          source,
        })
        this.interrupts.push({ to, at: place.at })
        return true
      }
    }
  }

  /** A sub-agent's turn was cut off: by its master if it called for that just before, else by a person. */
  private tellAbort(id: string, { reason, place }: Ending): void {
    const byMaster = this.interrupts.some((one) => one.to === id && one.at <= place.at + 2000 && one.at >= place.at - INTERRUPT_MS)
    if (byMaster) return
    this.around.interruptedByUser(id, reason, place)
    this.around.telling.tell({
      type: 'task.ended',
      id: `${id}:${place.line}:aborted`,
      occurredAt: place.at,
      order: place.line + 0.95,
      taskId: id,
      status: 'cancelled',
      by: USER,
      reason,
      evidence: { kind: 'inferred', how: 'its turn was aborted, and no call of its master asked for that' },
      source: { path: place.path, line: place.line },
    })
  }
}
