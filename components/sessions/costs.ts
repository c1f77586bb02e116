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

/** What turns cost together, in words: "$1.20", "at least $1.20, 3 of 9 turns have no known price"; undefined where nothing is known. */
export function costWords(turns: Iterable<Turn>, state: SessionState, book: PriceBook | undefined): string | undefined {
  let usd = 0
  let known = 0
  let unknown = 0
  let estimated = false
  for (const turn of turns) {
    if (turn.endedAt === undefined) continue
    const cost = turnCost(turn, state, book)
    if (cost === undefined) {
      unknown++
      continue
    }
    known++
    usd += cost
    estimated ||= turn.usage?.estimated === true && turn.usage.costUsd === undefined
  }
  if (known === 0) return undefined
  const sum = `${estimated ? '~' : ''}${formatMoney(usd)}`
  return unknown === 0 ? sum : `at least ${sum}; ${unknown} of ${known + unknown} turns have no known price`
}
