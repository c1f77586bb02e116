import { NO_PACE } from '@/lib/core/pace'
import type { Kept } from './kept'

/** Stands in for a session's address of the API. */
export const KEPT_PATH = '/kept'

/**
 * What components ask the server for, answered from the file. It is put in fetch's place, so that nothing
 * in a saved file can ask anybody else (the file's content security policy says the same to the browser).
 */
export function answersOf(kept: Kept): typeof fetch {
  return async (input) => {
    const path = (input instanceof Request ? input.url : String(input)).split('?')[0] ?? ''
    if (path === '/api/v1/me') return Response.json({ accounts: false, kind: 'nobody', project: '', projects: [] })
    if (path === KEPT_PATH) return Response.json({ receivedAt: 0 })
    if (path === `${KEPT_PATH}/compare`) return answer(await kept.answer(0), 'application/json')
    if (path === `${KEPT_PATH}/compare/details`) return answer(await kept.answer(1), 'application/json')
    if (path === `${KEPT_PATH}/snapshot`) return new Response(await kept.snapshot())
    const inside = path.startsWith(`${KEPT_PATH}/`) ? path.slice(KEPT_PATH.length + 1) : ''
    const [, hash] = /^content\/([0-9a-f]{64})$/.exec(inside) ?? []
    const [, turn] = /^turns\/([^/]+)\/text$/.exec(inside) ?? []
    const [, paced] = /^turns\/([^/]+)\/pace$/.exec(inside) ?? []
    if (paced !== undefined) return answer((await kept.text(`pace ${decodeURIComponent(paced)}`)) ?? JSON.stringify(NO_PACE), 'application/json')
    const name = hash ?? (turn === undefined ? undefined : `turn ${decodeURIComponent(turn)}`)
    const text = name === undefined ? undefined : await kept.text(name)
    return text === undefined ? none(inside) : answer(text, 'text/plain')
  }
}

function answer(body: string, type: string): Response {
  return new Response(body, { headers: { 'content-type': type } })
}

function none(what: string): Response {
  return Response.json({ detail: what.startsWith('content/') ? 'Whoever saved this file left this text out.' : 'This is not in the file.' }, { status: 404 })
}
