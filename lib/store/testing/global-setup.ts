import { openTestRun } from './runs'

/** Vitest's global setup: a folder for this run, where the first test file that asks for a database starts Postgres. */
export default async function setup(): Promise<() => Promise<void>> {
  const run = await openTestRun('test')
  process.env.BACKSEAT_TEST_RUN = run.folder
  return () => run.close()
}
