import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { findFreePort, startServer, type TestServer } from './support/server'
import { Teller, tellOverwrite } from './support/session'

// A team's server: people sign in, programs show keys, links show one thing.
test.describe.configure({ mode: 'serial' })

let server: TestServer
let owner: Page
let link: string
const PASSWORD = 'correct horse battery'
const KEY = ['sk-', 'ant-api03-canarycanarycanary'].join('')

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000)
  server = await startServer({ home: join(process.env.E2E_RUN ?? '', 'sharing'), port: await findFreePort(), env: { BACKSEAT_ACCOUNTS: 'on' } })
  owner = await (await browser.newContext({ baseURL: server.address })).newPage()
})
test.afterAll(async () => {
  await owner?.context().close()
  await server?.stop()
})

test('the first owner comes in by the link that the start prints, makes a key, and invites somebody', async ({ browser }) => {
  await owner.goto('/sessions?q=x')
  await expect(owner).toHaveURL(/\/sign-in\?next=/)
  const [join] = /http:\/\/\S+join=\S+/.exec(server.said()) ?? ['']
  await owner.goto(join.replace(/^http:\/\/[^/]+/, ''))
  // nobody invited the owner
  await expect(owner.getByText('It owns this Backseat.')).toBeVisible()
  await expect(owner.getByText('accept the invitation')).toHaveCount(0)
  await owner.getByLabel('Name').fill('Olga')
  await owner.getByLabel('E-mail').fill('olga@example.com')
  await owner.getByLabel('Password').fill(PASSWORD)
  expect((await new AxeBuilder({ page: owner }).analyze()).violations).toEqual([])
  await owner.getByRole('button', { name: 'Make the account' }).click()
  await expect(owner).toHaveURL(/\/sessions$/)

  await owner.getByRole('link', { name: 'Settings' }).click()
  await owner.getByRole('textbox', { name: 'Name' }).first().fill('ci')
  await owner.getByRole('button', { name: 'Make a key' }).click()
  const key = (await owner.getByText(/^bsk_[\w-]{40,}$/).textContent()) ?? ''
  const writer = await owner.request.post(`${server.address}/api/v1/events`, {
    headers: { cookie: '', authorization: `Bearer ${key}` },
    data: [{ type: 'session.started', id: 's', sessionId: 'by-key', occurredAt: Date.now() }],
  })
  expect(await writer.json()).toMatchObject({ accepted: 1 })
  await owner.getByRole('button', { name: 'Invite' }).click()
  const invitation = (await owner.getByText(/\/sign-in\?join=/).textContent()) ?? ''
  expect((await new AxeBuilder({ page: owner }).analyze()).violations).toEqual([])

  const guest = await (await browser.newContext({ baseURL: server.address })).newPage()
  await guest.goto(invitation.replace(/^http:\/\/[^/]+/, ''))
  await guest.getByLabel('Name').fill('Vera')
  await guest.getByLabel('E-mail').fill('vera@example.com')
  await guest.getByLabel('Password').fill(PASSWORD)
  await guest.getByRole('button', { name: 'Make the account' }).click()
  await expect(guest).toHaveURL(/\/sessions$/)
  await guest.goto('/settings')
  await expect(guest.getByText('looked after by the owners')).toBeVisible()
  await guest.getByRole('button', { name: 'Sign out' }).click()
  await expect(guest).toHaveURL(/\/sign-in$/)
  await guest.getByLabel('E-mail').fill('vera@example.com')
  await guest.getByLabel('Password').fill('wrong password')
  await guest.getByRole('button', { name: 'Sign in' }).click()
  await expect(guest.getByRole('main').getByRole('alert')).toContainText('do not go together')
  await guest.context().close()
})

