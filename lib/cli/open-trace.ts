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
  const packed = isPacked(path)
  const source = counted(createReadStream(path, { highWaterMark: packed ? PACKED_CHUNK_BYTES : CHUNK_BYTES }), onRead)
  yield* packed ? unpack(source) : source
}

async function* counted(source: AsyncIterable<Buffer>, onRead?: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const bytes of source) {
    onRead?.(bytes.length)
    yield bytes
  }
}

/** The bytes of a stream without a name, unpacked where they begin as packed ones do. Throws as `openTrace` does. */
export async function* openStream(input: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  const chunks = asBuffers(input)
  const first = await chunks.next()
  if (first.done) return
  const all = (async function* () {
    yield first.value
    yield* chunks
  })()
  yield* first.value[0] === 0x1f && first.value[1] === 0x8b ? unpack(all) : all
}

async function* asBuffers(input: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  for await (const chunk of input) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)
}

/** Node's own iteration over a stream of unpacked bytes throws away what it holds when the file turns out to be cut short. */
async function* unpack(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  let ready: Buffer[] = []
  let failure: Error | undefined
  gunzip.on('data', (bytes: Buffer) => ready.push(bytes))
  gunzip.on('error', (error) => {
    failure = error
  })
  const ended = new Promise<void>((done) => gunzip.once('end', done).once('close', done))
  try {
    for await (const bytes of source) {
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
