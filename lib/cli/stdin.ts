import { Readable } from 'node:stream'
import type { Issue } from '@/lib/core/issue'
import { openStream } from './open-trace'
import { notRead, type TraceFile, traceFile } from './trace-files'

const STDIN = 'stdin'
const HEAD_BYTES = 64 * 1024

/**
 * Standard input as a trace, unpacked if need be: its beginning says which format, and is read again with the rest. Where it breaks,
 * `rest` throws after what came before.
 */
export async function fromStdin(input: Readable, name = STDIN): Promise<{ file: TraceFile; rest: Readable } | { issue: Issue }> {
  const chunks = openStream(input)
  const head: Buffer[] = []
  let bytes = 0
  let over = false
  let failure: unknown
  while (bytes < HEAD_BYTES && !over) {
    const next = await chunks.next().catch((error: unknown) => {
      failure = error
      return { done: true as const, value: undefined }
    })
    if (next.done) over = true
    else {
      head.push(next.value)
      bytes += next.value.length
    }
  }
  if (failure !== undefined && bytes === 0) {
    const why = failure instanceof Error ? failure.message : String(failure)
    return { issue: { code: 'unreadable', severity: 'error', message: `It cannot be read: ${why}`, place: { path: name } } }
  }
  const file = traceFile(name, Buffer.concat(head).toString('utf8').slice(0, HEAD_BYTES), bytes)
  if (!('format' in file)) return { issue: notRead(name, file.recognised, true) }
  const rest = Readable.from(
    (async function* () {
      yield* head
      if (failure !== undefined) throw failure
      yield* chunks
    })(),
  )
  return { file, rest }
}
