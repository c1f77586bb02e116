import { describe, expect, test } from 'vitest'
import type { Turn } from '../session'
import { modelName } from './name'
import { costOf, PriceBook, withPrices } from './price'
import { BadPrices, OWN_PRICES, PRICES, pricesWith } from './price-table'
import { costOfSpends, ModelSpending } from './spend'

const priceOf = (model: string, at: number, table = PRICES) => new PriceBook(table).priceOf(model, at)

describe('one name for a model, however it is called', () => {
  test.each([
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5', 'anthropic', '2025-09-29', undefined],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5', 'anthropic', '2025-09-29', 'bedrock'],
    ['bedrock/eu.anthropic.claude-3-5-haiku-20241022-v1:0', 'claude-3-5-haiku', 'anthropic', '2024-10-22', 'bedrock'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-20250514-v1:0',
      'claude-opus-4',
      'anthropic',
      '2025-05-14',
      'bedrock',
    ],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5', 'anthropic', undefined, undefined],
    ['claude-4.5-sonnet', 'claude-sonnet-4-5', 'anthropic', undefined, undefined],
    ['claude-4-sonnet-20250514', 'claude-sonnet-4', 'anthropic', '2025-05-14', undefined],
    ['claude-sonnet-4-0', 'claude-sonnet-4', 'anthropic', undefined, undefined],
    ['claude-opus-4-6[1m]', 'claude-opus-4-6', 'anthropic', undefined, undefined],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5', 'anthropic', '2025-09-29', undefined],
    ['vertex_ai/claude-3-5-sonnet@20240620', 'claude-3-5-sonnet', 'anthropic', '2024-06-20', 'vertex'],
    ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet', 'anthropic', undefined, undefined],
    ['openrouter/openai/gpt-4o', 'gpt-4o', 'openai', undefined, 'openrouter'],
    ['openrouter/anthropic/claude-3.7-sonnet:thinking', 'claude-3-7-sonnet', 'anthropic', undefined, 'openrouter'],
    ['azure/gpt-4o-mini-2024-07-18', 'gpt-4o-mini', 'openai', '2024-07-18', 'azure'],
    ['gpt-4o-2024-08-06', 'gpt-4o', 'openai', '2024-08-06', undefined],
    ['openai:gpt-4.1', 'gpt-4.1', 'openai', undefined, undefined],
    ['gpt-5.5', 'gpt-5.5', 'openai', undefined, undefined],
    ['o3-mini', 'o3-mini', 'openai', undefined, undefined],
    ['models/gemini-1.5-pro-002', 'gemini-1.5-pro', 'google', '002', undefined],
    ['gemini/gemini-2.5-flash', 'gemini-2.5-flash', 'google', undefined, undefined],
    ['gemini-2.5-pro-preview-05-06', 'gemini-2.5-pro', 'google', 'preview-05-06', undefined],
    ['gemini-3-flash-preview', 'gemini-3-flash-preview', 'google', undefined, undefined],
    ['projects/p/locations/us-central1/publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro', 'google', undefined, 'vertex'],
    ['groq/meta-llama/llama-4-scout', 'llama-4-scout', 'meta', undefined, 'groq'],
    ['ollama/qwen3:8b', 'qwen3:8b', 'alibaba', undefined, 'ollama'],
    ['deepseek-chat', 'deepseek-chat', 'deepseek', undefined, undefined],
    ['my-own-model', 'my-own-model', undefined, undefined, undefined],
    ['acme/thing-1', 'thing-1', 'acme', undefined, undefined],
  ])('%s', (given, name, provider, snapshot, via) => {
    expect(modelName(given)).toEqual({ name, given, ...(provider && { provider }), ...(snapshot && { snapshot }), ...(via && { via }) })
  })

  test('a canonical name is its own', () => {
    for (const { model } of PRICES.prices) expect(modelName(model).name).toBe(model)
  })
})

const DAY = Date.parse('2026-01-01')

describe('prices', () => {
  test('of a model by any of its names', () => {
    expect(priceOf('us.anthropic.claude-sonnet-4-20250514-v1:0', DAY)).toMatchObject({ model: 'claude-sonnet-4', currency: 'USD', input: 3, output: 15 })
    expect(priceOf('openrouter/openai/gpt-4o', DAY)).toMatchObject({ input: 2.5, cachedInput: 1.25, output: 10 })
  })

  test('a row holds until the next one begins: cache reads of Sonnet 5.5 became cheaper', () => {
    expect(priceOf('claude-sonnet-5-5', Date.parse('2026-10-06'))?.cachedInput).toBe(0.2)
    expect(priceOf('claude-sonnet-5-5', Date.parse('2026-10-07'))?.cachedInput).toBe(0.1)
    expect(priceOf('claude-sonnet-5-5', Date.parse('2026-09-27'))).toBeUndefined()
  })

  test('every row that comes along says where it is written, and no model has two rows of one day', () => {
    expect(PRICES.prices.filter(({ source }) => !source?.startsWith('https://'))).toEqual([])
    const days = PRICES.prices.map(({ model, from }) => `${model} ${from}`)
    expect(new Set(days).size).toBe(days.length)
  })

  test('what is not in the table is not known, nor what was before its first day', () => {
    expect(priceOf('my-own-model', DAY)).toBeUndefined()
    expect(priceOf('gpt-4o', Date.parse('2024-01-01'))).toBeUndefined()
  })

  test('the newest row that had begun; one’s own rows stand before the others', () => {
    const row = { model: 'gpt-4o', currency: 'USD', input: 1, output: 2, from: '2025-06-01' }
    const table = withPrices({ checked: '2026-01-01', prices: [row] }, PRICES)
    expect(priceOf('gpt-4o', Date.parse('2025-05-31'), table)?.input).toBe(2.5)
    expect(priceOf('gpt-4o', Date.parse('2025-06-01'), table)?.input).toBe(1)
    const same = withPrices({ checked: '2026-01-01', prices: [{ ...row, from: '2024-10-02' }] }, PRICES)
    expect(priceOf('gpt-4o', DAY, same)?.input).toBe(1)
  })

  test('cost: cached tokens are part of the input and cost less', () => {
    const price = priceOf('gpt-4o', DAY)
    if (!price) throw new Error('gpt-4o has a price')
    expect(costOf({ inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 100_000 }, price)).toBeCloseTo(0.6 * 2.5 + 0.4 * 1.25 + 1)
  })

  test('cost is unknown where a count or a price is', () => {
    const price = { model: 'x', currency: 'USD', input: 1, output: 1, from: '2025-01-01' }
    expect(costOf({ outputTokens: 5 }, price)).toBeUndefined()
    expect(costOf({ inputTokens: 5, outputTokens: 5, cachedInputTokens: 1 }, price)).toBeUndefined()
    expect(costOf({ inputTokens: 5, outputTokens: 5 }, price)).toBeCloseTo(1e-5)
  })
})

