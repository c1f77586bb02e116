import { INTERVENTION_KINDS, type InterventionKind, type Phase } from '../interventions'
import type { CensorReason, Clock, InterventionFact } from './task-record'

/** How a task ended, as numbers; an acceptance is the completion of a fate. The causes of watch.ts. */
export const HOW = { censored: 0, cut_short: 1, completed: 2, failed: 3 } as const

export const PHASES = ['pre_unit', 'pre_completion', 'post_completion', 'post_acceptance'] as const satisfies readonly Phase[]
export const REASONS = ['running', 'session_ended', 'human', 'harness', 'requested', 'alternative', 'stopped'] as const satisfies readonly CensorReason[]
export const TRIGGERS = ['user_request', 'tool_failure', 'review', 'stall', 'self'] as const satisfies readonly InterventionFact['trigger'][]
export const KIND_NUMBERS = new Map<InterventionKind, number>(INTERVENTION_KINDS.map((kind, i) => [kind, i]))

export type ClockColumns = Record<Clock, Float64Array>

export interface EndColumns extends ClockColumns {
  how: Uint8Array
  /** Of `REASONS` where censored, of `INTERVENTION_KINDS` where cut short. */
  why: Uint8Array
  /** Of `PHASES`, where cut short. */
  phase: Uint8Array
}

/** A cut under some threshold: one that counts at theta > `above`, or from the detector's own theta on if `own`. */
export type CutColumns = ClockColumns & {
  above: Float64Array
  own: Uint8Array
  kind: Uint8Array
  phase: Uint8Array
}

/** Words by number, and numbers by word. */
export class Dictionary {
  /** 0 stands for nothing. */
  readonly words: (string | undefined)[] = [undefined]
  private readonly numbers = new Map<string, number>()

  of(word: string | undefined): number {
    if (word === undefined) return 0
    let number = this.numbers.get(word)
    if (number === undefined) {
      number = this.words.push(word) - 1
      this.numbers.set(word, number)
    }
    return number
  }

  find(word: string): number | undefined {
    return this.numbers.get(word)
  }
}

export function newClocks(n: number): ClockColumns {
  return { tokens: new Float64Array(n), step: new Float64Array(n), opportunity: new Float64Array(n) }
}

export function newEnds(n: number): EndColumns {
  return { ...newClocks(n), how: new Uint8Array(n), why: new Uint8Array(n), phase: new Uint8Array(n) }
}

export function newStepIns(n: number): { step: Float64Array; opportunity: Float64Array } {
  return { step: new Float64Array(n), opportunity: new Float64Array(n) }
}

export function newCuts(n: number): CutColumns {
  return { ...newClocks(n), above: new Float64Array(n), own: new Uint8Array(n), kind: new Uint8Array(n), phase: new Uint8Array(n) }
}

export function grown<T extends { set(from: T): void }>(old: T, bigger: T): T {
  bigger.set(old)
  return bigger
}

export function grownClocks({ tokens, step, opportunity }: ClockColumns, n: number): ClockColumns {
  const bigger = newClocks(n)
  return { tokens: grown(tokens, bigger.tokens), step: grown(step, bigger.step), opportunity: grown(opportunity, bigger.opportunity) }
}

export function grownEnds(old: EndColumns, n: number): EndColumns {
  const bigger = newEnds(n)
  return { ...grownClocks(old, n), how: grown(old.how, bigger.how), why: grown(old.why, bigger.why), phase: grown(old.phase, bigger.phase) }
}
