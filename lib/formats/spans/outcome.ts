import type { Work } from './work'

export function resultOf(work: Work): string | undefined {
  return work.tool?.result ?? (work.outcome === 'ok' || work.outcome === undefined ? undefined : work.trouble)
}

export function endOf(work: Work): 'completed' | 'failed' | 'cancelled' {
  return work.outcome === 'cancelled' ? 'cancelled' : work.outcome === 'error' ? 'failed' : 'completed'
}
