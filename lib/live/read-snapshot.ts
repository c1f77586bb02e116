import { openSnapshot, SnapshotOpening, snapshotLengths } from '@/lib/core/snapshot'
import { type FetchedSnapshot, otherVersion, SnapshotRefused } from './client'

/** A second part that is shorter than this is waited for: two pictures in a row would only flicker. */
const WAIT_FOR_BYTES = 300_000

/** What GET <path>/snapshot answers. 4xx will not mend itself by asking again at once; anything else may. */
export async function readSnapshot(sessionId: string, asked: Promise<Response>, began: () => void): Promise<FetchedSnapshot> {
  const response = await asked
  if (response.ok) {
    began()
    return response.body ? readParts(response.body.getReader()) : whole(new Uint8Array(await response.arrayBuffer()))
  }
  if (response.status === 404) throw new SnapshotRefused(`This server has no session “${sessionId}”.`)
  if (response.status >= 400 && response.status < 500 && response.status !== 429) {
    const problem = (await response.json().catch(() => undefined)) as { detail?: unknown } | undefined
    throw new SnapshotRefused(typeof problem?.detail === 'string' ? problem.detail : `The server answered ${response.status}.`)
  }
  throw new Error(`The server answered ${response.status}.`)
}

function whole(bytes: Uint8Array): FetchedSnapshot {
  return { opened: readable(() => openSnapshot(bytes)), whole: Promise.resolve(bytes) }
}

/** Throws `SnapshotRefused` where asking again would bring the same. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw otherVersion(error)
  }
}

/** Resolves as soon as the first part is there; the rest is read on. */
async function readParts(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<FetchedSnapshot> {
  const opening = new SnapshotOpening()
  let bytes = new Uint8Array(64 * 1024)
  let length = 0
  let lengths: ReturnType<typeof snapshotLengths>
  const more = async () => {
    const { done, value } = await reader.read()
    if (done) return false
    if (length + value.length > bytes.length) {
      const larger = new Uint8Array(Math.max(lengths?.all ?? 0, bytes.length * 2, length + value.length))
      larger.set(bytes.subarray(0, length))
      bytes = larger
    }
    bytes.set(value, length)
    length += value.length
    lengths ??= readable(() => snapshotLengths(bytes.subarray(0, length)))
    return true
  }
  const rest = async () => {
    while (await more()) {}
    if (!lengths || length < lengths.all) throw new Error('the snapshot ends in the middle')
    return bytes.subarray(0, length)
  }
  let there = false
  while (!there && (await more())) there = readable(() => opening.take(bytes.subarray(0, length)))
  if (!there || !lengths) throw new Error('the snapshot ends in the middle')
  if (lengths.all - lengths.first < WAIT_FOR_BYTES) {
    const all = await rest()
    return { opened: opening.opened(), whole: Promise.resolve(all) }
  }
  const read = rest()
  // whoever waits for it hears of a failure; before that it is nobody's
  read.catch(() => {})
  return { opened: opening.opened(), whole: read }
}
