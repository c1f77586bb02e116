import type { Door } from '@/lib/ingest/scope'
import type { EventsLimits } from '../events-route'
import { claudeCodeWire } from './claude-code'
import { claudeCodeStreamWire } from './claude-code-stream'
import { crewaiWire } from './crewai'
import { langsmithWire } from './langsmith'
import { openaiAgentsWire } from './openai-agents'
import { otlpWire } from './otlp'
import { Owing } from './owing'
import type { Handler, Wire, WireParts } from './wire'

/** Foreign ways in: each protocol on its own paths. To add one: a file, a line here. */
const WIRES: readonly ((parts: WireParts) => Wire)[] = [otlpWire, claudeCodeWire, claudeCodeStreamWire, openaiAgentsWire, crewaiWire, langsmithWire]

const FORGET_EVERY_MS = 60_000

export interface Wires {
  /** Who takes a request to this path; undefined when it is no foreign protocol's. */
  find(method: string, path: string): Handler | undefined
  close(): void
}

export function createWires(door: Door, limits: EventsLimits, onProblem: (what: string, error: unknown) => void): Wires {
  const wires = WIRES.map((make) => make({ owing: new Owing(door), limits, onProblem, now: Date.now }))
  const timer = setInterval(() => {
    for (const wire of wires) wire.forget?.(Date.now())
  }, FORGET_EVERY_MS)
  timer.unref()
  return {
    find(method, path) {
      for (const wire of wires) {
        const handler = wire.route(method, path)
        if (handler) return handler
      }
      return undefined
    },
    close: () => clearInterval(timer),
  }
}
