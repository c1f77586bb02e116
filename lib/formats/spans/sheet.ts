import type { EventInput } from '@/lib/core/event'
import { clip } from '../claude-code/draft'
import type { Node, Trace } from './trace'

/** Where and how a node is told. */
export interface Telling {
  prefix: string
  format: string
  sessionId: string
  /** The session's first trace: it names the session. */
  first: boolean
  /** What is told again when this parent comes. */
  wait(parentId: string): void
}

type WithoutEnvelope<T> = T extends unknown ? Omit<T, 'sessionId' | 'id' | 'version'> : never
export type Fact = WithoutEnvelope<EventInput>

/** Collects the events of one node, each once. */
export class Sheet {
  readonly events: EventInput[] = []

  constructor(
    private readonly node: Node,
    readonly telling: Telling,
  ) {}

  /** `name`: the fact's own name under the span; the same fact has the same id whenever and however it comes in. */
  tell(name: string, fact: Fact): void {
    this.tellAs(`${this.node.work.id}:${name}`, this.node.told, fact)
  }

  tellAs(name: string, told: Set<string>, fact: Fact): void {
    const id = clip(`${this.telling.prefix}:${this.node.trace.id}:${name}`, 400)
    if (told.has(id)) return
    told.add(id)
    this.events.push({ ...fact, id, sessionId: this.telling.sessionId })
  }
}

/** What is told again later with more certainty comes after what was told first. */
export const PROVISIONAL = 0
export const CERTAIN = 1

export function agentsTold(trace: Trace): Set<string> {
  trace.agentsTold ??= new Set()
  return trace.agentsTold
}
