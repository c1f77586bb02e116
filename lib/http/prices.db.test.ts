import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPrices } from '@/lib/cli/prices'
import { pricesWith } from '@/lib/core/models/price-table'
import type { SessionSummary, SessionsPage } from '@/lib/live/protocol'
import { type TestBackend, testBackend } from './testing/test-backend'

let server: TestBackend
const OWN = { checked: '2026-02-01', prices: [{ model: 'thing-1', currency: 'USD', input: 10, output: 20, from: '2026-01-01' }] }
beforeAll(async () => {
  server = await testBackend({ prices: pricesWith(JSON.stringify(OWN)) })
})
afterAll(async () => {
  expect(server.problems).toEqual([])
  await server.close()
})

const AT = Date.parse('2026-03-01T12:00:00Z')
const session = (id: string, ...turns: { model?: string; usage: object }[]) =>
  server.append([
    { type: 'session.started', id: '1', sessionId: id, occurredAt: AT },
    { type: 'agent.joined', id: '2', sessionId: id, occurredAt: AT, agentId: 'lead' },
    { type: 'agent.joined', id: '3', sessionId: id, occurredAt: AT, agentId: 'coder', parentId: 'lead' },
    { type: 'task.delegated', id: '4', sessionId: id, occurredAt: AT, taskId: 't', by: 'lead', to: 'coder' },
    ...turns.flatMap(({ model, usage }, n) => [
      { type: 'turn.started' as const, id: `s${n}`, sessionId: id, occurredAt: AT + n, turnId: `u${n}`, agentId: n === 0 ? 'lead' : 'coder', model },
      { type: 'turn.ended' as const, id: `e${n}`, sessionId: id, occurredAt: AT + n + 1, turnId: `u${n}`, usage },
    ]),
  ])
const summary = async (id: string) => (await (await server.get(`/api/v1/sessions/${id}`)).json()) as SessionSummary
const page = async (query = '') => (await (await server.get(`/api/v1/sessions?limit=50${query}`)).json()) as SessionsPage

describe('models and costs over the API', () => {
  beforeAll(async () => {
    await session(
      'dated',
      { model: 'gpt-4o-2024-08-06', usage: { inputTokens: 1_000_000, outputTokens: 0 } },
      { model: 'azure/gpt-4o', usage: { inputTokens: 0, outputTokens: 100_000 } },
    )
    await session(
      'alias',
      { model: 'openrouter/openai/gpt-4o', usage: { inputTokens: 1_000_000, outputTokens: 0 } },
      { model: 'nobody-knows', usage: { inputTokens: 5, outputTokens: 5 } },
    )
    await session('own', { model: 'acme/thing-1', usage: { inputTokens: 100_000, outputTokens: 100_000 } })
    await session('unknown', { model: 'nobody-knows', usage: { inputTokens: 5, outputTokens: 5 } })
    await session('told', { usage: { inputTokens: 5, outputTokens: 5, costUsd: 0.5 } })
  })

  test('what a session cost: by the table, by one’s own rows, at least, as told, or not known', async () => {
    expect((await summary('dated')).costUsd).toBeCloseTo(3.5)
    expect(await summary('alias')).toMatchObject({ costUsd: 2.5, costPartial: true })
    expect((await summary('own')).costUsd).toBeCloseTo(3)
    expect((await summary('unknown')).costUsd).toBeUndefined()
    expect((await summary('told')).costUsd).toBe(0.5)
    expect(await summary('dated')).not.toHaveProperty('spent')
    expect((await page()).sessions.map(({ id, costUsd }) => [id, costUsd])).toContainEqual(['told', 0.5])
  })

  test('the same model is one choice and one filter, however it is called', async () => {
    const { facets } = await page()
    expect(facets.model.find(({ value }) => value === 'gpt-4o')?.count).toBe(2)
    expect((await page('&model=gpt-4o')).sessions.map(({ id }) => id).sort()).toEqual(['alias', 'dated'])
    expect((await page('&model=gpt-4o-2024-08-06')).sessions.map(({ id }) => id).sort()).toEqual(['alias', 'dated'])
  })

  test('tasks’ records carry the one name and the cost of the sub-agent’s turns', async () => {
    const csv = await (await server.get('/api/v1/compare.csv')).text()
    const [heads = '', ...rows] = csv.trim().split(/\r?\n/)
    const column = (name: string, row: string) => row.split(',')[heads.split(',').indexOf(name)]
    const dated = rows.find((row) => row.includes('dated')) ?? ''
    expect([column('master_model', dated), column('sub_agent_model', dated), Number(column('cost_usd', dated))]).toEqual(['gpt-4o', 'gpt-4o', 1])
  })

  test('the table itself', async () => {
    const table = (await (await server.get('/api/v1/prices')).json()) as typeof OWN
    expect(table.prices[0]).toMatchObject({ model: 'thing-1', input: 10 })
    expect(table.prices.some(({ model }) => model === 'gpt-4o')).toBe(true)
  })
})

describe('where the table comes from', () => {
  let home: string
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'backseat-prices-'))
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  test('nothing of one’s own: the one that comes along', async () => {
    expect((await readPrices(home, {})).priceOf('thing-1', AT)).toBeUndefined()
  })

  test('prices.json in the data folder, or the file that BACKSEAT_PRICES names', async () => {
    await writeFile(join(home, 'prices.json'), JSON.stringify(OWN))
    expect((await readPrices(home, {})).priceOf('thing-1', AT)?.input).toBe(10)
    await writeFile(join(home, 'other.json'), JSON.stringify({ ...OWN, prices: [{ ...OWN.prices[0], input: 11 }] }))
    expect((await readPrices(home, { BACKSEAT_PRICES: join(home, 'other.json') })).priceOf('thing-1', AT)?.input).toBe(11)
  })

  test('a table that cannot be used stops the start, and says where and why', async () => {
    await expect(readPrices(home, { BACKSEAT_PRICES: join(home, 'none.json') })).rejects.toMatchObject({
      code: 'bad-setting',
      what: expect.stringContaining('no such file'),
    })
    await writeFile(join(home, 'prices.json'), JSON.stringify({ ...OWN, prices: [{ ...OWN.prices[0], output: 'much' }] }))
    await expect(readPrices(home, {})).rejects.toMatchObject({ what: expect.stringContaining('prices[0].output (of "thing-1")') })
  })
})
