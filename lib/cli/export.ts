import type { Command } from 'commander'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { keyHeader, serverAddress } from './send-events'

interface Options {
  session?: string
  labels?: boolean
  verdicts?: boolean
  out?: string
}

export function register(program: Command): void {
  program
    .command('export')
    .description('print a session as native events, texts included, or what people set aside or judged as labels; from the running Backseat')
    .option('--session <id>', 'this session only; needed unless --labels or --verdicts is given')
    .option('--labels', 'findings that were set aside, one label a line, as "backseat evaluate" reads them')
    .option('--verdicts', 'interventions that people judged, with what they came to, one a line; of the whole project')
    .option('--out <file>', 'into this file, instead of standard output')
    .action(async (options: Options) => {
      process.exitCode = await exportFrom(options)
    })
}

async function exportFrom({ session, labels, verdicts, out }: Options): Promise<number> {
  const say = (text: string) => process.stderr.write(`${text}\n`)
  if (!labels && !verdicts && session === undefined) {
    say('Say what to export: --session ID, --labels, or --verdicts.')
    return 1
  }
  const address = await serverAddress()
  const id = session === undefined ? '' : encodeURIComponent(session)
  const path = verdicts ? '/api/v1/verdicts' : labels ? `/api/v1/labels${id && `?session=${id}`}` : `/api/v1/sessions/${id}/events?content=inline`
  let response: Response
  try {
    response = await fetch(`${address}${path}`, { headers: keyHeader() })
  } catch {
    say(`No Backseat answers at ${address}. Start it with "npx backseat start", or set BACKSEAT_URL.`)
    return 1
  }
  if (!response.ok || !response.body) {
    const problem = (await response.json().catch(() => ({}))) as { detail?: string }
    say(problem.detail ?? `${address} answered ${response.status}.`)
    return 1
  }
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), out === undefined ? process.stdout : createWriteStream(out), {
    end: out !== undefined,
  })
  return 0
}
