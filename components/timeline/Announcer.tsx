import { useEffect, useState } from 'react'
import { plural } from '@/components/text/count'
import { agentName } from '@/lib/timeline/labels'
import { strikeLabel } from '@/lib/timeline/strikes'
import type { RowsSource } from './use-rows'

/** A voice may not be interrupted by each of a hundred: at most so often, ms. */
const EVERY_MS = 5_000

/** Says what a master newly destroyed or cut, for a screen reader: the newest, and how many with it. */
export function Announcer({ source }: { source: RowsSource }) {
  const [said, setSaid] = useState('')
  useEffect(() => {
    let known = loudOf(source)
    let saidAt = Number.NEGATIVE_INFINITY
    let timer: ReturnType<typeof setTimeout> | undefined
    const say = () => {
      timer = undefined
      const now = loudOf(source)
      const strike = source.rows.strikeList.findLast(({ loud }) => loud)
      if (now > known && strike) {
        const { finding } = strike
        const what = `${finding.kind.replaceAll('_', ' ')}: ${agentName(source.rows, finding.assigneeId)}, ${strikeLabel(strike).says}`
        setSaid(now - known > 1 ? `${plural(now - known, 'intervention')}, the last: ${what}` : what)
        saidAt = performance.now()
      }
      known = now
    }
    const off = source.subscribe((replaced) => {
      if (replaced) known = loudOf(source)
      else if (loudOf(source) > known) timer ??= setTimeout(say, Math.max(0, saidAt + EVERY_MS - performance.now()))
    })
    return () => {
      clearTimeout(timer)
      off()
    }
  }, [source])
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {said}
    </p>
  )
}

function loudOf({ rows }: RowsSource): number {
  let loud = 0
  for (const strike of rows.strikeList) if (strike.loud) loud++
  return loud
}
