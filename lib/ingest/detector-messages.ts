import type { TaskLedger } from '@/lib/core/detect/ledger'
import type { DetectorParameters } from '@/lib/core/interventions'

/** What a detector thread is asked; many together, in order. `n` numbers the examination. */
export type Request =
  | { kind: 'begin'; n: number; parameters: DetectorParameters }
  /** `json`: the events as one array: a text is copied, objects would be walked over here and there. */
  | { kind: 'take'; n: number; json: string; texts: [hash: string, text: string][] }
  | { kind: 'findings'; n: number }
  | { kind: 'ledger'; n: number }
  | { kind: 'end'; n: number }

/** One for each `take`, `findings` and `ledger`, in order. */
export type Reply =
  /** `findings`: JSON, left out where there are none. */
  | { kind: 'taken' | 'findings'; findings?: string; texts?: [hash: string, text: string][] }
  | { kind: 'ledger'; ledger: [taskId: string, ledger: TaskLedger][] }
  | { kind: 'refused' | 'lost' }
  | { kind: 'failed'; error: unknown }

export type FromThread = 'ready' | Reply[]

/** Shared: which examination is being worked on (0: none), and a count that grows with each event. */
export const WORKING_ON = 0
export const PROGRESS = 1
