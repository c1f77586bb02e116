'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getJson } from '@/components/providers/api'
import { useSharedSource } from '@/components/providers/session-source'
import { formatMoney } from '@/components/text/count'
import { PriceBook, type PriceTable } from '@/lib/core/models/price'
import { turnCost } from '@/lib/core/models/spend'
import { type SessionState, type Turn, turnOutputTokens } from '@/lib/core/session'
import { Tally } from '@/lib/core/tally'

/** The server's price table; undefined until it is there, and in links, which do not tell a team's prices: then only what sources tell is known. */
export function usePrices(): PriceBook | undefined {
  const shared = useSharedSource() !== undefined
  const { data } = useQuery({
    enabled: !shared,
    queryKey: ['prices'],
    queryFn: ({ signal }) => getJson<PriceTable>('/api/v1/prices', signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return useMemo(() => data && new PriceBook(data), [data])
}

/** What turns cost together. */
interface Cost {
  usd: number
  /** Turns whose cost is known, and ended ones whose cost is not. */
  known: number
  unknown: number
  /** Of the known ones, those that rest on counts of ours. */
  estimated: number
}

type Costly = Pick<Turn, 'agentId' | 'model' | 'startedAt' | 'endedAt' | 'usage'>

export function costOf(turns: Iterable<Costly>, state: SessionState, book: PriceBook | undefined): Cost {
  const cost: Cost = { usd: 0, known: 0, unknown: 0, estimated: 0 }
  for (const turn of turns) addCost(cost, turn, state, book, 1)
  return cost
}

function addCost(cost: Cost, turn: Costly, state: SessionState, book: PriceBook | undefined, times: 1 | -1): void {
  if (turn.endedAt === undefined) return
  const usd = turnCost(turn, state, book)
  if (usd === undefined) {
    cost.unknown += times
    return
  }
  cost.known += times
  cost.usd += times * usd
  if (turn.usage?.estimated === true && turn.usage.costUsd === undefined) cost.estimated += times
}

/** What an agent's turns used together. */
export interface Spent extends Cost {
  /** Output tokens; undefined where no turn tells them. */
  tokens: number | undefined
  /** Of its first turn that names one. */
  model: string | undefined
}

/** What turns used, by agent; under `undefined` that of turns of nobody named. */
export type SpentByAgent = ReadonlyMap<string | undefined, Spent>

const FIELDS = ['agentId', 'model', 'startedAt', 'endedAt', 'usage', 'streamedTokens'] as const

/** Sums over all turns of a session, kept as it grows. Made anew with other prices, or when agents' models have become known. */
export function spending(state: SessionState, book: PriceBook | undefined): () => SpentByAgent {
  const newTally = () =>
    new Tally<Turn, (typeof FIELDS)[number], Map<string | undefined, Spent>>({
      fields: FIELDS,
      empty: () => new Map(),
      copy: (sum) => new Map([...sum].map(([agent, spent]) => [agent, { ...spent }])),
      add(sum, turn, times) {
        let spent = sum.get(turn.agentId)
        if (!spent) {
          spent = { usd: 0, known: 0, unknown: 0, estimated: 0, tokens: undefined, model: undefined }
          sum.set(turn.agentId, spent)
        }
        spent.model ??= turn.model
        const tokens = turnOutputTokens(turn)
        if (tokens !== undefined) spent.tokens = (spent.tokens ?? 0) + times * tokens
        addCost(spent, turn, state, book, times)
      },
    })
  let tally = newTally()
  let models = modelsOf(state)
  return () => {
    const now = modelsOf(state)
    if (now !== models) tally = newTally()
    models = now
    return tally.of(state.turns)
  }
}

const modelsOf = ({ agents }: SessionState) => Array.from(agents.values(), ({ id, model }) => `${id}=${model ?? ''}`).join()

export function costOfAll(spent: SpentByAgent): Cost {
  const all: Cost = { usd: 0, known: 0, unknown: 0, estimated: 0 }
  for (const { usd, known, unknown, estimated } of spent.values()) {
    all.usd += usd
    all.known += known
    all.unknown += unknown
    all.estimated += estimated
  }
  return all
}

const money = ({ usd, estimated }: Cost) => `${estimated > 0 ? '~' : ''}${formatMoney(usd)}`

/** In words: "$1.20", "at least $1.20; 3 of 9 turns have no known price"; undefined where nothing is known. */
export function costWords(cost: Cost): string | undefined {
  if (cost.known === 0) return undefined
  return cost.unknown === 0 ? money(cost) : `at least ${money(cost)}; ${cost.unknown} of ${cost.known + cost.unknown} turns have no known price`
}

/** The same for a column: "$1.20", "≥ $1.20"; `why` where something of it is not known. */
export function costFigure(cost: Cost | undefined): { says: string; why?: string } {
  if (!cost || cost.known === 0) return { says: '—', ...(cost && cost.unknown > 0 ? { why: 'no price, or no tokens, is known of its turns' } : {}) }
  if (cost.unknown === 0) return { says: money(cost) }
  return { says: `≥ ${money(cost)}`, why: `${cost.unknown} of ${cost.known + cost.unknown} turns have no known price` }
}
