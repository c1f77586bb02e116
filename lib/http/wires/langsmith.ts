import type { IncomingMessage } from 'node:http'
import { LANGSMITH_PREFIX, RunReader } from '@/lib/formats/langsmith'
import { isRecord } from '@/lib/formats/spans/json'
import { WorkTree } from '@/lib/formats/spans/work-tree'
import { readBody } from '../body'
import { Refused, sendJson } from '../problem'
import { guarded, jsonBody, parsedJson, type Wire, type WireParts } from './wire'

const PREFIX = '/v1/langsmith'

/**
 * What LangSmith's clients call below their LANGSMITH_ENDPOINT: runs one by one, in batches, in multipart
 * batches; a run is told when it begins and patched when it ends.
 */
export function langsmithWire(parts: WireParts): Wire {
  const reader = new RunReader()
  const tree = new WorkTree({ prefix: LANGSMITH_PREFIX, format: 'langsmith', whole: false })

  async function take(runs: readonly unknown[]): Promise<{ message: string }[]> {
    const errors: { message: string }[] = []
    const now = parts.now()
    for (const run of runs) {
      const { works, flaw } = reader.read(run)
      for (const work of works) tree.take(work, now)
      if (flaw) errors.push({ message: flaw.message })
    }
    await parts.owing.append(tree.tell())
    tree.issues.length = 0
    return errors
  }

  return {
    route(method, path) {
      if (path !== PREFIX && !path.startsWith(`${PREFIX}/`)) return undefined
      const rest = path.slice(PREFIX.length).replace(/^\/api\/v1/, '')
      return (request, response) =>
        guarded(parts, request, response, async () => {
          if (rest === '/info' && method === 'GET') {
            sendJson(response, 200, {
              version: '0.0.0',
              batch_ingest_config: {
                use_multipart_endpoint: true,
                size_limit: 100,
                size_limit_bytes: parts.limits.wireBytes,
                scale_up_qsize_trigger: 1000,
                scale_up_nthreads_limit: 16,
                scale_down_nempty_trigger: 4,
              },
            })
            return
          }
          const one = /^\/runs\/([0-9a-f-]{36})$/.exec(rest)?.[1]
          if (rest === '/runs' && method === 'POST') {
            const errors = await take([await jsonBody(request, parts)])
            sendJson(response, errors.length > 0 ? 422 : 202, errors[0] ?? { message: 'Run received' })
          } else if (one !== undefined && method === 'PATCH') {
            const body = await jsonBody(request, parts)
            const errors = await take([isRecord(body) ? { ...body, id: one } : body])
            sendJson(response, errors.length > 0 ? 422 : 202, errors[0] ?? { message: 'Run received' })
          } else if (rest === '/runs/batch' && method === 'POST') {
            const body = await jsonBody(request, parts)
            if (!isRecord(body)) throw new Refused('bad_request', 'Send {"post": [...], "patch": [...]}.')
            if (!isListOrAbsent(body.post) || !isListOrAbsent(body.patch) || (body.post ?? body.patch ?? undefined) === undefined)
              throw new Refused('bad_request', 'Send {"post": [...], "patch": [...]}, each a list of runs.')
            const errors = await take([...(body.post ?? []), ...(body.patch ?? [])])
            sendJson(response, 202, { message: 'Runs received', errors })
          } else if (rest === '/runs/multipart' && method === 'POST') {
            const errors = await take(await multipartRuns(request, parts))
            sendJson(response, 202, { message: 'Runs received', errors })
          } else
            throw new Refused('not_found', `Runs are taken at ${PREFIX}/runs, /runs/batch and /runs/multipart; there is no ${method} ${rest.slice(0, 100)}.`)
        })
    },
    forget: (now) => tree.forget(now),
  }
}

/** Parts `post.<id>`, and `post.<id>.inputs`, `.outputs` and so on that are fields of it. Feedback and attachments are not runs. */
async function multipartRuns(request: IncomingMessage, parts: WireParts): Promise<unknown[]> {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) throw new Refused('unsupported_type', 'Send multipart/form-data.')
  const body = await readBody(request, parts.limits)
  let form: FormData
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  } catch {
    throw new Refused('bad_request', 'The body is no multipart/form-data with the boundary that its type names.')
  }
  const runs = new Map<string, Record<string, unknown>>()
  for (const [name, value] of form) {
    const [, what, id, field] = /^(post|patch)\.([0-9a-f-]{36})(?:\.([a-z_]+))?$/.exec(name) ?? []
    if (what === undefined || id === undefined) continue
    const json = parsedJson(typeof value === 'string' ? value : await value.text())
    const run = runs.get(`${what}.${id}`) ?? { id }
    runs.set(`${what}.${id}`, run)
    if (field !== undefined) run[field] = json
    else if (isRecord(json)) Object.assign(run, { ...json, id })
  }
  // a run's beginning before what has changed of it
  return [...runs].sort(([a], [b]) => Number(a.startsWith('patch')) - Number(b.startsWith('patch'))).map(([, run]) => run)
}

function isListOrAbsent(value: unknown): value is unknown[] | null | undefined {
  return value === undefined || value === null || Array.isArray(value)
}
