import type pg from 'pg'
import { BUILT_IN, readingVersion } from '@/lib/core/parameters'
import { seededRandom } from '@/lib/core/stats/random'

/** Made-up words; the smaller its number the more often a word stands in a text. */
export const WORDS = 60_000
const PROJECT = 'default'
const TEXT_WORDS = 12
const TEXTS = 40_000
const EVENTS = 20
const BODY = 2_000
const CHUNK = 1_000_000
const AT = 1_700_000_000_000

/** A word of its own for each number, pronounceable enough to look like one. */
export function wordOf(n: number): string {
  const parts = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'qui', 'ro', 'su', 'ta', 've', 'wi', 'xo', 'zu']
  let word = ''
  for (let rest = n + 400; rest > 0; rest = Math.floor(rest / parts.length)) word += parts[rest % parts.length]
  return word
}

/** How often words are used falls with their number, as in what people and models write: few everywhere, most hardly ever. */
const numberOf = (share: number) => Math.floor(WORDS * share ** 5)

/**
 * Sessions with a few events of 2 kB each, and items made from pairs of made-up texts: what the index holds is as
 * of so many turns. A million rows at a time, each for itself: what was cut short goes on where it was.
 */
export async function makeSearchRows(pool: pg.Pool, { rows, sessions }: { rows: number; sessions: number }): Promise<{ rows: number; index: number }> {
  const began = performance.now()
  const client = await pool.connect()
  try {
    if (await isMade(client, rows)) return { rows: 0, index: 0 }
    await client.query("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
    await client.query('BEGIN')
    await makeSessions(client, sessions)
    await client.query('COMMIT')
    // a session's items lie together, as they do when its events come in batches
    const each = Math.ceil(rows / sessions)
    const made = await client.query<{ next: number }>('SELECT coalesce(max(id)::int + 1, 0) AS next FROM search_item')
    for (let from = made.rows[0]?.next ?? 0; from < rows; from += CHUNK) {
      await client.query(
        `INSERT INTO search_item (id, session_pk, sequence, kind, ref, at, agent, model, words)
         SELECT i, 1 + i / $3, 1 + i % ${EVENTS}, 'turn', 't', ${AT} + i, 'agent-' || i % 7, 'model-' || i % 4,
           a.words || b.words || array_to_tsvector(ARRAY[':s' || (1 + i / $3), ':j${PROJECT}', ':kturn', ':aagent-' || i % 7, ':mmodel-' || i % 4, ':b' || (i >> 16)]
             || CASE WHEN i % 200 = 0 THEN ARRAY[':koverwrite'] ELSE '{}'::text[] END)
         FROM generate_series($1::int, $2::int) i
         JOIN made_text a ON a.n = (i::bigint * 7919 % ${TEXTS}) JOIN made_text b ON b.n = (i::bigint * 104729 / 3 % ${TEXTS})`,
        [from, Math.min(rows, from + CHUNK) - 1, each],
      )
      console.error(`  ${Math.min(rows, from + CHUNK)} items, ${((performance.now() - began) / 1000).toFixed(0)} s`)
    }
    await client.query(`SELECT setval('search_item_id_seq', $1)`, [rows])
    const indexing = performance.now()
    await client.query('SET max_parallel_maintenance_workers = 2')
    await client.query('CREATE INDEX IF NOT EXISTS search_item_words_idx ON search_item USING gin (words)')
    const indexed = performance.now()
    await client.query('VACUUM ANALYZE search_item')
    await client.query('ANALYZE session, event, content')
    return { rows: (indexing - began) / 1000, index: (indexed - indexing) / 1000 }
  } finally {
    client.release()
  }
}

/** Kept of a run before, index and all. */
async function isMade(client: pg.PoolClient, rows: number): Promise<boolean> {
  const made = await client.query<{ newest: number | null; indexed: boolean }>(
    "SELECT max(id)::int AS newest, to_regclass('search_item_words_idx') IS NOT NULL AS indexed FROM search_item",
  )
  return made.rows[0]?.newest === rows - 1 && made.rows[0].indexed
}

async function makeSessions(client: pg.PoolClient, sessions: number): Promise<void> {
  const known = await client.query("SELECT to_regclass('made_text') IS NOT NULL AS made")
  if (known.rows[0]?.made) return
  const random = seededRandom(19)
  const texts = Array.from({ length: TEXTS }, () => Array.from({ length: TEXT_WORDS }, () => wordOf(numberOf(random()))).join(' '))
  await client.query('DROP INDEX search_item_words_idx; ALTER TABLE search_item SET UNLOGGED')
  await client.query('CREATE TABLE made_text (n int PRIMARY KEY, words tsvector)')
  for (let from = 0; from < texts.length; from += 10_000) {
    await client.query("INSERT INTO made_text SELECT $2 + o - 1, to_tsvector('simple', t) FROM unnest($1::text[]) WITH ORDINALITY AS g(t, o)", [
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
}
