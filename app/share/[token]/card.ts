import { cache } from 'react'

/** The answer of POST /api/v1/shared/card: `Card` of lib/http/card.ts, `CompareCard` of lib/http/compare-card.ts. */
export type Card = SessionCard | CompareCard

export interface CompareCard {
  kind: 'compare'
  title: string
  description: string
  simulated: boolean
  rows: { label: string; says: string; value?: number; low?: number; high?: number }[]
}

export interface SessionCard {
  kind: 'session'
  title: string
  description: string
  simulated: boolean
  running: boolean
  lanes: { master: boolean; bars: [number, number][]; strikes: number[] }[]
  counts: { name: string; value: string; loud: boolean }[]
}

/** Undefined for a link that shows nothing, or not to everybody. Asked of our own server; no view is counted. */
export const readCard = cache(async (token: string): Promise<Card | undefined> => {
  const address = process.env.BACKSEAT_SELF
  if (!address) return undefined
  try {
    const answer = await fetch(`${address}/api/v1/shared/card`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: token.slice(0, 200) }),
      cache: 'no-store',
      signal: AbortSignal.timeout(5_000),
    })
    return answer.ok ? ((await answer.json()) as Card) : undefined
  } catch {
    return undefined
  }
})
