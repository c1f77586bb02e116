import type pg from 'pg'
import { fill } from './filling'
import { benchMoving, type FramesResult } from './frames'
import { median } from './ingest'
import { type Multiplied, multiply } from './multiply'
import { onPages, open } from './painting'

export interface HugeResult extends Multiplied, Pick<FramesResult, 'panning' | 'zooming'> {
  /** From the click in the sessions list to the complete picture, ms: the first time after a restart of the server, and later. */
  cold: number
  warm: number
  /** Of the open page after a collection, MB: objects and texts of scripts, and their arrays of numbers. */
  heap: number
  arrays: number
  domNodes: number
}

const TEMPLATE = 'bench-template'
/** A lead and nine sub-agents. */
const TEAM = 9

/** A session of so many turns (about), ten lanes for each team of 10,000 turns, or of 5,000 in a small one. */
export async function fillHuge(origin: string, pool: pg.Pool, turns: number): Promise<Multiplied> {
  const each = turns >= 500_000 ? 10_000 : 5_000
  await fill(origin, pool, each, { sessionId: TEMPLATE, agents: TEAM })
  return multiply(pool, TEMPLATE, Math.max(1, Math.round(turns / each)), `bench-huge-${turns}`)
}

/** `filled`: what `fillHuge` has put into the database. */
export function benchHuge(options: { databaseUrl: string; port: number; home: string; filled: Multiplied; again: number }): Promise<HugeResult> {
  const { filled } = options
  return onPages(options, async (page, address) => {
    const first = await open(page, address, filled.sessionId)
    console.error(`  opened ${filled.turns} turns in ${filled.lanes} lanes: ${first.toFixed(0)} ms at first`)
    const again: number[] = []
    for (let i = 0; i < options.again; i++) again.push(await open(page, address, filled.sessionId))
    const { panning, zooming } = await benchMoving(page)
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('HeapProfiler.collectGarbage')
    const heap = (await devtools.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number }
    return {
      ...filled,
      cold: first,
      warm: median(again),
      panning,
      zooming,
      heap: heap.usedSize / 1e6,
      arrays: (heap.backingStorageSize ?? Number.NaN) / 1e6,
      domNodes: await page.evaluate(() => document.querySelectorAll('*').length),
    }
  })
}
