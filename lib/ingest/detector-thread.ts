import { Worker } from 'node:worker_threads'
import { type FromThread, PROGRESS, type Reply, type Request, WORKING_ON } from './detector-messages'

/** Fewer events than these wait for company: a message costs this thread more than what is in it. */
const WORTH_A_MESSAGE = 16
/** ... but not longer than this. */
const COMPANY_MS = 20
const LOOK_EVERY_MS = 1_000
/** Of what waits; longer ones weigh as several. */
const CHARS_OF_AN_EVENT = 500
/** A thread that has not got past one event for so many looks will not. In looks, for a machine that slept has slept everywhere. */
const MOST_LOOKS = 20
/** It loads its parsers first. */
const MOST_LOOKS_AT_START = 60

/** Why a thread ended, and which examination it was at, if any. */
export interface Ended {
  error: unknown
  /** It had told that it is ready. */
  started: boolean
  workedOn: number | undefined
}

export interface ThreadLimits {
  lookEveryMs?: number
  memoryMb?: number
}

interface Asked {
  weight: number
  answer(reply: Reply): void
}

/** One thread and what it has been asked and not answered yet. */
export class DetectorThread {
  private readonly worker: Worker
  private readonly shared = new Int32Array(new SharedArrayBuffer(8))
  private readonly asked: Asked[] = []
  private outbox: Request[] = []
  private outboxEvents = 0
  private timer: NodeJS.Timeout | undefined
  private sendingSoon = false
  private readonly watch: NodeJS.Timeout
  private lastSeen = 0
  private looks = 0
  private started = false
  private error: unknown
  private over = false
  /** Examinations that live in it. */
  readonly examinations = new Set<number>()
  /** Events that it has been given and not told about; one with more than 500 characters counts for as many times so much. */
  waiting = 0

  constructor(file: URL, { lookEveryMs = LOOK_EVERY_MS, memoryMb }: ThreadLimits, onEnd: (ended: Ended) => void) {
    this.worker = new Worker(file, { workerData: this.shared, resourceLimits: memoryMb === undefined ? undefined : { maxOldGenerationSizeMb: memoryMb } })
    this.worker.unref()
    this.worker.on('message', (message: FromThread) => {
      if (message === 'ready') this.started = true
      else for (const reply of message) this.answered(reply)
    })
    this.worker.on('messageerror', (error) => this.end(error))
    this.worker.on('error', (error) => {
      this.error = error
    })
    this.worker.on('exit', (code) => {
      if (this.over) return
      this.over = true
      clearInterval(this.watch)
      clearTimeout(this.timer)
      const workedOn = this.shared[WORKING_ON] || undefined
      onEnd({ error: this.error ?? new Error(`it ended with ${code}`), started: this.started, workedOn })
      for (const { answer } of this.asked.splice(0)) answer({ kind: 'lost' })
    })
    this.watch = setInterval(() => this.look(), lookEveryMs)
    this.watch.unref()
  }

  /** In the order of the calls. */
  ask(request: Request, events = 0, chars = 0): Promise<Reply> {
    if (this.over) return Promise.resolve({ kind: 'lost' })
    const weight = Math.max(events, chars / CHARS_OF_AN_EVENT)
    this.waiting += weight
    const answered = new Promise<Reply>((answer) => this.asked.push({ weight, answer }))
    this.send(request, events, request.kind !== 'take' || events >= WORTH_A_MESSAGE)
    return answered
  }

  /** What needs no answer. */
  tell(request: Request): void {
    if (!this.over) this.send(request, 0, false)
  }

  /** What waits for company goes now. */
  flush(): void {
    this.sendingSoon = false
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.outbox.length === 0 || this.over) return
    const requests = this.outbox
    this.outbox = []
    this.outboxEvents = 0
    this.worker.postMessage(requests)
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer)
    await this.worker.terminate()
  }

  private send(request: Request, events: number, urgent: boolean): void {
    this.outbox.push(request)
    this.outboxEvents += events
    if (urgent || this.outboxEvents >= WORTH_A_MESSAGE) {
      if (this.sendingSoon) return
      this.sendingSoon = true
      // all that one group of batches brings goes as one message, after its statement
      setImmediate(() => this.flush())
    } else this.timer ??= setTimeout(() => this.flush(), COMPANY_MS)
  }

  private answered(reply: Reply): void {
    this.looks = 0
    const asked = this.asked.shift()
    if (!asked) return
    this.waiting -= asked.weight
    asked.answer(reply)
  }

  private look(): void {
    const seen = this.shared[PROGRESS] ?? 0
    if (this.asked.length === 0 || seen !== this.lastSeen) this.looks = 0
    else if (++this.looks >= (this.started ? MOST_LOOKS : MOST_LOOKS_AT_START)) this.end(new Error('it did not get past one event'))
    this.lastSeen = seen
  }

  private end(error: unknown): void {
    this.error = error
    void this.worker.terminate()
  }
}
