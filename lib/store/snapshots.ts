import { promisify } from 'node:util'
import { constants, gunzip, gunzipSync, gzip } from 'node:zlib'
import type { Pool } from 'pg'
import { isReadable } from '@/lib/core/snapshot'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

export interface StoredSnapshot {
  head: number
  detectorVersion: number
  /** gzip of encodeSnapshot. */
  body: Buffer
}

/** Undefined where none is kept, or one of another version: it is made again from the log. */
export async function readSnapshot(pool: Pool, pk: number): Promise<StoredSnapshot | undefined> {
  const { rows } = await pool.query<{ head: number; detectorVersion: number; body: Buffer }>(
    'SELECT head, detector_version AS "detectorVersion", body FROM snapshot WHERE session_pk = $1',
    [pk],
  )
  const stored = rows[0]
  return stored && isReadable(beginningOf(stored.body)) ? stored : undefined
}

/** More than a gzip needs to give its first bytes. */
const BEGINNING = 1024

function beginningOf(body: Buffer): Uint8Array {
  try {
    return gunzipSync(body.subarray(0, BEGINNING), { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return new Uint8Array(0)
  }
}

/** Keeps the newest: a slower process never puts an older one in its place. */
export async function writeSnapshot(pool: Pool, pk: number, snapshot: StoredSnapshot): Promise<void> {
  await pool.query(
    `INSERT INTO snapshot (session_pk, head, detector_version, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (session_pk) DO UPDATE SET head = excluded.head, detector_version = excluded.detector_version, body = excluded.body
     WHERE snapshot.head <= excluded.head`,
    [pk, snapshot.head, snapshot.detectorVersion, snapshot.body],
  )
}

// Level 1: a snapshot is built to be small already; higher levels cost seconds at 100,000 turns.
export function packSnapshot(bytes: Uint8Array): Promise<Buffer> {
  return compress(bytes, { level: 1 })
}

export async function unpackSnapshot(body: Buffer): Promise<Uint8Array> {
  return decompress(body)
}
