import { randomUUID } from 'node:crypto'
import type { EventInput } from '@/lib/core/event'
import { type ProjectId, scopedName } from '@/lib/core/project'
import { MAX_SPEED, MIN_SPEED, type Sample, SampleError, startSample } from '@/lib/sample/player'
import { Refused } from './problem'

/** Samples that play at once; each is a session that somebody watches. */
const MOST = 4

/** The made-up sessions that are playing now, live, through the real ingest. */
export class Samples {
  private readonly playing = new Map<string, Sample>()

  constructor(
    private readonly ingest: (events: EventInput[], project: ProjectId) => Promise<void>,
    private readonly onProblem: (what: string, error: unknown) => void,
  ) {}

  /** Throws Refused. */
  start(speed: number, project: ProjectId): Pick<Sample, 'sessionId' | 'speed'> {
    if (this.playing.size >= MOST)
      throw new Refused('overloaded', `${MOST} samples are playing already. Stop one, or wait for one to end.`, { 'retry-after': '30' })
    const own = `sample-${randomUUID().slice(0, 8)}`
    const sample = mending(() =>
      startSample({ speed, sessionId: own, startedAt: Date.now(), ingest: (events) => this.ingest(events, project), clock: Date.now }),
    )
    const sessionId = scopedName(project, own)
    this.playing.set(sessionId, sample)
    sample.done.catch((error: unknown) => this.onProblem(`the sample ${sessionId} ended early`, error)).finally(() => this.playing.delete(sessionId))
    return { sessionId, speed: sample.speed }
  }

  /** Throws Refused. */
  get(sessionId: string): Sample {
    const sample = this.playing.get(sessionId)
    if (!sample) throw new Refused('not_found', `No sample ${sessionId.slice(0, 100)} is playing; it may have ended. Start one with POST /api/v1/sample.`)
    return sample
  }

  /** Throws Refused. */
  setSpeed(sample: Sample, speed: number): void {
    mending(() => sample.setSpeed(speed))
  }

  async close(): Promise<void> {
    const ends = [...this.playing.values()].map((sample) => {
      sample.stop()
      return sample.done.catch(() => undefined)
    })
    await Promise.all(ends)
  }
}

function mending<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof SampleError && error.code === 'bad_speed')
      throw new Refused('bad_request', `"speed" must be a number from ${MIN_SPEED} to ${MAX_SPEED}.`)
    throw error
  }
}
