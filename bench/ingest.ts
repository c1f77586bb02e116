import type { Child } from './child'
import { batches, keepAlive, post } from './load'
import { processorMs } from './processor'

export interface IngestResult {
  batch: number
  producers: number
  /** Events a second, median of the rounds. */
  ours: number
  bare: number
  /** Median of the ratios of the rounds. */
  ratio: number
  target: number | undefined
  /** Processor time for 1,000 events, ms, median of the rounds: of the server and of Postgres. Undefined where it cannot be read. */
  processor: { ours: Processor; bare: Processor } | undefined
}

interface Processor {
  server: number
  postgres: number
}

/** A server under measurement: where it is, and its process. */
export type Measured = Pick<Child, 'origin' | 'pid' | 'pause' | 'goOn'>

const TARGETS: Record<number, number> = { 1: 0.8, 100: 0.6 }

/**
 * Rounds alternate between the two servers, so that whatever else the machine does hits both. The other
 * one is paused: what ours has put off (search, snapshots) must cost its own rounds, not the bare one's.
 * Nor must what one measurement has put off cost the next: its sessions are deleted, and before each ours has come to rest.
 */
export async function benchIngest(
  ours: Measured,
  bare: Measured,
  postgres: number | undefined,
  options: { rounds: number; seconds: number; only?: string },
): Promise<IngestResult[]> {
  const results: IngestResult[] = []
  await warmUp([ours, bare])
  for (const batch of [1, 100, 1000]) {
    for (const producers of [1, 8]) {
      if (options.only && options.only !== `${batch}x${producers}`) continue
      const perProducer = Math.ceil(((batch === 1 ? 8_000 : 60_000) * options.seconds) / producers) + batch * 20
      const made = batches(batch, perProducer)
      await atRest([ours.pid, postgres])
      const names: string[] = []
      const rates = { ours: [] as number[], bare: [] as number[] }
      const costs = { ours: [] as Processor[], bare: [] as Processor[] }
      for (let round = 0; round <= options.rounds; round++) {
        for (const which of ['bare', 'ours'] as const) {
          const server = which === 'ours' ? ours : bare
          const other = which === 'ours' ? bare : ours
          other.pause()
          server.goOn()
          const sessions = Array.from({ length: producers }, (_, producer) => `${which}-${batch}-${producers}-${round}-${producer}`)
          if (which === 'ours') names.push(...sessions)
          const loads = sessions.map((session) => [...made.of(session)])
          const before = { server: await processorMs(server.pid), postgres: await processorMs(postgres) }
          const { rate, events } = await run(server.origin, loads, options.seconds)
          const after = { server: await processorMs(server.pid), postgres: await processorMs(postgres) }
          // The first round warms up: connections, prepared statements.
          if (round === 0) continue
          rates[which].push(rate)
          const used = (part: 'server' | 'postgres') => (((after[part] ?? Number.NaN) - (before[part] ?? Number.NaN)) / events) * 1000
          costs[which].push({ server: used('server'), postgres: used('postgres') })
        }
      }
      // Of each pair of rounds, for they ran next to each other.
      const ratio = median(rates.ours.map((rate, round) => rate / (rates.bare[round] ?? Number.NaN)))
      const cost = (which: 'ours' | 'bare') => ({
        server: median(costs[which].map(({ server }) => server)),
        postgres: median(costs[which].map((one) => one.postgres)),
      })
      const processor = Number.isNaN(cost('ours').server) ? undefined : { ours: cost('ours'), bare: cost('bare') }
      results.push({ batch, producers, ours: median(rates.ours), bare: median(rates.bare), ratio, target: TARGETS[batch], processor })
      console.error(
        `  ingest, batches of ${batch}, ${producers} producer(s): ${rates.ours.map(Math.round).join(' ')} against ${rates.bare.map(Math.round).join(' ')} events/s${processor ? `; processor ms/1000: ${printed(processor.ours)} against ${printed(processor.bare)}` : ''}`,
      )
      ours.goOn()
      bare.goOn()
      for (const name of names) await fetch(`${ours.origin}/api/v1/sessions/${name}`, { method: 'DELETE' })
    }
  }
  return results
}

/** A server runs for days: until the compiler has done with what takes single events, it measures the compiler. */
async function warmUp(servers: readonly Measured[]): Promise<void> {
  const made = batches(1, 1_500)
  for (const { origin } of servers) {
    await run(
      origin,
      Array.from({ length: 8 }, (_, producer) => [...made.of(`warm-up-${producer}`)]),
      20,
    )
  }
}

/** Until these processes together use a twentieth of one processor for a second; a minute at most. */
async function atRest(pids: readonly (number | undefined)[]): Promise<void> {
  const used = async () => (await Promise.all(pids.map(processorMs))).reduce<number>((sum, ms) => sum + (ms ?? 0), 0)
  let before = await used()
  for (let second = 0; second < 60; second++) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const now = await used()
    // snapshots and records are made three seconds after the last event
    if (second >= 4 && now - before < 50) return
    before = now
  }
}

const printed = ({ server, postgres }: Processor) => `${server.toFixed(0)}+${postgres.toFixed(0)}`

async function run(origin: string, loads: { body: Buffer; events: number }[][], seconds: number): Promise<{ rate: number; events: number }> {
  const agent = keepAlive(loads.length)
  const end = performance.now() + seconds * 1000
  const start = performance.now()
  let events = 0
  let last = start
  await Promise.all(
    loads.map(async (load) => {
      for (const batch of load) {
        if (performance.now() > end) return
        await post(agent, origin, batch.body)
        events += batch.events
        last = performance.now()
      }
    }),
  )
  agent.destroy()
  return { rate: (events / (last - start)) * 1000, events }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
