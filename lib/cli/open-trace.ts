import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

/** What `backseat export --project` writes, and what people pack to keep. */
const PACKED = '.gz'
const CHUNK_BYTES = 1024 * 1024
/** What is unpacked of one such piece is in memory at once: at most a thousand times as much. */
const PACKED_CHUNK_BYTES = 64 * 1024

export const isPacked = (path: string) => path.toLowerCase().endsWith(PACKED)
export const unpackedName = (path: string) => (isPacked(path) ? path.slice(0, -PACKED.length) : path)

/**
 * The bytes of a trace file, unpacked. Throws what the file system or the packing says, after everything that could be read before it.
 * `onRead` counts the bytes as they lie on the disk.
 */
export async function* openTrace(path: string, onRead?: (bytes: number) => void): AsyncGenerator<Buffer> {
  if (isPacked(path)) yield* unpack(path, onRead)
  else
    for await (const bytes of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      onRead?.(bytes.length)
      yield bytes
    }
}

/** Node's own iteration over a stream of unpacked bytes throws away what it holds when the file turns out to be cut short. */
async function* unpack(path: string, onRead?: (bytes: number) => void): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  let ready: Buffer[] = []
  let failure: Error | undefined
  gunzip.on('data', (bytes: Buffer) => ready.push(bytes))
  gunzip.on('error', (error) => {
    failure = error
  })
  const ended = new Promise<void>((done) => gunzip.once('end', done).once('close', done))
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: PACKED_CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      onRead?.(bytes.length)
      // What fails never answers: then it closes.
      await Promise.race([new Promise<void>((done) => gunzip.write(bytes, () => done())), ended])
      yield* ready
      ready = []
      if (failure) throw failure
    }
    gunzip.end()
    await ended
    yield* ready
    if (failure) throw failure
  } finally {
    gunzip.destroy()
  }
}
