import type { Hono } from 'hono'
import { parseParameters } from '@/lib/core/parameters'
import type { Parameters } from '@/lib/ingest/parameters'
import { Refused } from './problem'
import { smallJson } from './small-json'

const NO_STORE = { 'cache-control': 'no-store' }

/** The detector's parameters: what is in force, and a trial of others on the whole log. */
export function addParameters(app: Hono, parameters: Parameters): void {
  app.get('/api/v1/parameters', async (context) => context.json(await parameters.answer(), 200, NO_STORE))

  app.post('/api/v1/parameters/trial', async (context) => {
    const { parameters: wanted } = await smallJson(context)
    const { active } = await parameters.answer()
    const parsed = parseParameters(wanted, active.parameters)
    if ('problem' in parsed) throw new Refused('bad_request', parsed.problem)
    await parameters.begin(parsed)
    return context.json(await parameters.answer(), 202, NO_STORE)
  })

  app.post('/api/v1/parameters/trial/keep', async (context) => {
    if (!(await parameters.keep()))
      throw new Refused(
        'conflict',
        'There is nothing to keep: the log has not been read to its end, or other parameters were kept meanwhile. Look again, and try them anew.',
      )
    return context.json(await parameters.answer(), 200, NO_STORE)
  })

  app.delete('/api/v1/parameters/trial', async (context) => {
    await parameters.discard()
    return context.body(null, 204)
  })
}
