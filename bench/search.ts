import pg from 'pg'
import { BUILT_IN, readingVersion } from '@/lib/core/parameters'
import { seededRandom } from '@/lib/core/stats/random'

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
  /** `plain`: `count(*)` over the same words by the same index, in turns with it. */
  measured: { what: string; p50: number; p95: number; plain: { p50: number; p95: number } }[]
  /** All of the questions that are asked over all sessions, as one crowd. */
  all: { p50: number; p95: number; target: number }
  /** `count(*)` over all items, once, ms. */
  countAll: number
}

const PROJECT = 'default'
/** Made-up words; the smaller its number the more often a word stands in a text. */
const WORDS = 60_000
const TEXT_WORDS = 12
const TEXTS = 40_000
const EVENTS = 20
const BODY = 2_000
const CHUNK = 1_000_000
const MOST_PLAIN = 10
const AT = 1_700_000_000_000

/** A word of its own for each number, pronounceable enough to look like one. */
function wordOf(n: number): string {
  const parts = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'qui', 'ro', 'su', 'ta', 've', 'wi', 'xo', 'zu']
  let word = ''
  for (let rest = n + 400; rest > 0; rest = Math.floor(rest / parts.length)) word += parts[rest % parts.length]
  return word
}

/** How often words are used falls with their number, as in what people and models write: few everywhere, most hardly ever. */
const numberOf = (share: number) => Math.floor(WORDS * share ** 5)

export async function benchSearch(
  databaseUrl: string,
  start: () => Promise<{ origin: string; stop(): Promise<void> }>,
  sizes: SearchSizes,
): Promise<SearchResult> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  try {
    const generated = await generate(pool, sizes)
    console.error(`  made in ${generated.rows.toFixed(0)} s, indexed in ${generated.index.toFixed(0)} s`)
    const server = await start()
    try {
      const { rows } = await pool.query<{ items: number; bytes: string }>(
        `SELECT count(*)::int AS items, (pg_total_relation_size('search_item'))::text AS bytes FROM search_item`,
      )
      const [counted] = rows
      if (!counted) throw new Error('no rows were made')
      const countAll = await timed(() => pool.query('SELECT count(*) FROM search_item'))
      const { measured, all } = await ask(pool, server.origin, sizes)
      return { rows: { items: counted.items, sessions: sizes.sessions, gigabytes: Number(counted.bytes) / 1e9 }, generated, measured, all, countAll }
    } finally {
      await server.stop()
    }
  } finally {
    await pool.end()
  }
}

