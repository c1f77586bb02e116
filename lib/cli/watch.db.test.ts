import { randomUUID } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Event, EventSchema } from '@/lib/core/event'
import type { SessionId } from '@/lib/core/ids'
import { printState } from '@/lib/core/print'
import { applyEvents } from '@/lib/core/fold'
import { newSessionState } from '@/lib/core/session'
import { claudeCode } from '@/lib/formats/claude-code'
import { decodeWhole, gathered, readFixtures } from '@/lib/formats/testing/fixtures'
import { type Backend, createBackend } from '@/lib/http/backend'
import { type TestDatabase, testDatabase } from '@/lib/store/testing/database'
import { countTokens } from '@/lib/formats/count-tokens'
import { importPaths } from './import'
import { watchPaths } from './watch'

let database: TestDatabase
let backend: Backend
let server: Server
let address: string
let folder: string

async function serve(port = 0): Promise<void> {
  backend = await createBackend({ databaseUrl: database.url })
  server = createServer((request, response) => backend.handle(request, response))
  backend.attach(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function unserve(): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await backend.close()
}

beforeAll(async () => {
  database = await testDatabase()
  await serve()
})
afterAll(async () => {
  await unserve()
  await database.drop()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backseat-watch-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function stored(sessionId: string): Promise<Event[]> {
  const response = await fetch(`${address}/api/v1/sessions/${sessionId}/events?content=inline&limit=10000`)
  if (response.status === 404) return []
  return (await response.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => EventSchema.parse(JSON.parse(line)))
}

/** Waits until `ready` holds; the time that it took, ms. */
async function until(ready: () => Promise<boolean>, limit = 8_000): Promise<number> {
  const began = performance.now()
  while (!(await ready())) {
    if (performance.now() - began > limit) throw new Error('it did not come')
    await wait(20)
  }
  return performance.now() - began
}

class Screen {
  text = ''
  isTTY = false as const
  columns = 200
  write(text: string | Uint8Array): boolean {
    this.text += String(text)
    return true
  }
}

async function watching<T>(paths: string[], act: (screen: Screen) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const screen = new Screen()
  const watched = watchPaths(paths, { signal: stop.signal, address, out: screen })
  try {
    return await act(screen)
  } finally {
    stop.abort()
    await watched
  }
}

const fixtureOf = (name: string) => {
  const fixture = readFixtures('claude-code').find((one) => one.name === name)
  if (!fixture) throw new Error(name)
  const sessionId = randomUUID()
  const own = [...fixture.inputs.keys()][0]?.replace('.jsonl', '') ?? ''
  const inputs = [...fixture.inputs].map(([path, text]) => [path.replaceAll(own, sessionId), text.replaceAll(own, sessionId)] as const)
  return { sessionId, inputs, main: join(folder, `${sessionId}.jsonl`) }
}

const printed = (events: Event[]) => {
  const [first] = events
  return first ? printState(applyEvents(newSessionState(first.sessionId), events)) : ''
}

const lineOf = (sessionId: string, uuid: string, text: string, seconds: number) =>
  `${JSON.stringify({ parentUuid: null, isSidechain: false, cwd: '/home/ida/todo', sessionId, version: '2.1.114', type: 'user', message: { role: 'user', content: text }, uuid, timestamp: new Date(1_776_000_000_000 + seconds * 1000).toISOString() })}\n`

describe('watch', () => {
  test('shows each line within a second, sub-agents that appear later included', async () => {
    const { sessionId, inputs, main } = fixtureOf('2.1.114-subagents-dir')
    await watching([folder], async () => {
      for (const [path, text] of inputs) {
        const file = join(folder, path)
        await mkdir(dirname(file), { recursive: true })
        const lines = text.split('\n').filter((line) => line !== '')
        for (const line of file === main ? lines : [lines.join('\n')]) await appendFile(file, `${line}\n`)
      }
      const wanted = (events: Event[]) => new Set(events.filter((event) => event.type === 'turn.started').map((event) => event.turnId)).size === 16
      await until(async () => wanted(await stored(sessionId)))
      const marker = randomUUID()
      await appendFile(main, lineOf(sessionId, marker, 'one more', 99_000))
      const took = await until(async () => (await stored(sessionId)).some((event) => event.id === `${marker}:message`))
      expect(took).toBeLessThan(1_000)
    })
    const tasks = (await stored(sessionId)).filter((event) => event.type === 'task.delegated').map((event) => event.taskId)
    expect(new Set(tasks)).toEqual(new Set(['toolu_c01', 'toolu_c02', 'toolu_c03', 'toolu_c12']))
  })

  test('survives half-written lines, files that shrink, are replaced and vanish', async () => {
    const sessionId = randomUUID()
    const file = join(folder, `${sessionId}.jsonl`)
    const [a, b, c, d, e] = [1, 2, 3, 4, 5].map(() => randomUUID()) as [string, string, string, string, string]
    const has = (uuid: string) => async () => (await stored(sessionId)).some((event) => event.id === `${uuid}:message`)
    await watching([folder], async (screen) => {
      const half = lineOf(sessionId, b, 'written in two pieces', 2)
      await writeFile(file, lineOf(sessionId, a, 'first', 1) + half.slice(0, 50))
      await until(has(a))
      await wait(400)
      expect(await has(b)()).toBe(false)
      await appendFile(file, half.slice(50))
      await until(has(b))
      await truncate(file, 0)
      await wait(400)
      await appendFile(file, lineOf(sessionId, c, 'after it shrank', 3))
      await until(has(c))
      await writeFile(join(folder, 'next.tmp'), lineOf(sessionId, a, 'first', 1) + lineOf(sessionId, d, 'in the file that took its place', 4))
      await rename(join(folder, 'next.tmp'), file)
      await until(has(d))
      await rm(file)
      await wait(400)
      await writeFile(file, lineOf(sessionId, e, 'after it had vanished', 5))
      await until(has(e))
      expect(screen.text).toContain('began anew')
    })
    const ids = (await stored(sessionId)).map((event) => event.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('keeps what it reads while the server is away, and sends it once', async () => {
    const sessionId = randomUUID()
    const file = join(folder, `${sessionId}.jsonl`)
    const uuids = Array.from({ length: 40 }, () => randomUUID())
    const port = Number(new URL(address).port)
    await watching([file], async (screen) => {
      for (const [i, uuid] of uuids.slice(0, 20).entries()) await appendFile(file, lineOf(sessionId, uuid, `line ${i}`, i))
      await until(async () => (await stored(sessionId)).length > 0)
      await unserve()
      for (const [i, uuid] of uuids.slice(20).entries()) await appendFile(file, lineOf(sessionId, uuid, `line ${20 + i}`, 20 + i))
      await wait(700)
      await serve(port)
      await until(async () => (await stored(sessionId)).some((event) => event.id === `${uuids[39]}:message`))
      expect(screen.text).toContain('does not exist yet')
    })
    const messages = (await stored(sessionId)).filter((event) => event.type === 'message.sent').map((event) => event.id)
    expect(messages.sort()).toEqual(uuids.map((uuid) => `${uuid}:message`).sort())
  })
})

describe('import', () => {
  test('a folder, whatever the order of its files, and again', async () => {
    const { sessionId, inputs } = fixtureOf('2.1.114-subagents-dir')
    for (const [path, text] of inputs) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    process.env.BACKSEAT_URL = address
    try {
      const screen = new Screen()
      expect(await importPaths([folder], screen as unknown as NodeJS.WriteStream)).toBe(0)
      expect(screen.text).toMatch(/accepted, 0 duplicate, 0 rejected/)
      const first = await stored(sessionId)
      expect(first.filter((event) => event.type === 'artifact.written')).toHaveLength(6)
      const again = new Screen()
      expect(await importPaths([folder], again as unknown as NodeJS.WriteStream)).toBe(0)
      expect(again.text).toMatch(/: 0 events accepted, \d+ duplicate, 0 rejected/)
      expect(await stored(sessionId)).toEqual(first)
      // law L4: what the server gives back is the session that the files tell
      const { sessions } = gathered(decodeWhole(claudeCode, new Map(inputs), { countTokens }))
      const told = sessions.get(sessionId as SessionId) ?? []
      expect(printed(first)).toBe(printed(told))
    } finally {
      delete process.env.BACKSEAT_URL
    }
  })

  test('says what is wrong: no server, no file, no trace', async () => {
    process.env.BACKSEAT_URL = 'http://127.0.0.1:4399'
    try {
      const { inputs, main } = fixtureOf('2.1.30-progress-inline')
      await writeFile(main, inputs[0]?.[1] ?? '')
      const screen = new Screen()
      expect(await importPaths([main], screen as unknown as NodeJS.WriteStream)).toBe(1)
      expect(screen.text).toContain('No Backseat answers at http://127.0.0.1:4399')
      const none = new Screen()
      await writeFile(join(folder, 'notes.jsonl'), '{"some":"thing"}\n')
      expect(await importPaths([join(folder, 'nothing.jsonl'), join(folder, 'notes.jsonl')], none as unknown as NodeJS.WriteStream)).toBe(1)
      expect(none.text).toContain('There is no file or folder')
      expect(none.text).toContain('No format claims it')
    } finally {
      delete process.env.BACKSEAT_URL
    }
  })
})
