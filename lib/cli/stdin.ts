import { Readable } from 'node:stream'
import type { Issue } from '@/lib/core/issue'
import { notRead, type TraceFile, traceFile } from './trace-files'

const STDIN = 'stdin'
const HEAD_BYTES = 64 * 1024

/** Standard input as a trace, or another stream with a name: its beginning says which format, and is read again with the rest. */
export async function fromStdin(input: Readable, name = STDIN): Promise<{ file: TraceFile; rest: Readable } | { issue: Issue }> {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>
  const head: Buffer[] = []
  let bytes = 0
  let over = false
  while (bytes < HEAD_BYTES && !over) {
    const next = await chunks.next()
    if (next.done) over = true
    else {
      const chunk = Buffer.isBuffer(next.value) ? next.value : Buffer.from(next.value)
      head.push(chunk)
      bytes += chunk.length
    }
  }
  const file = traceFile(name, Buffer.concat(head).toString('utf8').slice(0, HEAD_BYTES), bytes)
  if (!('format' in file)) return { issue: notRead(name, file.recognised, true) }
  const rest = Readable.from(
    (async function* () {
      yield* head
      if (over) return
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
    })(),
  )
  return { file, rest }
}
