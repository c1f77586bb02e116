import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { keyHeader, serverAddress } from './send-events'

/** Asks the running Backseat for `path`; undefined after it has said on standard error why there is no answer. */
export async function askServer(path: string, init: RequestInit = {}): Promise<Response | undefined> {
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const address = await serverAddress()
  let response: Response
  try {
    response = await fetch(`${address}${path}`, { ...init, headers: { ...init.headers, ...keyHeader() } })
  } catch {
    say(`No Backseat answers at ${address}. Start it with "npx backseat start", or set BACKSEAT_URL.`)
    return undefined
  }
  if (response.ok) return response
  const problem = (await response.json().catch(() => ({}))) as { detail?: string }
  say(problem.detail ?? `${address} answered ${response.status}.`)
  return undefined
}

/** Into this file; left out: to standard output, which stays open. */
export async function writeBody(response: Response, file: string | undefined): Promise<void> {
  if (!response.body) return
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
  if (file === undefined) await pipeline(body, process.stdout, { end: false })
  else await pipeline(body, createWriteStream(file))
}
