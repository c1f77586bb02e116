import { expect, test, vi } from 'vitest'
import type { SessionId } from '@/lib/core/ids'
import { newSessionState } from '@/lib/core/session'
import { encodeSnapshot } from '@/lib/core/snapshot'
import { SnapshotRefused } from './client'
import { readSnapshot } from './read-snapshot'

const bytes = () => encodeSnapshot({ state: newSessionState('s' as SessionId), findings: [], head: 3 })
const answer = (body: Uint8Array<ArrayBuffer>) => Promise.resolve(new Response(body))

test('a snapshot is read as it comes', async () => {
  const began = vi.fn()
  const { first, whole } = await readSnapshot('s', answer(bytes() as Uint8Array<ArrayBuffer>), began)
  expect(began).toHaveBeenCalledOnce()
  expect(first).toEqual(bytes())
  expect(await whole).toEqual(bytes())
})

test('a page that was loaded before its server was updated says that it must be reloaded', async () => {
  const newer = bytes() as Uint8Array<ArrayBuffer>
  new DataView(newer.buffer).setUint32(4, 99, true)
  const read = readSnapshot('s', answer(newer), () => {})
  await expect(read).rejects.toThrow(SnapshotRefused)
  await expect(read).rejects.toThrow('reload the page')
})
