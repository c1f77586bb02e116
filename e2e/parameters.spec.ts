import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { stopPostgres } from '../lib/store/postgres/launch'
import { findFreePort, startServer } from './support/server'
import { Teller } from './support/session'

const BOTH = 'export function sum(left, right) { const total = left + right; return total * 1 }'

/** Half of the work survives: an overwrite below 0.70, a revision below 0.30. */
async function tellHalf(teller: Teller): Promise<void> {
  const write = (agentId: string, rest: string) => ({
    type: 'artifact.written' as const,
    agentId,
    path: 'a.ts',
    change: { kind: 'content' as const, content: `${BOTH}\n${rest}` },
  })
  await teller.tell(
    { type: 'session.started', title: 'Half of it' },
    { type: 'agent.joined', agentId: 'lead', name: 'lead' },
    { type: 'agent.joined', agentId: 'coder', name: 'coder', parentId: 'lead' },
    { type: 'task.delegated', taskId: 't1', by: 'lead', to: 'coder', title: 'Write a.ts' },
    write('coder', 'export const unused = nothing + of + note - here * today'),
    write('lead', 'export class Other { first = 1; second = 2; third = 3 }'),
  )
}

// Parameters hold for the whole installation: this one has a server of its own.
test('other parameters: tried on the whole log, shown before they are kept, kept over a restart', async ({ page, request }) => {
  test.setTimeout(240_000)
  const home = path.join(process.env.E2E_RUN ?? '.data/e2e', 'parameters')
  await mkdir(home, { recursive: true })
  const options = { home, port: await findFreePort() }
  let server = await startServer(options)
  try {
    const teller = new Teller(request, 'half', server.address)
    await tellHalf(teller)
    await teller.found('overwrite')
    await page.goto(`${server.address}/settings/detector`)
    await expect(page.getByText('the built-in parameters')).toBeVisible()
    const field = page.getByRole('textbox', { name: /Overwrite below/ })
    await field.fill('2')
    await expect(page.getByText('a number from 0.05 to 0.95')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Read the log with these' })).toBeDisabled()
    await field.fill('0.3')
    await page.getByRole('button', { name: 'Read the log with these' }).click()

    const trial = page.getByRole('region', { name: 'Trial' })
    await expect(trial.getByRole('heading', { name: 'What would change' })).toBeVisible({ timeout: 30_000 })
    await expect(trial).toContainText('1 finding called something else')
    await expect(trial.getByRole('list', { name: 'What becomes what' })).toContainText('overwrite → revise')
    await expect(trial).toContainText('cut short 1 → 0')
    const kinds = async () => (await (await request.get(`${server.address}/api/v1/sessions/half`)).json()).interventions
    expect(await kinds()).toMatchObject({ overwrite: 1 })

    // a server that is killed meanwhile shows it again
    await server.kill()
    server = await startServer(options)
    await page.reload()
    await expect(trial).toContainText('1 finding called something else', { timeout: 30_000 })

    await trial.getByRole('button', { name: 'Keep' }).click()
    await expect(page.getByText('parameter set 1')).toBeVisible()
    await expect.poll(kinds, { timeout: 30_000 }).toMatchObject({ revise: 1 })
    await server.kill()
    server = await startServer(options)
    await page.reload()
    await expect(page.getByText('parameter set 1')).toBeVisible()
    expect(await kinds()).toEqual({ revise: 1 })
    await page.getByRole('link', { name: 'Definitions and proof' }).click()
    await expect(page.getByRole('heading', { name: 'The detector', exact: true })).toBeVisible()
    await expect(page.getByRole('table').first()).toBeVisible()
    // Asked for by its address, too, its scripts are the ones that this answer allows.
    const refused: string[] = []
    page.on('console', (message) => message.type() === 'error' && refused.push(message.text()))
    await page.reload()
    await expect(page.getByRole('table').first()).toBeVisible()
    const followsSystem = page.getByRole('button', { name: /follows the system/ })
    await followsSystem.click()
    await expect(followsSystem).toHaveCount(0)
    expect(refused).toEqual([])
  } finally {
    await server.stop()
    await stopPostgres(path.join(home, 'postgres'), 'immediate')
  }
})
