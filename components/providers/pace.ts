import type { Pace } from '@/lib/core/pace'
import { getJson } from './api'

/** How a turn's text came; undefined where nobody told it piece by piece. `path`: the session's, of the API. */
export async function getPace(path: string, turnId: string, signal?: AbortSignal): Promise<Pace | undefined> {
  const pace = await getJson<Pace>(`${path}/turns/${encodeURIComponent(turnId)}/pace`, signal)
  return pace.at.length === 0 ? undefined : pace
}