test('a link is made where one stands, with a look at what it hides', async () => {
  const teller = new Teller(owner.request, 'shared', server.address)
  await tellOverwrite(teller, 'Shared with a reviewer')
  await teller.tell({ type: 'message.sent', from: 'lead', to: 'coder', purpose: 'steer', text: `Use ${KEY} or ask anna@example.com.` })
  await teller.found('overwrite')
  await owner.goto('/sessions/shared')
  await owner.getByRole('button', { name: /lead overwrote schema\.sql/ }).click()
  await owner.getByRole('button', { name: 'Share' }).click()
  const dialog = owner.getByRole('dialog', { name: 'Share this view' })
  await dialog.getByLabel('It shows').selectOption({ label: 'the session with its texts' })
  await dialog.getByRole('button', { name: 'What will be hidden?' }).click()
  await expect(dialog.getByText(/Only what has a known shape/)).toBeVisible()
  expect((await new AxeBuilder({ page: owner }).include('dialog').analyze()).violations).toEqual([])
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  link = (await dialog.getByText(/\/share\/[\w-]{43}$/).textContent()) ?? ''
  expect(link).toContain(server.address)
})

test('whoever has it lands on that finding, on a phone, without an account, live, and can change nothing', async ({ browser }) => {
  const page = await stranger(browser)
  const complaints = listen(page)
  await page.goto(link)
  await expect(page.getByRole('heading', { name: /schema\.sql/ })).toBeVisible()
  await expect(page.getByText('create table accounts').first()).toBeVisible()
  await expect(page.getByRole('button', { name: /Not an overwrite/ })).toBeHidden()
  await expect(page.getByRole('link', { name: 'Settings' })).toBeHidden()
  await page.getByRole('button', { name: 'Back to the lists' }).click()
  await page.getByRole('tab', { name: /Turns/ }).click()
  const added = new Teller(owner.request, 'shared', server.address)
  Object.assign(added, { serial: 100 })
  await added.tell({ type: 'turn.started', turnId: 'u9', agentId: 'lead' }, { type: 'turn.ended', turnId: 'u9', output: `Said later, with ${KEY}.` })
  await expect(page.getByRole('tabpanel')).toContainText('Said later')
  expect(await page.content()).not.toContain('canary')
  expect(complaints).toEqual([])
  // Nothing else of the team's.
  expect((await page.request.get(`${server.address}/api/v1/sessions`)).status()).toBe(401)
  await page.context().close()
})

test('its preview says what happened and tells no secret', async ({ request }) => {
  const html = await (await request.get(link, { headers: { 'user-agent': 'a chat' } })).text()
  const meta = (name: string) => new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)"`).exec(html)?.[1] ?? ''
  expect(meta('og:title')).toContain('Shared with a reviewer')
  expect(meta('og:description')).toContain('1 of 1 delegated task')
  expect(meta('robots')).toContain('noindex')
  const picture = await request.get(meta('og:image').replace(/^http:\/\/[^/]+/, server.address))
  expect([picture.status(), picture.headers()['content-type']]).toEqual([200, 'image/png'])
  const body = await picture.body()
  expect([body.readUInt32BE(16), body.readUInt32BE(20)]).toEqual([1200, 630])
  const wrong = await (await request.get(link.replace(/.{43}$/, 'x'.repeat(43)))).text()
  expect(wrong).toContain('A shared view')
  expect(wrong).not.toContain('reviewer')
})

test('people say what they think of words in a turn, name one another, and the feed leads there; a link shows none of it', async ({ browser }) => {
  await owner.goto('/sessions/shared?turn=u3')
  const comments = owner.getByRole('region', { name: 'Comments' })
  const box = comments.getByRole('textbox', { name: 'Your comment' })
  await expect(owner.getByText('I did it myself.').first()).toBeVisible()
  await owner.getByText('I did it myself.').first().selectText()
  await comments.getByRole('button', { name: 'Comment on the selected words' }).click()
  await box.pressSequentially('Was this needed, @ve')
  await expect(comments.getByRole('option', { name: 'Vera' })).toBeVisible()
  await box.press('Enter')
  await expect(box).toHaveValue('Was this needed, @Vera ')
  expect((await new AxeBuilder({ page: owner }).include('[aria-label=Comments]').analyze()).violations).toEqual([])
  await comments.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(comments.getByRole('listitem')).toContainText('Was this needed, @Vera')
  await expect(comments.getByRole('blockquote')).toHaveText('I did it myself.')
  await expect(box).toHaveValue('')

  const vera = await (await browser.newContext({ baseURL: server.address })).newPage()
  await vera.goto('/sign-in?next=/activity')
  await vera.getByLabel('E-mail').fill('vera@example.com')
  await vera.getByLabel('Password').fill(PASSWORD)
  await vera.getByRole('button', { name: 'Sign in' }).click()
  await vera.getByRole('button', { name: 'Names me' }).click()
  const feed = vera.getByRole('list', { name: 'What happened' })
  await expect(feed.getByRole('listitem')).toHaveCount(1)
  await expect(feed).toContainText('Olga commented on a turn of Shared with a reviewer')
  expect((await new AxeBuilder({ page: vera }).analyze()).violations).toEqual([])
  // Told while she looks.
  await box.fill('One more, @Vera.')
  await box.press('Control+Enter')
  await expect(feed.getByRole('listitem')).toHaveCount(2)
  await feed.getByRole('link', { name: 'Shared with a reviewer' }).first().click()
  await expect(vera).toHaveURL(/turn=u3/)
  await expect(vera.getByRole('region', { name: 'Comments' })).toContainText('One more')
  await vera.context().close()

  const page = await stranger(browser)
  await page.goto(`${link.replace(/\?.*/, '')}?turn=u3`)
  await expect(page.getByRole('tablist')).toBeAttached()
  await expect(page.getByText('Was this needed')).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'Comments' })).toHaveCount(0)
  await page.context().close()
})

