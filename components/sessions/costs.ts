'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getJson } from '@/components/providers/api'
import { formatMoney } from '@/components/text/count'
import { PriceBook, type PriceTable } from '@/lib/core/models/price'
import { turnCost } from '@/lib/core/models/spend'
import type { SessionState, Turn } from '@/lib/core/session'

/** The server's price table; undefined until it is there, and then only what sources tell is known. */
export function usePrices(): PriceBook | undefined {
  const { data } = useQuery({
    queryKey: ['prices'],
    queryFn: ({ signal }) => getJson<PriceTable>('/api/v1/prices', signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return useMemo(() => data && new PriceBook(data), [data])
}

interface Sum {
  usd: number
  /** Turns whose cost is known, and ended ones whose cost is not. */
  known: number
  unknown: number
  estimated: boolean
}

function sumOf(turns: Iterable<Turn>, state: SessionState, book: PriceBook | undefined): Sum {
  const sum: Sum = { usd: 0, known: 0, unknown: 0, estimated: false }
  for (const turn of turns) {
    if (turn.endedAt === undefined) continue
    const cost = turnCost(turn, state, book)
    if (cost === undefined) {
      sum.unknown++
      continue
    }
    sum.known++
    sum.usd += cost
    sum.estimated ||= turn.usage?.estimated === true && turn.usage.costUsd === undefined
  }
  return sum
}

const money = ({ usd, estimated }: Sum) => `${estimated ? '~' : ''}${formatMoney(usd)}`

/** What turns cost together, in words: "$1.20", "at least $1.20; 3 of 9 turns have no known price"; undefined where nothing is known. */
export function costWords(turns: Iterable<Turn>, state: SessionState, book: PriceBook | undefined): string | undefined {
  const sum = sumOf(turns, state, book)
  if (sum.known === 0) return undefined
  return sum.unknown === 0 ? money(sum) : `at least ${money(sum)}; ${sum.unknown} of ${sum.known + sum.unknown} turns have no known price`
}

/** The same for a column: "$1.20", "≥ $1.20"; `why` where something of it is not known. */
export function costFigure(turns: Iterable<Turn>, state: SessionState, book: PriceBook | undefined): { says: string; why?: string } {
  const sum = sumOf(turns, state, book)
  if (sum.known === 0) return { says: '—', ...(sum.unknown > 0 ? { why: 'no price, or no tokens, is known of its turns' } : {}) }
  if (sum.unknown === 0) return { says: money(sum) }
  return { says: `≥ ${money(sum)}`, why: `${sum.unknown} of ${sum.known + sum.unknown} turns have no known price` }
}
