import { type RunningPostgres, startPostgres } from './launch'
import { findPostmaster } from './postmaster'

const LOOK_EVERY_MS = 2_000

/**
 * Starts the embedded server again, on its port and its data, when it has ended without being asked
 * to: killed for want of memory, say. Call the result before the server is stopped on purpose.
 */
export function keepPostgres(server: RunningPostgres, log: (line: string) => void, everyMs = LOOK_EVERY_MS): () => Promise<void> {
  const { dataDir, port } = server
  let closed = false
  let said = ''
  const tell = (line: string) => {
    if (line !== said) log(line)
    said = line
  }
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    if ((await findPostmaster(dataDir)) !== undefined || closed) return
    try {
      await startPostgres({ dataDir, port })
      tell('The embedded Postgres had ended; it was started again. Nothing that was acknowledged is lost.')
      said = ''
    } catch (error) {
      tell(`The embedded Postgres has ended and does not start again: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, everyMs)
  timer.unref()
  return async () => {
    closed = true
    clearInterval(timer)
    await looking
  }
}
