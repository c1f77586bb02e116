import { createServer } from 'node:http'
import { createHmac } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { alertOf, type NotifyRule, type Watched } from '@/lib/core/notify/rule'
import type { SessionSummary } from '@/lib/live/protocol'
import { isPublicAddress } from './address'
import { messageOf } from './message'
import { parseTarget, sendOnce } from './send'
import { MOST_ATTEMPTS, outcomeOf } from './webhooks'

const NOW = 1_800_000_000_000
const RATE: NotifyRule = { kind: 'overwrite-rate', above: 0.3, tasks: 5 }
const SILENT: NotifyRule = { kind: 'silent', minutes: 10 }
const session = (more: Partial<Watched> = {}): Watched => ({
  id: 's',
  head: 7,
  tasks: 10,
  tasksCutShort: 4,
  receivedAt: NOW - 1000,
  lastAt: NOW - 1000,
  ...more,
})
const key = (rule: NotifyRule, one: Watched, since = 0) => alertOf(rule, one, NOW, since)?.key

test('a rate is told above its limit, after so many tasks, of what runs', () => {
  expect(key(RATE, session())).toBe('overwrite-rate s')
  expect(key(RATE, session({ tasksCutShort: 3 }))).toBeUndefined()
  expect(key(RATE, session({ tasks: 4, tasksCutShort: 4 }))).toBeUndefined()
  expect(key(RATE, session({ endedAt: NOW }))).toBeUndefined()
  expect(key(RATE, session({ lastAt: NOW - 200_000_000 }))).toBeUndefined()
  expect(key(RATE, session(), NOW)).toBeUndefined()
  expect(alertOf({ ...RATE, tasks: 1 }, session({ tasks: 1, tasksCutShort: 1 }), NOW, 0)?.says).toMatch(/^1 of 1 delegated task was overwritten/)
  expect(alertOf(RATE, session(), NOW, 0)?.says).toBe('4 of 10 delegated tasks were overwritten or cut short (40 %; told above 30 % after 5).')
})

test('a silence is told once, and the next one again', () => {
  const silent = session({ receivedAt: NOW - 600_000, lastAt: NOW - 600_000 })
  expect(key(SILENT, silent)).toBe('silent 7 s')
  expect(key(SILENT, { ...silent, head: 8 })).toBe('silent 8 s')
  expect(key(SILENT, session({ receivedAt: NOW - 599_000 }))).toBeUndefined()
  expect(key(SILENT, { ...silent, endedAt: NOW })).toBeUndefined()
})

test('addresses of this machine and its network are none of everybody', () => {
  const closed = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
  ]
  const closed6 = [
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'ff02::1',
    '2001::1',
  ]
  for (const address of [...closed, ...closed6, 'localhost', '']) expect(isPublicAddress(address), address).toBe(false)
  for (const address of ['8.8.8.8', '172.32.0.1', '1.1.1.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])
    expect(isPublicAddress(address), address).toBe(true)
})

test('an address is refused however it is written', () => {
  for (const url of [
    'http://127.0.0.1/x',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://localhost:8080/',
    'http://a.localhost/',
    'http://metadata.internal/',
    'http://LOCALHOST./',
  ]) {
    expect(() => parseTarget(url, false), url).toThrow(/address of this machine/)
    expect(parseTarget(url, true).protocol).toBe('http:')
  }
  for (const url of ['file:///etc/passwd', 'ftp://example.com', 'example.com', 'https://me:secret@example.com/'])
    expect(() => parseTarget(url, true), url).toThrow()
  expect(parseTarget('https://hooks.slack.com/services/T/B/x', false).hostname).toBe('hooks.slack.com')
})

test('a name that leads to this machine is refused when something is sent', async () => {
  // what the system resolves to a loopback address, whatever it is called
  const { publicLookup } = await import('./address')
  const error = await new Promise((done) => publicLookup('localhost', { all: true }, (failure) => done(failure)))
  expect(String(error)).toMatch(/address of this machine/)
})

test('a message is signed, numbered, and its answer counts by status', async () => {
  const got: { headers: Record<string, unknown>; body: string }[] = []
  let status = 200
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      got.push({ headers: request.headers, body })
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('words that nobody reads')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const sending = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    body: '{"a":1}',
    secret: 'bsw_x',
    deliveryId: '7',
    at: 1_700_000_000_500,
    allowPrivate: true,
  }
  expect(await sendOnce(sending)).toEqual({ kind: 'delivered', status: 200 })
  const signed = createHmac('sha256', 'bsw_x').update('1700000000.{"a":1}').digest('hex')
  expect(got[0]?.body).toBe('{"a":1}')
  expect(got[0]?.headers).toMatchObject({ 'x-backseat-signature': `t=1700000000,v1=${signed}`, 'x-backseat-delivery': '7', 'content-type': 'application/json' })
  status = 302
  expect(await sendOnce(sending)).toMatchObject({ kind: 'failed', status: 302, error: expect.stringContaining('not followed') })
  expect(await sendOnce({ ...sending, allowPrivate: false })).toMatchObject({ kind: 'failed', error: expect.stringContaining('address of this machine') })
  expect(got).toHaveLength(2)
  expect(await sendOnce({ ...sending, url: 'http://127.0.0.1:1/' })).toMatchObject({ kind: 'failed', error: expect.stringContaining('ECONNREFUSED') })
})

test('waits grow threefold and end', () => {
  const failed = { kind: 'failed', error: 'answered 500', status: 500 } as const
  const waits = Array.from({ length: MOST_ATTEMPTS }, (_, at) => outcomeOf(failed, at + 1, 0, false))
  expect(waits.map(({ nextAt, state }) => (state === 'waiting' ? nextAt / 1000 : state))).toEqual([10, 30, 90, 270, 810, 2430, 7290, 'given up'])
  expect(outcomeOf(failed, 1, 0, true).state).toBe('given up')
  expect(outcomeOf({ kind: 'delivered', status: 204 }, 3, 5, false)).toMatchObject({ state: 'delivered', endedAt: 5 })
})

test('for Slack a title cannot mean anything but itself', () => {
  const summary: SessionSummary = {
    ...session(),
    title: '<!channel> & <http://x|y> *bold*',
    tags: [],
    simulated: true,
    agents: 2,
    openTasks: 0,
    turns: 1,
    toolCalls: 0,
    inputTokens: 0,
    outputTokens: 0,
    tokensEstimated: false,
    interventions: {},
  }
  const alert = alertOf(RATE, summary, NOW, 0)
  const told = { rule: RATE, about: alert && { session: summary, alert }, at: NOW, publicUrl: 'https://backseat.example' }
  const { text } = JSON.parse(messageOf('slack', told)) as { text: string }
  expect(text).toBe(
    '<https://backseat.example/sessions/s|&lt;!channel&gt; &amp; &lt;http://x y&gt;  bold >: 4 of 10 delegated tasks were overwritten or cut short (40 %; told above 30 % after 5). (simulated)',
  )
  expect(JSON.parse(messageOf('json', told))).toMatchObject({
    type: 'alert',
    rule: RATE,
    session: { id: 's', project: 'default', url: 'https://backseat.example/sessions/s', simulated: true, tasks: 10, tasksCutShort: 4 },
  })
  expect(JSON.parse(messageOf('json', { ...told, about: undefined }))).toMatchObject({ type: 'test' })
})
