import { expect, test, vi } from 'vitest'
import type { Database } from '@/lib/store/database'
import type { HotSession } from './hot-session'
import { RowsBehind } from './rows-behind'

test('a row of a session that left memory, and that somebody held, is tried once more and then left', async () => {
  const query = vi.fn().mockResolvedValue({ rows: [] })
  const rows = new RowsBehind({ database: { pool: { query } } as unknown as Database, onProblem: (what) => expect(what).toBe(''), atRest: () => [] })
  rows.leave({ takeRowBehind: () => ({ pk: 7, head: 3, detected: 3, strip: undefined }) } as unknown as HotSession)
  for (const times of [1, 2, 2]) {
    await rows.close()
    expect(query).toHaveBeenCalledTimes(times)
  }
  expect(JSON.parse(query.mock.calls[1]?.[0].values[0])).toEqual([{ pk: 7, head: 3, detected: 3 }])
})
