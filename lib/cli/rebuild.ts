import type { Command } from 'commander'
import { openDatabase } from '../store/database'
import { readActiveSet } from '../store/parameters'
import { readPrices } from './prices'
import { Progress } from './progress'
import { readSettings } from './settings'
import { holdHome, openData } from './start'

export function register(program: Command): void {
  program
    .command('rebuild')
    .description('make tasks, findings and figures anew from the logs (HOST, BACKSEAT_HOME and DATABASE_URL as for start)')
    .argument('[session...]', 'only these sessions')
    .action(async (ids: string[]) => {
      process.exitCode = await rebuild(ids)
    })
}

/** Throws Refusal: a Backseat that runs on the data folder must be stopped first. */
async function rebuild(ids: readonly string[]): Promise<number> {
  const settings = readSettings(process.env)
  const book = await readPrices(settings.home)
  const undo: (() => Promise<unknown>)[] = []
  // a database of one's own may be served meanwhile: each session is locked while it is written
  if (settings.databaseUrl === undefined) {
    const home = await holdHome(settings.home)
    undo.push(() => home.release())
  }
  let failed = 0
  try {
    const { url } = await openData(settings, undo)
    const database = openDatabase({ url, onError: (error) => process.stderr.write(`A database connection broke: ${String(error)}\n`) })
    undo.push(() => database.close())
    // loads the parsers: no other command needs to wait for them
    const { examinerHere } = await import('../ingest/examiner-here')
    const examiner = await examinerHere()
    const { rebuildSession, sessionsToRebuild } = await import('../ingest/rebuild')
    const set = await readActiveSet(database.pool)
    const sessions = await sessionsToRebuild(database, ids.length > 0 ? ids : undefined)
    for (const id of ids) {
      if (sessions.some((session) => session.id === id)) continue
      failed += 1
      process.stderr.write(`There is no session ${id}.\n`)
    }
    const events = sessions.reduce((sum, { head }) => sum + head, 0)
    const progress = new Progress(events, process.stderr, { said: (count) => `${Math.round(count).toLocaleString('en')} events` })
    const began = performance.now()
    let done = 0
    for (const session of sessions) {
      try {
        if (await rebuildSession(database, examiner, session, set, book)) done += 1
      } catch (error) {
        failed += 1
        progress.clear()
        process.stderr.write(`${session.id}: ${error instanceof Error ? error.message : String(error)}\n`)
      }
      progress.add(session.head, session.id)
    }
    progress.clear()
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    process.stdout.write(`Rebuilt ${done} of ${sessions.length} sessions from ${events.toLocaleString('en')} events in ${seconds} s.\n`)
  } finally {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step().catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
  }
  return failed > 0 ? 1 : 0
}
