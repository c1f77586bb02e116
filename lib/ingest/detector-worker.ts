import { parentPort, workerData } from 'node:worker_threads'
import { isContentRef } from '@/lib/core/content'
import type { Detector } from '@/lib/core/detect/detector'
import type { Event } from '@/lib/core/event'
import { newParsingDetector } from '@/lib/units/detector'
import { type FromThread, PROGRESS, type Reply, type Request, WORKING_ON } from './detector-messages'
import { foundOf, inOrder } from './examiner-here'

// A detector thread: what detector-threads.ts starts, compiled into a file of its own.

/** Answers are held back at most so long while more is to be done. */
const TELL_MS = 4

const port = parentPort
if (!port) throw new Error('this is started as a thread only')
const tell = (message: FromThread) => port.postMessage(message)
const shared: Int32Array = workerData
const REFUSED = { kind: 'refused' } as const
/** Or why it is none any more. */
const detectors = new Map<number, Detector | typeof REFUSED | { kind: 'failed'; error: unknown }>()

function reply(request: Exclude<Request, { kind: 'begin' | 'end' }>): Reply {
  const detector = detectors.get(request.n)
  if (!detector) return { kind: 'lost' }
  if (!('apply' in detector)) return detector
  switch (request.kind) {
    case 'take': {
      const texts = new Map(request.texts)
      for (const event of inOrder(JSON.parse(request.json) as Event[])) {
        shared[PROGRESS] = ((shared[PROGRESS] ?? 0) + 1) | 0
        if (detector.apply(event, (content) => (isContentRef(content) ? texts.get(content.hash) : content))) continue
        detectors.set(request.n, REFUSED)
        return REFUSED
      }
      const changed = detector.changes()
      return changed.length === 0 ? { kind: 'taken' } : { kind: 'taken', ...told(changed) }
    }
    case 'findings':
      detector.changes()
      return { kind: 'findings', ...told(detector.findings()) }
    case 'ledger':
      return { kind: 'ledger', ledger: [...detector.ledger()] }
    default: {
      const impossible: never = request
      throw new Error(`a request that no detector thread knows: ${JSON.stringify(impossible)}`)
    }
  }
}

function told(findings: Parameters<typeof foundOf>[0]): { findings: string; texts: [string, string][] } {
  const { texts } = foundOf(findings)
  return { findings: JSON.stringify(findings), texts: [...texts] }
}

port.on('message', (requests: Request[]) => {
  let replies: Reply[] = []
  let since = performance.now()
  for (const request of requests) {
    if (request.kind === 'begin') detectors.set(request.n, newParsingDetector(request.parameters))
    else if (request.kind === 'end') detectors.delete(request.n)
    else {
      shared[WORKING_ON] = request.n
      try {
        replies.push(reply(request))
      } catch (error) {
        const failed = { kind: 'failed', error: error instanceof Error ? error : String(error) } as const
        detectors.set(request.n, failed)
        replies.push(failed)
      }
      shared[WORKING_ON] = 0
    }
    if (replies.length === 0 || performance.now() - since < TELL_MS) continue
    tell(replies)
    replies = []
    since = performance.now()
  }
  if (replies.length > 0) tell(replies)
})
tell('ready')
