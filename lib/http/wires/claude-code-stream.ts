import { claudeCodeStream } from '@/lib/formats/claude-code-stream'
import { countTokens } from '@/lib/formats/count-tokens'
import type { Decoded, Decoder } from '@/lib/formats/format'
import { isRecord, textOf } from '@/lib/formats/spans/json'
import { isDeeper } from '@/lib/ingest/parse'
import { decodeUtf8, readBody } from '../body'
import { Refused, sendJson } from '../problem'
import { guarded, MAX_LEVELS, tooDeep, type Wire, type WireParts } from './wire'

/** Runs beyond this are forgotten, the oldest first. */
const KEPT = 500
/** Words that wait for a line which explains them are told after this long without one. */
const SETTLE_MS = 150

interface Run {
  decoder: Decoder
  lines: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Messages of `claude -p --output-format stream-json` and of the Agent SDK, as they come: one JSON value a
 * line, one or many a request. A run is one session; its messages come in their order.
 */
export function claudeCodeStreamWire(parts: WireParts): Wire {
  const runs = new Map<string, Run>()

  function runOf(id: string): Run {
    let run = runs.get(id)
    if (!run) {
      run = { decoder: claudeCodeStream.decoder({ countTokens }), lines: 0, timer: undefined }
      runs.set(id, run)
    }
    return run
  }

  /** What is still held back is told once nothing more came for a moment. */
  function settleLater(run: Run): void {
    clearTimeout(run.timer)
    run.timer = setTimeout(() => {
      const told = [run.decoder.settle?.(), run.decoder.settle?.(), run.decoder.settle?.()].flatMap((one) => one?.events ?? [])
      if (told.length > 0) parts.owing.append(told).catch((error: unknown) => parts.onProblem('settling a stream of Claude Code', error))
    }, SETTLE_MS)
    run.timer.unref()
  }

  return {
    route(method, path) {
      if (path !== '/v1/claude-code/stream') return undefined
      return (request, response) =>
        guarded(parts, request, response, async () => {
          if (method !== 'POST') throw new Refused('method_not_allowed', 'Messages are sent with POST.', { allow: 'POST' })
          const text = decodeUtf8(await readBody(request, parts.limits))
          const bySession = linesBySession(text)
          const told: Decoded[] = []
          for (const [sessionId, lines] of bySession) {
            const run = runOf(sessionId)
            const chunk = { path: `stream-json:${sessionId}`, text: `${lines.join('\n')}\n`, firstLine: run.lines + 1, final: false }
            run.lines += lines.length
            told.push(run.decoder.push(chunk))
            settleLater(run)
          }
          const { rejected } = await parts.owing.append(told.flatMap(({ events }) => events))
          const issues = told.flatMap((one) => one.issues).filter(({ severity }) => severity === 'error')
          sendJson(response, 200, {
            received: [...bySession.values()].reduce((sum, lines) => sum + lines.length, 0),
            rejected: [...rejected, ...issues.map(({ code, message }) => ({ code, message }))],
          })
        })
    },
    forget() {
      for (const [id, run] of [...runs].slice(0, Math.max(0, runs.size - KEPT))) {
        clearTimeout(run.timer)
        runs.delete(id)
      }
    },
  }
}

/** Throws Refused where a line is no message: nothing of the request is taken then. */
function linesBySession(text: string): Map<string, string[]> {
  const bySession = new Map<string, string[]>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    let message: unknown
    try {
      message = JSON.parse(line)
    } catch {
      throw new Refused('bad_json', `Line ${index + 1} is not JSON. Send one message of stream-json a line. Nothing was taken.`)
    }
    if (isDeeper(message, MAX_LEVELS)) throw tooDeep()
    const sessionId = isRecord(message) ? textOf(message.session_id) : undefined
    if (!isRecord(message) || typeof message.type !== 'string' || sessionId === undefined)
      throw new Refused('bad_request', `Line ${index + 1} is no message of stream-json: it has "type" and "session_id". Nothing was taken.`)
    const lines = bySession.get(sessionId)
    if (lines) lines.push(line)
    else bySession.set(sessionId, [line])
  }
  if (bySession.size === 0) throw new Refused('bad_request', 'The body is empty: send messages of stream-json, one a line.')
  return bySession
}
