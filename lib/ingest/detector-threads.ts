import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TaskLedger } from '@/lib/core/detect/ledger'
import type { DetectorParameters, Intervention } from '@/lib/core/interventions'
import type { Reply } from './detector-messages'
import { DetectorThread, type Ended, type ThreadLimits } from './detector-thread'
import type { Answer, Examination, Examiner, Found, Stretch } from './examiner'
import { examinerHere } from './examiner-here'

/** Events that may wait for one thread, or as many times 500 characters; then whoever sends more waits for it. */
const MOST_WAITING = 20_000
/** A session is kept from its next batch for so long, so that findings do not fall behind; then it goes on without. */
const PATIENCE_MS = 20
/** Single events do not wait at all. */
const FEW = 8
/** So many threads that end before they are ready, or while they do nothing, are no accident. */
const MOST_BROKEN = 3
/** So often a session may end its thread; then it stays without findings. */
const MOST_STRIKES = 2

export interface ThreadsOptions {
  /** The compiled lib/ingest/detector-worker.ts. */
  file: URL
  threads: number
  /** How often is looked whether a thread still gets on, and how much memory it may take; for tests. */
  limits?: ThreadLimits
  onProblem(what: string, error: unknown): void
}

/** Where the bundles that contain this file have the compiled thread. */
export const COMPILED_THREAD = new URL('./detector-worker.js', import.meta.url)

/** Threads, or this one: when none is wanted, or none can be had, which is told. */
export async function openExaminer(options: ThreadsOptions): Promise<Examiner> {
  const { file, threads, onProblem } = options
  if (threads === 0) return examinerHere()
  if (existsSync(fileURLToPath(file))) return new DetectorThreads(options)
  onProblem('interventions are looked for in the thread of the server', new Error(`${fileURLToPath(file)} is missing`))
  return examinerHere()
}

/** A few threads; each session's detector lives in the one that had least to do when it began. */
class DetectorThreads implements Examiner {
  private readonly threads: (DetectorThread | undefined)[]
  /** Whose examination it is. */
  private readonly sessions = new Map<number, string>()
  private readonly strikes = new Map<string, number>()
  private last = 0
  private broken = 0
  private closed = false
  /** Once threads have turned out not to work. */
  private instead: Promise<Examiner> | undefined

  constructor(private readonly options: ThreadsOptions) {
    // begun now, for it takes a while to load the parsers
    this.threads = Array.from({ length: options.threads }, (_, place) => this.start(place))
  }

  begin(sessionId: string, parameters: DetectorParameters): Examination {
    if ((this.strikes.get(sessionId) ?? 0) >= MOST_STRIKES) {
      return nowhere({
        kind: 'failed',
        error: new Error(`it has ended its thread ${MOST_STRIKES} times; its findings are looked for again after the next start`),
      })
    }
    if (this.closed) return nowhere({ kind: 'lost' })
    if (this.instead) return new Later(this.instead.then((examiner) => examiner.begin(sessionId, parameters)))
    const n = ++this.last
    const thread = this.leastBusy()
    this.sessions.set(n, sessionId)
    thread.examinations.add(n)
    thread.tell({ kind: 'begin', n, parameters })
    return new ExaminationThere(n, thread, () => {
      thread.examinations.delete(n)
      this.sessions.delete(n)
    })
  }

  patienceMs(events: number): number {
    if (this.instead) return Number.POSITIVE_INFINITY
    for (const thread of this.threads) if (thread && thread.waiting > MOST_WAITING) return Number.POSITIVE_INFINITY
    return events <= FEW ? 0 : PATIENCE_MS
  }

  hurry(): void {
    for (const thread of this.threads) thread?.flush()
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.all(this.threads.map((thread) => thread?.stop()))
  }

