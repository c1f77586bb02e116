import { expect, test } from '@playwright/test'
import { Teller, tellOverwrite } from './support/session'

const SCRIPT = '<img src=x onerror="window.__ran=1"><script>window.__ran=2</script><svg onload="window.__ran=3">'
const MARKDOWN = '[click](javascript:window.__ran=4) ![x](http://evil.example/x.png) <a href="javascript:window.__ran=5">x</a>'
const ANSI = '\u001b[31mred\u001b[0m \u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007 \u0007'
/** Turns the direction of writing, so that what follows would read backwards. */
const BIDI = '\u202egnp.exe\u202c \u2066\u2067 abc'
const HUGE = 'W'.repeat(20_000)

test('what a trace says is shown and never run: markup, terminal codes, bidi, very long words', async ({ page, request }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`))
  const asked: string[] = []
  page.on('request', (asking) => {
    if (/evil\.example|\/x$/.test(asking.url())) asked.push(asking.url())
  })
  const nasty = (rest: string) => `${SCRIPT}${rest}`.slice(0, 1_900)
  const teller = new Teller(request, `hostile ${SCRIPT.slice(0, 60)}`.slice(0, 150).replaceAll('/', '|'))
  await teller.tell(
    { type: 'session.started', title: nasty(BIDI), framework: '<b>bold</b>', workflow: SCRIPT.slice(0, 200), tags: [SCRIPT.slice(0, 99)] },
    { type: 'agent.joined', agentId: 'lead', name: nasty('').slice(0, 390), model: '<i>m</i>' },
    { type: 'agent.joined', agentId: 'coder', name: `${BIDI}${ANSI.replace(/[\u0000-\u001f]/g, '')}`, parentId: 'lead' },
    { type: 'task.delegated', taskId: 't1', by: 'lead', to: 'coder', title: nasty(MARKDOWN), brief: `${SCRIPT}\n${MARKDOWN}\n${ANSI}\n${BIDI}\n${HUGE}` },
    { type: 'turn.started', turnId: 'u1', agentId: 'coder', taskId: 't1' },
    { type: 'turn.ended', turnId: 'u1', usage: { outputTokens: 5 }, output: `${SCRIPT} ${MARKDOWN} ${ANSI} ${BIDI} ${HUGE}` },
    { type: 'tool.called', callId: 'c1', agentId: 'coder', turnId: 'u1', name: SCRIPT.slice(0, 300), arguments: SCRIPT },
    { type: 'tool.returned', callId: 'c1', status: 'ok', result: `${SCRIPT}${ANSI}` },
    {
      type: 'artifact.written',
      agentId: 'coder',
      taskId: 't1',
      turnId: 'u1',
      path: `src/${SCRIPT.replaceAll('/', '')}.ts`,
      change: { kind: 'content', content: `${SCRIPT}\n${BIDI}\n${HUGE}` },
    },
    { type: 'message.sent', from: 'lead', to: 'coder', purpose: 'steer', text: `${SCRIPT}${MARKDOWN}` },
  )
  await page.goto('/sessions')
  await expect(page.getByRole('main').getByText('onerror').locator('visible=true').first()).toBeVisible()
  const path = `/sessions/${encodeURIComponent(teller.sessionId)}`
  for (const view of ['', '?turn=u1', '?call=c1', '?task=t1', '?agent=lead', '?agent=coder', '?tab=turns', '?tab=tasks', '?tab=artifacts']) {
    await page.goto(path + view)
    await expect(page.getByRole('banner')).toContainText('onerror')
    await page.waitForTimeout(300)
    // The page stays as wide as the window, whatever stands in it.
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    expect(await page.evaluate(() => document.querySelectorAll('main img, main a[href^="javascript"], main a[href*="evil"]').length)).toBe(0)
  }
  expect(await page.evaluate(() => (window as { __ran?: number }).__ran)).toBeUndefined()
  expect([complaints, asked]).toEqual([[], []])
})

test('what people say, and what they say it of, is shown and never run: comments, the feed, the queue, the comparison', async ({ page, request }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`))
  const sessionId = 'hostile words'
  const teller = new Teller(request, sessionId)
  await tellOverwrite(teller, `${SCRIPT}${BIDI}${'W'.repeat(1_000)}`)
  await teller.tell({
    type: 'verdict.given',
    reviewer: `${SCRIPT}${BIDI}`.slice(0, 390),
    verdict: 'justified',
    interventionId: 'none',
    note: `${MARKDOWN}${ANSI}`,
  })
  await teller.found('overwrite')
  const path = `/api/v1/sessions/${encodeURIComponent(sessionId)}`
  const say = async (on: object, body: string, quote: string) =>
    expect((await request.post(`${path}/comments`, { data: { on, body, quote } })).status()).toBe(201)
  const words = `${SCRIPT} ${MARKDOWN} ${ANSI} ${BIDI} ${'W'.repeat(3_000)}`
  await say({ kind: 'session' }, words, SCRIPT)
  await say({ kind: 'turn', id: 'u3' }, words, `${BIDI} ${'W'.repeat(500)}`)
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.goto(`/sessions/${encodeURIComponent(sessionId)}?turn=u3`)
    const said = page.getByRole('region', { name: 'Comments' })
    await expect(said).toContainText('onerror')
    // What turns the direction of writing is written out.
    await expect(said).toContainText('⟨U+202E⟩')
    expect(await wide()).toBeLessThanOrEqual(0)
    for (const place of ['/activity', '/review', '/compare?by=tag']) {
      await page.goto(place)
      await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
      if (place === '/activity') await expect(page.getByRole('list', { name: 'What happened' })).toContainText('onerror')
      await page.waitForTimeout(300)
      expect([place, width, (await wide()) <= 0]).toEqual([place, width, true])
      expect(await page.evaluate(() => document.querySelectorAll('main img, main script, main a[href^="javascript"], main a[href*="evil"]').length)).toBe(0)
    }
  }
  expect(await page.evaluate(() => (window as { __ran?: number }).__ran)).toBeUndefined()
  expect(complaints).toEqual([])
})

test('pages are served with a policy that lets only our scripts run, and in no frame', async ({ page, request }) => {
  const first = await request.get('/sessions')
  const policy = first.headers()['content-security-policy'] ?? ''
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic';/)
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain("script-src 'self' 'unsafe-inline'")
  expect((await request.get('/sessions')).headers()['content-security-policy']).not.toBe(policy)
  expect(first.headers()['x-content-type-options']).toBe('nosniff')
  await page.goto('/sessions')
  const ran = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.__ran = 1'
    const holder = document.createElement('div')
    holder.innerHTML = '<img src="x" onerror="window.__ran = 2">'
    document.body.append(holder)
    return new Promise((done) => setTimeout(() => done((window as { __ran?: number }).__ran), 300))
  })
  expect(ran).toBeUndefined()
})

test('another site’s page gets nothing: not by a form, not by fetch, not by a name that points here', async ({ request, baseURL }) => {
  const own = baseURL ?? ''
  const from = (headers: Record<string, string>) => request.get('/api/v1/sessions', { headers })
  expect((await from({ origin: 'http://evil.example' })).status()).toBe(403)
  expect((await from({ 'sec-fetch-site': 'cross-site' })).status()).toBe(403)
  expect((await from({ host: 'evil.example' })).status()).toBe(403)
  const answer = await from({ origin: own })
  expect([answer.status(), answer.headers()['access-control-allow-origin']]).toEqual([200, undefined])
  const form = await request.post('/api/v1/sample', { headers: { 'content-type': 'text/plain' }, data: '{"speed":1}' })
  expect(form.status()).toBe(415)
})
