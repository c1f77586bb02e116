import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { Teller } from './support/session'

test('the page waits for the chosen system, and turns green with its first event and no other’s', async ({ page, request, baseURL }) => {
  const stamp = Date.now()
  await page.goto('/connect#openai-agents')
  const status = page.getByRole('status').filter({ hasText: /Waiting|arriving/ })
  await expect(status).toContainText('Waiting for the first event from OpenAI Agents SDK')
  await expect(page.getByText(`endpoint="${baseURL}/v1/traces/ingest"`)).toBeVisible()

  await new Teller(request, `other-${stamp}`).tell({ type: 'session.started', title: `Somebody else ${stamp}` })
  await expect(status.getByRole('link', { name: `Somebody else ${stamp}` })).toBeVisible()
  await expect(status).toContainText('Waiting for the first event')

  const trace = `trace_${stamp}`
  const at = (ms: number) => new Date(stamp + ms).toISOString()
  const sent = await request.post('/v1/traces/ingest', {
    data: {
      data: [
        { object: 'trace', id: trace, workflow_name: `Pasted ${stamp}` },
        { object: 'trace.span', id: `span_${stamp}`, trace_id: trace, started_at: at(0), ended_at: at(5), span_data: { type: 'agent', name: 'Lead' } },
      ],
    },
  })
  expect(sent.ok()).toBe(true)
  await expect(status).toContainText('Events are arriving')
  await status.getByRole('link', { name: 'Watch it' }).click()
  await expect(page).toHaveURL(/\/sessions\//)
})

test('systems are found by name, linked to, and their lines copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/connect')
  const menu = page.getByRole('navigation', { name: 'What your agents run in' })
  await page.getByRole('searchbox', { name: 'Find a system' }).fill('supervisor')
  await expect(menu.getByRole('link')).toHaveCount(1)
  await menu.getByRole('link', { name: 'LangGraph' }).click()
  await expect(page).toHaveURL(/#langgraph$/)
  await expect(page.getByRole('heading', { name: 'LangGraph, LangChain' })).toBeVisible()
  await page.getByRole('button', { name: 'Copy: Where your graph starts' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('LANGSMITH_TRACING=true')
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'Claude Code', exact: true })).toBeVisible()
})

test('on a phone the system is a choice above the lines; nothing is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/connect#crewai')
  await expect(page.getByRole('heading', { name: 'CrewAI' })).toBeVisible()
  await page.getByRole('combobox', { name: 'What your agents run in' }).selectOption('coding-agent')
  await expect(page).toHaveURL(/#coding-agent$/)
  await expect(page.getByText('Instrument this repository so that every run')).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
})