/** Sessions with a few events of 2 kB each, and items made from pairs of made-up texts: what the index holds is as of so many turns. */
async function generate(pool: pg.Pool, { rows, sessions }: SearchSizes): Promise<SearchResult['generated']> {
  const began = performance.now()
  const random = seededRandom(19)
  const texts = Array.from({ length: TEXTS }, () => Array.from({ length: TEXT_WORDS }, () => wordOf(numberOf(random()))).join(' '))
  const client = await pool.connect()
  try {
    await client.query("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
    await client.query('DROP INDEX search_item_words_idx; ALTER TABLE search_item SET UNLOGGED')
    await client.query('CREATE TEMP TABLE sample (n int PRIMARY KEY, words tsvector)')
    for (let from = 0; from < texts.length; from += 10_000) {
      await client.query("INSERT INTO sample SELECT $2 + o - 1, to_tsvector('simple', t) FROM unnest($1::text[]) WITH ORDINALITY AS g(t, o)", [
        texts.slice(from, from + 10_000),
        from,
      ])
    }
    await client.query(
      `INSERT INTO session (pk, id, head, received_at, sort_at, title, simulated, started_at, ended_at, counts, detected, detector_version)
       SELECT i, 'made-' || i, ${EVENTS}, ${AT}, ${AT} + i, 'Made-up session ' || i, true, ${AT}, ${AT} + 600000, '{}', ${EVENTS}, $2 FROM generate_series(1, $1::int) i`,
      [sessions, readingVersion(BUILT_IN)],
    )
    await client.query(`INSERT INTO search_head SELECT pk, head, detected, detector_version, 1, '{}' FROM session`)
    const body = texts.slice(0, 80).join(' ').slice(0, BODY)
    await client.query(`INSERT INTO content SELECT pk, lpad(to_hex(n), 64, '0'), convert_to($1 || n, 'UTF8') FROM session, generate_series(1, ${EVENTS}) n`, [
      body,
    ])
    await client.query(
      `INSERT INTO event (session_pk, sequence, id, occurred_at, type, data)
       SELECT pk, n, 'e' || n, ${AT}, 'turn.ended', json_build_object('type', 'turn.ended', 'id', 'e' || n, 'sessionId', session.id, 'occurredAt', ${AT}, 'turnId', 't',
         'output', json_build_object('hash', lpad(to_hex(n), 64, '0'), 'chars', ${BODY}, 'preview', ''))
       FROM session, generate_series(1, ${EVENTS}) n`,
    )
    // a session's items lie together, as they do when its events come in batches
    const each = Math.ceil(rows / sessions)
    for (let from = 0; from < rows; from += CHUNK) {
      await client.query(
        `INSERT INTO search_item (id, session_pk, sequence, kind, ref, at, agent, model, words)
         SELECT i, 1 + i / $3, 1 + i % ${EVENTS}, 'turn', 't', ${AT} + i, 'agent-' || i % 7, 'model-' || i % 4,
           a.words || b.words || array_to_tsvector(ARRAY[':s' || (1 + i / $3), ':j${PROJECT}', ':kturn', ':aagent-' || i % 7, ':mmodel-' || i % 4, ':b' || (i >> 16)]
             || CASE WHEN i % 200 = 0 THEN ARRAY[':koverwrite'] ELSE '{}'::text[] END)
         FROM generate_series($1::int, $2::int) i
         JOIN sample a ON a.n = (i::bigint * 7919 % ${TEXTS}) JOIN sample b ON b.n = (i::bigint * 104729 / 3 % ${TEXTS})`,
        [from, Math.min(rows, from + CHUNK) - 1, each],
      )
      console.error(`  ${Math.min(rows, from + CHUNK)} items, ${((performance.now() - began) / 1000).toFixed(0)} s`)
    }
    await client.query(`SELECT setval('search_item_id_seq', $1)`, [rows])
    const indexing = performance.now()
    await client.query('SET max_parallel_maintenance_workers = 2')
    await client.query('CREATE INDEX search_item_words_idx ON search_item USING gin (words)')
    const indexed = performance.now()
    await client.query('VACUUM ANALYZE search_item')
    await client.query('ANALYZE session, event, content')
    return { rows: (indexing - began) / 1000, index: (indexed - indexing) / 1000 }
  } finally {
    client.release()
  }
}

async function ask(pool: pg.Pool, origin: string, { sessions, samples }: SearchSizes): Promise<Pick<SearchResult, 'measured' | 'all'>> {
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
  for (const { what, within, make } of kinds) {
    const ours: number[] = []
    const base: number[] = []
    for (let i = -3; i < samples; i++) {
      const { q, plain } = make()
      const pk = 1 + n(sessions)
      const path = within ? `/api/v1/sessions/made-${pk}/search` : '/api/v1/search'
      const took = await timed(() => get(`${origin}${path}?q=${encodeURIComponent(q)}`))
      // a plain count over a common word takes seconds: a few of them say as much as many
      const counted =
        i >= MOST_PLAIN
          ? undefined
          : await timed(() => pool.query('SELECT count(*) FROM search_item WHERE words @@ $1::tsquery', [within ? `${plain} & ':s${pk}'` : plain]))
      // the first rounds warm up
      if (i < 0) continue
      ours.push(took)
      if (counted !== undefined) base.push(counted)
      if (!within) crowd.push(took)
    }
    measured.push({ what, ...percentiles(ours), plain: percentiles(base) })
    console.error(`  ${what}: ${JSON.stringify(measured.at(-1))}`)
  }
  return { measured, all: { ...percentiles(crowd), target: 100 } }
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
