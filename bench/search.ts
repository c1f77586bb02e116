import pg from 'pg'
import { seededRandom } from '@/lib/core/stats/random'
import { processorMs } from './processor'
import { makeSearchRows, WORDS, wordOf } from './search-rows'

export interface SearchSizes {
  /** Items that can be found, one a turn. */
  rows: number
  sessions: number
  /** Questions of each kind. */
  samples: number
}

export interface SearchResult {
  rows: { items: number; sessions: number; gigabytes: number }
  /** Seconds: rows, and their index. */
  generated: { rows: number; index: number }
  /**
   * Hits: what the page shows first. Counts: over the newest thousand of them, asked afterwards (the page asks for
   * both at once). `plain`: `count(*)` over the same words by the same index, in turns with it.
   */
  measured: { what: string; p50: number; p95: number; counts: { p50: number; p95: number } | undefined; plain: { p50: number; p95: number }; processor: Processor | undefined }[]
  /** All of the questions that are asked over all sessions, as one crowd. */
  all: { p50: number; p95: number; counts: { p50: number; p95: number }; target: number }
  /** `count(*)` over all items, once, ms. */
  countAll: number
}

/** Processor time of one question, hits and counts, on average, ms; undefined where the system does not tell. */
interface Processor {
  server: number
  postgres: number
}

const MOST_PLAIN = 10

export async function benchSearch(
  databaseUrl: string,
  start: () => Promise<{ origin: string; pid: number | undefined; stop(): Promise<void> }>,
  sizes: SearchSizes,
  /** Process id of Postgres. */
  postgres: number,
): Promise<SearchResult> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  try {
    const generated = await makeSearchRows(pool, sizes)
    console.error(`  made in ${generated.rows.toFixed(0)} s, indexed in ${generated.index.toFixed(0)} s`)
    const server = await start()
    try {
      const { rows } = await pool.query<{ items: number; bytes: string }>(
        `SELECT count(*)::int AS items, (pg_total_relation_size('search_item'))::text AS bytes FROM search_item`,
      )
      const [counted] = rows
      if (!counted) throw new Error('no rows were made')
      const countAll = await timed(() => pool.query('SELECT count(*) FROM search_item'))
      const { measured, all } = await ask(pool, server.origin, sizes, () => processorOf(server.pid, postgres))
      return { rows: { items: counted.items, sessions: sizes.sessions, gigabytes: Number(counted.bytes) / 1e9 }, generated, measured, all, countAll }
    } finally {
      await server.stop()
    }
  } finally {
    await pool.end()
  }
}

async function processorOf(server: number | undefined, postgres: number): Promise<Processor | undefined> {
  const [ours, theirs] = [await processorMs(server), await processorMs(postgres)]
  return ours === undefined || theirs === undefined ? undefined : { server: ours, postgres: theirs }
}

async function ask(
  pool: pg.Pool,
  origin: string,
  { sessions, samples }: SearchSizes,
  used: () => Promise<Processor | undefined>,
): Promise<Pick<SearchResult, 'measured' | 'all'>> {
  const random = seededRandom(23)
  const between = (low: number, high: number) => wordOf(Math.floor(low + random() * (high - low)))
  const rare = () => between(WORDS / 3, WORDS)
  const usual = () => between(300, 6_000)
  const common = () => between(0, 25)
  const quote = (label: string) => `':${label}'`
  const kinds: { what: string; within?: true; make(): { q: string; plain: string } }[] = [
    { what: 'a rare word', make: () => one(rare()) },
    { what: 'a word', make: () => one(usual()) },
    { what: 'a common word', make: () => one(common()) },
    { what: 'two words', make: () => all([usual(), usual()]) },
    { what: 'two common words', make: () => all([common(), common()]) },
    { what: 'a common and a rare word', make: () => all([common(), rare()]) },
    { what: 'the beginning of words', make: () => ({ ...begin(usual()) }) },
    { what: 'a word of one agent and model', make: () => labelled(usual(), [`agent:agent-${n(7)}`, `model:model-${n(4)}`]) },
    { what: 'interventions of one agent', make: () => labelled(undefined, ['kind:overwrite', `agent:agent-${n(7)}`]) },
    { what: 'a common word, in one session', within: true, make: () => one(common()) },
  ]
  function n(most: number): number {
    return Math.floor(random() * most)
  }
  function one(word: string) {
    return { q: word, plain: `'${word}'` }
  }
  function all(words: string[]) {
    return { q: words.join(' '), plain: words.map((word) => `'${word}'`).join(' & ') }
  }
  function begin(word: string) {
    const start = word.slice(0, Math.max(5, word.length - 2))
    return { q: `${start}*`, plain: `'${start}':*` }
  }
  function labelled(word: string | undefined, filters: string[]) {
    const labels = filters.map((filter) => quote(filter.replace(/^(.)[a-z]*:/, '$1')))
    return { q: [...(word ? [word] : []), ...filters].join(' '), plain: [...(word ? [`'${word}'`] : []), ...labels].join(' & ') }
  }

  const measured: SearchResult['measured'] = []
  const crowd: number[] = []
  const crowdCounts: number[] = []
  for (const { what, within, make } of kinds) {
    const ours: number[] = []
    const base: number[] = []
    const counts: number[] = []
    const spent = { server: 0, postgres: 0 }
    let known = true
    for (let i = -3; i < samples; i++) {
      const { q, plain } = make()
      const pk = 1 + n(sessions)
      const path = within ? `/api/v1/sessions/made-${pk}/search` : '/api/v1/search'
      const before = await used()
      const address = `${origin}${path}?q=${encodeURIComponent(q)}`
      const took = await timed(() => get(within ? address : `${address}&part=hits`))
      const tookCounts = within ? undefined : await timed(() => get(`${address}&part=counts`))
      const after = await used()
      // a plain count over a common word takes seconds: a few of them say as much as many
      const counted =
        i >= MOST_PLAIN
          ? undefined
          : await timed(() => pool.query('SELECT count(*) FROM search_item WHERE words @@ $1::tsquery', [within ? `${plain} & ':s${pk}'` : plain]))
      // the first rounds warm up
      if (i < 0) continue
      ours.push(took)
      if (tookCounts !== undefined) {
        counts.push(tookCounts)
        crowdCounts.push(tookCounts)
      }
      if (before && after) {
        spent.server += after.server - before.server
        spent.postgres += after.postgres - before.postgres
      } else known = false
      if (counted !== undefined) base.push(counted)
      if (!within) crowd.push(took)
    }
    const processor = known ? { server: spent.server / samples, postgres: spent.postgres / samples } : undefined
    measured.push({ what, ...percentiles(ours), counts: within ? undefined : percentiles(counts), plain: percentiles(base), processor })
    console.error(`  ${what}: ${JSON.stringify(measured.at(-1))}`)
  }
  return { measured, all: { ...percentiles(crowd), counts: percentiles(crowdCounts), target: 100 } }
}

async function get(url: string): Promise<void> {
  const response = await fetch(url)
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 300)}`)
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await run()
  return performance.now() - began
}

function percentiles(times: readonly number[]): { p50: number; p95: number } {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95) }
}
