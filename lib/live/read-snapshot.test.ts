import { expect, test, vi } from 'vitest'
import type { SessionId } from '@/lib/core/ids'
import { newSessionState } from '@/lib/core/session'
import { printState } from '@/lib/core/print'
import { encodeSnapshot, SnapshotOpening, snapshotLengths } from '@/lib/core/snapshot'
import { sketch } from '@/lib/core/testing/sketch'
import { SnapshotRefused } from './client'
import { readSnapshot } from './read-snapshot'

const bytes = () => encodeSnapshot({ state: newSessionState('s' as SessionId), findings: [], head: 3 })
const answer = (body: Uint8Array<ArrayBuffer>) => Promise.resolve(new Response(body))

test('a snapshot is read as it comes', async () => {
  const began = vi.fn()
  const { opened, whole } = await readSnapshot('s', answer(bytes() as Uint8Array<ArrayBuffer>), began)
  expect(began).toHaveBeenCalledOnce()
  expect(opened.snapshot.head).toBe(3)
  expect(await whole).toEqual(bytes())
})

test('in pieces of any size it is the same, and the picture is there before the texts', async () => {
  const { state, interventions, events } = sketch(`
    0s  lead   delegates t1 to coder: src/a.ts
    1s  coder  starts c1
    2s  coder  writes src/a.ts "export function sum(a, b) { return a + b }"
    3s  coder  ends c1 (40 tokens)
    4s  lead   writes src/a.ts "export const total = (xs) => xs.reduce((s, x) => s + x, 0)"
  `)
  const all = encodeSnapshot({ state, findings: interventions, head: events.length }) as Uint8Array<ArrayBuffer>
  const first = snapshotLengths(all)?.first ?? 0
  for (const size of [1, 7, 64, 500, all.length]) {
    const opening = new SnapshotOpening()
    let there = false
    let read = 0
    while (!there) {
      read = Math.min(all.length, read + size)
      there = opening.take(all.subarray(0, read))
      expect(there).toBe(read >= first)
    }
    const { snapshot, complete } = opening.opened()
    complete(all)
    expect(printState(snapshot.state)).toBe(printState(state))
    expect([...snapshot.findings.values()]).toEqual(interventions)
  }
})

test('an answer that breaks off is asked for again', async () => {
  const read = readSnapshot('s', answer(bytes().slice(0, -5) as Uint8Array<ArrayBuffer>), () => {})
  await expect(read).rejects.toThrow('ends in the middle')
  await expect(read).rejects.not.toThrow(SnapshotRefused)
})

test('a page that was loaded before its server was updated says that it must be reloaded', async () => {
  const newer = bytes() as Uint8Array<ArrayBuffer>
  new DataView(newer.buffer).setUint32(4, 99, true)
  const read = readSnapshot('s', answer(newer), () => {})
  await expect(read).rejects.toThrow(SnapshotRefused)
  await expect(read).rejects.toThrow('reload the page')
})
