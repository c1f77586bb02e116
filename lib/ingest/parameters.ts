import { setTimeout as sleep } from 'node:timers/promises'
import type { DetectorParameters } from '@/lib/core/interventions'
import { outcomeOf, type ParametersAnswer, type Trial, type TrialOutcome, type TrialSession, trialOf } from '@/lib/core/parameter-trial'
import { BUILT_IN } from '@/lib/core/parameters'
import type { Database } from '@/lib/store/database'
import {
  beginTrial,
  discardTrial,
  keepTrial,
  readActiveSet,
  readParameterSets,
  readTrial,
  readTrialSessions,
  type StoredTrial,
  sessionsToRead,
  type ToRead,
  writeTrialSession,
} from '@/lib/store/parameters'
import type { Ingest } from './ingest'
import { examineLog } from './load'
import { ReadingProgress } from './reading-progress'

/** A long log is read beside the writing; looked at so often until it is done. */
const LOOK_EVERY_MS = 100
/** How often another process is asked whether it is done. */
const ASK_EVERY_MS = 500
const LONGEST_READING_MS = 10 * 60_000
/** A session that grows while it is read is read so often before its newest events are left out. */
const MOST_READINGS = 3
/** One process at a time reads for a trial (pg_advisory_lock). */
const LOCK = 46_80_01

interface RunningTrial {
  stored: StoredTrial
  state: Trial['state']
  problem?: string
  progress: ReadingProgress
  results: Map<number, TrialSession>
  stop: boolean
  /** Kept while nothing is added. */
  outcome?: { of: number; outcome: TrialOutcome }
}

/**
 * The parameters that findings are read with, and what others would make of the log. A trial reads every
 * log beside the writing and changes nothing; each session's result is stored, so a restart goes on where
 * it was. Keeping it puts its findings in place of the others, session by session, in the same way.
 */
export class Parameters {
  private trial: RunningTrial | undefined
  private applying: { progress: ReadingProgress } | undefined
  private work: Promise<void> = Promise.resolve()
  private closed = false

  constructor(
    private readonly database: Database,
    private readonly ingest: Ingest,
    private readonly onProblem: (what: string, error: unknown) => void,
  ) {}

  /** Goes on with what an earlier start of the server began, in the background. */
  async resume(): Promise<void> {
    const stored = await readTrial(this.database.pool)
    if (stored) await this.run(stored)
    this.apply()
  }

  /** Another process may have kept, begun or discarded something. */
  async refresh(): Promise<void> {
    if (this.closed) return
    const active = await readActiveSet(this.database.pool)
    if (active.version !== this.ingest.parameterSet.version) {
      this.ingest.adopt(active)
      this.apply()
    }
    const stored = await readTrial(this.database.pool)
    if (stored?.id !== this.trial?.stored.id || stored?.begunAt !== this.trial?.stored.begunAt) {
      if (this.trial) this.trial.stop = true
      this.trial = undefined
      if (stored) await this.run(stored)
    }
  }

  async answer(): Promise<ParametersAnswer> {
    const sets = await readParameterSets(this.database.pool)
    const { version, parameters } = this.ingest.parameterSet
    return {
      active: { version, parameters, keptAt: sets.find((set) => set.version === version)?.keptAt },
      builtIn: BUILT_IN.parameters,
      earlier: sets.filter((set) => set.version < version),
      trial: this.trial && this.told(this.trial),
      applying: this.applying?.progress.answer(),
    }
  }

  /** Begins to read everything with these; a trial that was there before is gone. */
  async begin(parameters: DetectorParameters): Promise<void> {
    await this.stopTrial()
    await this.run(await beginTrial(this.database.pool, parameters, this.ingest.parameterSet.version, Date.now()))
  }

  /** False when there is none that is ready, or another set came into force since it began. */
  async keep(): Promise<boolean> {
    const { trial } = this
    if (trial?.state !== 'ready') return false
    const set = await keepTrial(this.database.pool, trial.stored.id, Date.now())
    if (!set) return false
    this.trial = undefined
    this.ingest.adopt(set)
    this.apply()
    return true
  }

  async discard(): Promise<void> {
    const { trial } = this
    await this.stopTrial()
    if (trial) await discardTrial(this.database.pool, trial.stored.id)
  }

  /** Lets what is under way end; it goes on with the next start. */
  async close(): Promise<void> {
    this.closed = true
    await this.work.catch(() => undefined)
  }

  private async stopTrial(): Promise<void> {
    if (this.trial) this.trial.stop = true
    this.trial = undefined
    await Promise.resolve()
  }

  private told(trial: RunningTrial): Trial {
    const { stored, state, problem, progress, results } = trial
    const key = results.size * 2 + (state === 'ready' ? 1 : 0)
    if (trial.outcome?.of !== key) trial.outcome = { of: key, outcome: outcomeOf(results.values(), state === 'ready') }
    return { parameters: stored.parameters, begunAt: stored.begunAt, state, problem, progress: progress.answer(), outcome: trial.outcome.outcome }
  }

