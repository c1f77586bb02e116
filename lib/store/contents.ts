import type { Pool, PoolClient } from 'pg'

/** The texts of these hashes; those that are not stored are missing from the map. */
export async function readContents(pool: Pool | PoolClient, pk: number, hashes: readonly string[]): Promise<Map<string, string>> {
  if (hashes.length === 0) return new Map()
  const { rows } = await pool.query<{ hash: string; body: Buffer }>({
    name: 'backseat_contents',
    text: 'SELECT hash, body FROM content WHERE session_pk = $1 AND hash = ANY($2::text[])',
    values: [pk, hashes],
  })
  return new Map(rows.map((row) => [row.hash, row.body.toString('utf8')]))
}

/** Texts of several sessions: those of `hashes[i]` in the session `pks[i]`. */
export async function readContentsOf(pool: Pool, pks: readonly number[], hashes: readonly string[]): Promise<{ pk: number; hash: string; text: string }[]> {
  if (hashes.length === 0) return []
  const { rows } = await pool.query<{ pk: number; hash: string; body: Buffer }>({
    name: 'backseat_contents_of',
    text: `SELECT p.pk, p.hash, c.body FROM (SELECT DISTINCT * FROM unnest($1::bigint[], $2::text[]) AS g(pk, hash)) p
      CROSS JOIN LATERAL (SELECT body FROM content WHERE session_pk = p.pk AND hash = p.hash LIMIT 1) c`,
    values: [pks, hashes],
  })
  return rows.map(({ pk, hash, body }) => ({ pk, hash, text: body.toString('utf8') }))
}