  private leastBusy(): DetectorThread {
    let best: { thread: DetectorThread; load: number } | undefined
    for (let place = 0; place < this.threads.length; place++) {
      const thread = this.threads[place] ?? this.start(place)
      this.threads[place] = thread
      const load = thread.waiting * this.threads.length + thread.examinations.size
      if (!best || load < best.load) best = { thread, load }
    }
    if (!best) throw new Error('there is no detector thread')
    return best.thread
  }

  private start(place: number): DetectorThread {
    const thread: DetectorThread = new DetectorThread(this.options.file, this.options.limits ?? {}, (ended) => {
      if (this.threads[place] === thread) this.threads[place] = undefined
      if (!this.closed) this.ended(thread, ended)
    })
    return thread
  }

  private ended(thread: DetectorThread, { error, started, workedOn }: Ended): void {
    const sessionId = workedOn === undefined ? undefined : this.sessions.get(workedOn)
    for (const n of thread.examinations) this.sessions.delete(n)
    if (sessionId !== undefined) {
      const strikes = (this.strikes.get(sessionId) ?? 0) + 1
      this.strikes.set(sessionId, strikes)
      this.broken = 0
      this.options.onProblem(
        `the detector thread ended at session ${sessionId}; ${strikes < MOST_STRIKES ? 'its log is read again' : 'it is left without new findings'}, as are those of the other sessions in it`,
        error,
      )
      return
    }
    this.broken++
    if (this.broken < MOST_BROKEN) {
      this.options.onProblem(`the detector thread ended ${started ? 'while it did nothing' : 'before it was ready'}; another is started`, error)
      return
    }
    this.options.onProblem('no detector thread can be had; interventions are looked for in the thread of the server', error)
    this.instead ??= examinerHere()
  }
}

class ExaminationThere implements Examination {
  private ended = false

  constructor(
    private readonly n: number,
    private readonly thread: DetectorThread,
    private readonly onEnd: () => void,
  ) {}

  async take({ json, texts }: Stretch): Promise<Answer> {
    if (this.ended) return { kind: 'lost' }
    const all = `[${json.join(',')}]`
    let chars = all.length
    for (const text of texts.values()) chars += text.length
    const reply = await this.thread.ask({ kind: 'take', n: this.n, json: all, texts: [...texts] }, json.length, chars)
    switch (reply.kind) {
      case 'taken':
        return { kind: 'taken', ...foundIn(reply) }
      case 'refused':
      case 'failed':
        return reply
      default:
        return { kind: 'lost' }
    }
  }

  async findings(): Promise<Found | undefined> {
    if (this.ended) return undefined
    const reply = await this.thread.ask({ kind: 'findings', n: this.n })
    return reply.kind === 'findings' ? foundIn(reply) : undefined
  }

  async ledger(): Promise<ReadonlyMap<string, TaskLedger> | undefined> {
    if (this.ended) return undefined
    const reply = await this.thread.ask({ kind: 'ledger', n: this.n })
    return reply.kind === 'ledger' ? new Map(reply.ledger) : undefined
  }

  end(): void {
    if (this.ended) return
    this.ended = true
    this.thread.tell({ kind: 'end', n: this.n })
    this.onEnd()
  }
}

function foundIn({ findings, texts }: Extract<Reply, { kind: 'taken' | 'findings' }>): Found {
  // made by a detector, printed by its thread
  return { findings: findings === undefined ? [] : (JSON.parse(findings) as Intervention[]), texts: new Map(texts) }
}

/** That no thread does, for nobody would survive it, or nobody is there any more. */
function nowhere(answer: Answer): Examination {
  return { take: async () => answer, findings: async () => undefined, ledger: async () => undefined, end: () => undefined }
}

/** By another examiner that is being made. */
class Later implements Examination {
  constructor(private readonly made: Promise<Examination>) {}

  take = async (stretch: Stretch) => (await this.made).take(stretch)
  findings = async () => (await this.made).findings()
  ledger = async () => (await this.made).ledger()
  end = () => void this.made.then((examination) => examination.end())
}