  /** Returns when it is on its way. */
  private async run(stored: StoredTrial): Promise<void> {
    const sessions = await sessionsToRead(this.database.pool)
    const known = await readTrialSessions(this.database.pool, stored.id)
    const done = { sessions: 0, events: 0 }
    const results = new Map<number, TrialSession>()
    const rest: ToRead[] = []
    for (const session of sessions) {
      const result = known.get(session.pk)
      if (!result) rest.push(session)
      else {
        results.set(session.pk, result.result)
        done.sessions++
        done.events += session.head
      }
    }
    const all = { sessions: sessions.length, events: sessions.reduce((sum, { head }) => sum + head, 0) }
    const trial: RunningTrial = { stored, state: 'reading', progress: new ReadingProgress(all, done), results, stop: false }
    this.trial = trial
    this.inBackground('trying parameters', async () => {
      try {
        const stopped = () => trial.stop || this.closed
        await this.alone(stopped, async () => {
          trial.progress.begin()
          // Another process may have read some while this one waited.
          const since = await readTrialSessions(this.database.pool, stored.id)
          for (const session of rest) {
            if (stopped()) return
            const read = since.get(session.pk)
            if (!read) await this.tryOn(trial, session)
            else {
              results.set(session.pk, read.result)
              trial.progress.finished(session.head)
            }
          }
        })
        if (!trial.stop && !this.closed) trial.state = 'ready'
      } catch (error) {
        trial.state = 'failed'
        trial.problem = error instanceof Error ? error.message : String(error)
        throw error
      }
    })
  }

  private async tryOn(trial: RunningTrial, { pk, id, head }: ToRead): Promise<void> {
    const { pool } = this.database
    const stopped = () => trial.stop || this.closed
    let counted = 0
    for (let attempt = 1; ; attempt++) {
      const upTo = attempt === 1 ? head : await this.ingest.read(id, (hot) => hot.head)
      if (upTo === undefined || !(await this.readUp(id, stopped))) break
      const examination = await examineLog(this.database, this.ingest.examiner, { pk, id }, upTo, trial.stored.parameters, stopped, (events) => {
        const more = Math.min(events, head - counted)
        counted += more
        trial.progress.read(more)
      })
      const after = (await examination?.findings())?.findings
      examination?.end()
      if (stopped()) return
      if (!after) {
        this.onProblem(`the log of session ${id} could not be read with other parameters; it is left out`, new Error('the detector refused an event'))
        break
      }
      const made = await this.ingest.read(id, (hot) =>
        hot.head === upTo || attempt >= MOST_READINGS ? trialOf(hot.state, [...hot.tallies.findings.values()], after) : undefined,
      )
      if (!made) {
        if (this.ingest.peek(id) && attempt < MOST_READINGS) continue
        break
      }
      trial.results.set(pk, made)
      await writeTrialSession(pool, trial.stored.id, pk, upTo, made)
      break
    }
    trial.progress.finished(head - counted)
  }

  /** Puts the findings of the set in force in place of all others. */
  private apply(): void {
    this.inBackground('reading the log with new parameters', async () => {
      const version = this.ingest.readingVersion
      const sessions = await sessionsToRead(this.database.pool, version)
      if (sessions.length === 0) return
      const progress = new ReadingProgress({ sessions: sessions.length, events: sessions.reduce((sum, { head }) => sum + head, 0) })
      this.applying = { progress }
      progress.begin()
      try {
        for (const { id, head } of sessions) {
          // Another set came into force: whoever adopted it begins anew.
          const stopped = () => this.closed || this.ingest.readingVersion !== version
          if (stopped()) return
          await this.readUp(id, stopped)
          progress.finished(head)
        }
      } finally {
        this.applying = undefined
      }
    })
  }

  /** Until the session's findings go up to its head. False when it is gone, or nobody waits any more. */
  private async readUp(id: string, stopped: () => boolean): Promise<boolean> {
    const until = performance.now() + LONGEST_READING_MS
    for (;;) {
      if (stopped()) return false
      const seen = await this.ingest.read(id, (hot) => ({ done: hot.detected >= hot.head && !hot.hasFindings, failed: hot.detectorFailed }))
      if (!seen) return false
      if (seen.done) return true
      if (seen.failed || performance.now() > until) {
        this.onProblem(`the findings of session ${id} stay as they were`, new Error(seen.failed ? 'the detector failed' : 'its log could not be read in time'))
        return false
      }
      await sleep(LOOK_EVERY_MS)
    }
  }

  /** In one process of all that share the database; the others wait for their turn, and then find it done. */
  private async alone(stopped: () => boolean, work: () => Promise<void>): Promise<void> {
    const client = await this.database.pool.connect()
    try {
      for (;;) {
        const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [LOCK])
        if (rows[0]?.mine) break
        if (stopped()) return
        await sleep(ASK_EVERY_MS)
      }
      await work()
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => undefined)
      client.release()
    }
  }

  /** One after the other. */
  private inBackground(what: string, work: () => Promise<void>): void {
    this.work = this.work.then(work).catch((error: unknown) => {
      if (!this.closed) this.onProblem(`${what} failed`, error)
    })
  }
}
