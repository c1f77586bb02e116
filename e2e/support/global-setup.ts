import { openTestRun } from '../../lib/store/testing/runs'
import { startServer } from './server'

/** One server with an empty data folder for the whole run; tests that need another one start their own. */
export default async function setup(): Promise<() => Promise<void>> {
  const run = await openTestRun('e2e')
  process.env.E2E_RUN = run.folder
  try {
    const server = await startServer({ home: run.folder, port: Number(process.env.E2E_PORT) })
    return async () => {
      await server.stop()
      await run.close()
    }
  } catch (error) {
    await run.close()
    throw error
  }
}
