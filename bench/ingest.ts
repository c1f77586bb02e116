import { batches, keepAlive, post } from './load'

export interface IngestResult {
  batch: number
  producers: number
  /** Events a second, median of the rounds. */
  ours: number
  bare: number
  /** Median of the ratios of the rounds. */
  ratio: number
  target: number | undefined
}

const TARGETS: Record<number, number> = { 1: 0.8, 100: 0.6 }

/** Rounds alternate between the two servers, so that whatever else the machine does hits both. */
export async function benchIngest(ours: string, bare: string, options: { rounds: number; seconds: number; only?: string }): Promise<IngestResult[]> {
  const results: IngestResult[] = []
  for (const batch of [1, 100, 1000]) {
    for (const producers of [1, 8]) {
      if (options.only && options.only !== `${batch}x${producers}`) continue
      const perProducer = Math.ceil(((batch === 1 ? 8_000 : 60_000) * options.seconds) / producers) + batch * 20
      const made = batches(batch, perProducer)
      const rates = { ours: [] as number[], bare: [] as number[] }
      for (let round = 0; round <= options.rounds; round++) {
        for (const which of ['bare', 'ours'] as const) {
          const rate = await run(which === 'ours' ? ours : bare, made, producers, `${which}-${batch}-${producers}-${round}`, options.seconds)
          // The first round warms up: connections, prepared statements, the compiler.
          if (round > 0) rates[which].push(rate)
        }
      }
      // Of each pair of rounds, for they ran next to each other.
      const ratio = median(rates.ours.map((rate, round) => rate / (rates.bare[round] ?? Number.NaN)))
      results.push({ batch, producers, ours: median(rates.ours), bare: median(rates.bare), ratio, target: TARGETS[batch] })
      console.error(
        `  ingest, batches of ${batch}, ${producers} producer(s): ${rates.ours.map(Math.round).join(' ')} against ${rates.bare.map(Math.round).join(' ')} events/s`,
      )
    }
  }
  return results
}

async function run(origin: string, made: ReturnType<typeof batches>, producers: number, name: string, seconds: number): Promise<number> {
  const agent = keepAlive(producers)
  const loads = Array.from({ length: producers }, (_, producer) => [...made.of(`${name}-${producer}`)])
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
  return (events / (last - start)) * 1000
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