describe('a table of one’s own', () => {
  const row = { model: 'openrouter/acme/thing-1', currency: 'USD', input: 1, output: 2, from: '2026-01-01' }

  test('its rows stand before those that come along, and differ in their key', () => {
    const book = pricesWith(JSON.stringify({ checked: '2026-02-01', prices: [row, { ...row, model: 'gpt-4o', from: '2024-10-02' }] }))
    expect(book.priceOf('acme/thing-1', DAY)).toMatchObject({ input: 1 })
    expect(book.priceOf('gpt-4o', DAY)).toMatchObject({ input: 1, output: 2 })
    expect(book.priceOf('gpt-4o-mini', DAY)).toMatchObject({ input: 0.15 })
    expect(book.key).not.toBe(OWN_PRICES.key)
    expect(pricesWith('{"checked":"2026-02-01","prices":[]}').key).toBe(OWN_PRICES.key)
  })

  test.each([
    ['{"checked":', 'it is not JSON'],
    ['[]', 'the table: '],
    [JSON.stringify({ checked: 'today', prices: [] }), 'checked: '],
    [JSON.stringify({ checked: '2026-02-01', prices: [row, { ...row, model: 'gpt-9', input: -1 }] }), 'prices[1].input (of "gpt-9"): '],
    [JSON.stringify({ checked: '2026-02-01', prices: [{ ...row, currency: 'EUR' }] }), 'only USD can be summed'],
    [JSON.stringify({ checked: '2026-02-01', prices: [{ ...row, outputs: 3 }] }), 'Unrecognized key: "outputs"'],
  ])('%s is refused with the place', (text, said) => {
    expect(() => pricesWith(text)).toThrow(BadPrices)
    expect(() => pricesWith(text)).toThrow(said)
  })
})

describe('what a session cost', () => {
  const turn = (id: string, usage: Turn['usage'], endedAt: number | undefined = DAY) => ({ id, usage, endedAt }) as Turn
  const cost = (...turns: [Turn, string | undefined][]) => {
    const spending = new ModelSpending()
    for (const [one, model] of turns) spending.count(one, model)
    return costOfSpends(spending.sums(), DAY, OWN_PRICES)
  }

  test('sums by model, whatever snapshot they are called by', () => {
    const spending = new ModelSpending()
    spending.count(turn('a', { inputTokens: 1_000_000, outputTokens: 0 }), 'gpt-4o-2024-08-06')
    spending.count(turn('b', { inputTokens: 0, outputTokens: 100_000 }), 'azure/gpt-4o')
    expect(spending.sums()).toEqual([{ model: 'gpt-4o', turns: 2, inputTokens: 1_000_000, outputTokens: 100_000 }])
    expect(costOfSpends(spending.sums(), DAY, OWN_PRICES)).toEqual({ usd: 3.5, partial: false })
  })

  test('a turn that is known better is counted once', () => {
    const spending = new ModelSpending()
    spending.count(turn('a', { outputTokens: 5 }), undefined)
    spending.count(turn('a', { inputTokens: 1_000_000, outputTokens: 0 }), 'gpt-4o')
    expect(spending.sums()).toEqual([{ model: 'gpt-4o', turns: 1, inputTokens: 1_000_000 }])
  })

  test('what the source tells stands; a turn that runs is not counted', () => {
    expect(
      cost([turn('a', { costUsd: 0.25, inputTokens: 9, outputTokens: 9 }), 'gpt-4o'], [{ ...turn('b', undefined), endedAt: undefined }, 'gpt-4o']),
    ).toEqual({ usd: 0.25, partial: false })
  })

  test('unknown is not free: nothing known, or less than all', () => {
    expect(cost([turn('a', { inputTokens: 5, outputTokens: 5 }), 'my-own-model'])).toBeUndefined()
    expect(cost([turn('a', undefined), 'gpt-4o'])).toBeUndefined()
    expect(cost([turn('a', { inputTokens: 1_000_000, outputTokens: 0 }), 'gpt-4o'], [turn('b', { outputTokens: 5 }), 'gpt-4o'])).toEqual({
      usd: 2.5,
      partial: true,
    })
  })
})
