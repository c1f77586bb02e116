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