test('figures are shared as one has filtered them, on a phone, with nothing to change and no way to sessions', async ({ browser }) => {
  await owner.goto('/compare?by=framework&k=7')
  await owner.getByRole('button', { name: 'Share' }).click()
  const dialog = owner.getByRole('dialog', { name: 'Share these figures' })
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const figures = (await dialog.getByText(/\/share\/[\w-]{43}$/).textContent()) ?? ''
  expect((await new AxeBuilder({ page: owner }).include('dialog').analyze()).violations).toEqual([])
  const page = await stranger(browser)
  const complaints = listen(page)
  await page.goto(figures)
  await expect(page.getByRole('heading', { name: 'Compared by framework' })).toBeVisible()
  await expect(page.getByText(/within 7 steps/).first()).toBeVisible()
  await expect(page.getByRole('rowheader', { name: 'hand-made' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'What became of the tasks' })).toBeVisible()
  await expect(page.getByRole('search')).toBeHidden()
  expect(await page.locator('a[href^="/sessions"], a[href^="/api"], input, select').count()).toBe(0)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  expect(complaints).toEqual([])
  const html = await (await page.request.get(figures, { headers: { 'user-agent': 'a chat' } })).text()
  expect(html).toContain('Tasks cut short, by framework')
  const picture = await page.request.get(/<meta property="og:image" content="http:\/\/[^/]+([^"]*)"/.exec(html)?.[1] ?? '')
  expect([picture.status(), picture.headers()['content-type']]).toEqual([200, 'image/png'])
  await page.context().close()
})

test('an owner deletes a session from its page, after a second word', async () => {
  await owner.goto('/sessions/by-key')
  const region = owner.getByRole('region', { name: 'Delete' })
  await region.getByRole('button', { name: 'Delete this session' }).click()
  await region.getByRole('button', { name: 'Keep it' }).click()
  await region.getByRole('button', { name: 'Delete this session' }).click()
  await region.getByRole('button', { name: 'Delete for good' }).click()
  await expect(owner).toHaveURL(/\/sessions$/)
  expect((await owner.request.get(`${server.address}/api/v1/sessions/by-key`)).status()).toBe(404)
})

test('ended, it shows nothing any more, on open pages too', async ({ browser }) => {
  const page = await stranger(browser)
  await page.goto(link)
  await expect(page.getByRole('heading', { name: /schema\.sql/ })).toBeVisible()
  await owner.goto('/settings')
  await owner.getByRole('button', { name: 'End all links' }).click()
  await owner.getByRole('button', { name: 'End them all' }).click()
  await expect(owner.getByText('No link works.')).toBeVisible()
  await page.getByRole('button', { name: 'Back to the lists' }).click()
  await expect(page.getByText('This link has ended.')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'This link shows nothing' })).toBeVisible()
  await page.context().close()
})

async function stranger(browser: Browser): Promise<Page> {
  return (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage()
}

/** What the browser complains of: errors, and whatever the content security policy stopped. */
function listen(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return complaints
}
