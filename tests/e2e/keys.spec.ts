import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium, type BrowserContext, type Page } from '@playwright/test'
import { callHost } from '../protocol/start.test-support.ts'
import { findChromium } from '../rig/browser.ts'
import { filesWith, heapSnapshot, holds, makeCanary, processTexts } from './canary.ts'
import { EchoingService } from './echoing-service.ts'
import { expect, ready, test as base } from './web-host.ts'

const test = base.extend<{ service: { echo: EchoingService; url: string } }>({
  /** The window's own profile lies in the data folder, as that of the window that Parley opens. */
  context: async ({ dataDir }, use) => {
    const folder = path.join(dataDir, 'window')
    const args = [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--password-store=basic'
    ]
    const context = await chromium.launchPersistentContext(folder, { executablePath: findChromium(), args })
    await use(context)
    await context.close()
  },
  service: async ({}, use) => {
    const echo = new EchoingService()
    await use({ echo, url: await echo.listen() })
    await echo.close()
  }
})

async function openKeys(page: Page): Promise<void> {
  await page.keyboard.press('Control+Comma')
  await page.getByRole('tab', { name: 'Keys', exact: true }).click()
  await expect(page.getByText('Keys of the services')).toBeVisible()
}

/** As a paste does it: the whole text in one step. */
async function enter(page: Page, label: string, value: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).focus()
  await page.keyboard.insertText(value)
}

async function addDeepgram(page: Page, key: string): Promise<void> {
  await page.getByRole('button', { name: /^(Add|Replace) the key for Deepgram$/ }).click()
  await enter(page, 'Key for Deepgram', key)
  await page.keyboard.press('Enter')
  await expect(page.getByText('The key for Deepgram was saved.')).toBeVisible()
}

async function cookieOf(context: BrowserContext): Promise<string> {
  return (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
}

test('after a key was entered, no JavaScript heap of the page holds it', async ({ start, context }) => {
  const { link } = await start()
  const page = await context.newPage()
  await page.goto(link)
  await ready(page)
  const session = await context.newCDPSession(page)
  await openKeys(page)

  const kept = makeCanary()
  await addDeepgram(page, kept)
  const clean = await heapSnapshot(session)
  expect(clean.length).toBeGreaterThan(1_000_000)
  expect(clean.includes('Keys of the services'), 'the snapshot is of this page').toBe(true)
  expect(clean.includes(kept), 'the key is in the heap').toBe(false)

  // What is refused is in no error, state or message either.
  const refused = `${makeCanary()} ${makeCanary()}`
  await page.getByRole('button', { name: 'Replace the key for Deepgram' }).click()
  await enter(page, 'Key for Deepgram', refused)
  await page.keyboard.press('Enter')
  await expect(page.getByText('There is white space inside the key.')).toBeVisible()
  await expect(page.getByLabel('Key for Deepgram', { exact: true })).toHaveValue('')
  const afterRefusal = await heapSnapshot(session)
  expect(afterRefusal.includes(refused.slice(0, 40)), 'the refused text is in the heap').toBe(false)

  // The same check finds a page that holds on to what was typed.
  await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>('input[type=password]')
    input?.addEventListener('input', () => Object.assign(window, { planted: { value: input.value } }))
  })
  const leaked = makeCanary()
  await enter(page, 'Key for Deepgram', leaked)
  await page.keyboard.press('Enter')
  await expect(page.getByText('The key for Deepgram was saved.')).toBeVisible()
  expect((await heapSnapshot(session)).includes(leaked), 'the planted leak is found').toBe(true)
})

test('a key is found nowhere but in the file of keys and at its service, whatever that says', async ({
  start,
  context,
  dataDir,
  service
}) => {
  test.slow()
  const key = makeCanary()
  const named = makeCanary()
  const profile = path.join(dataDir, 'echo.json')
  mkdirSync(dataDir, { recursive: true })
  const endpoint = { url: 'https://llm.example/v1', headers: { authorization: 'Bearer {{secret:LLM}}' } }
  const think = { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, endpoint, prompt: 'Be brief.' }
  writeFileSync(
    profile,
    JSON.stringify({
      schemaVersion: 1,
      name: 'Echo',
      service: 'deepgram',
      url: service.url,
      settings: { agent: { think } }
    })
  )
  const { app, port, link } = await start(0, ['--profile', profile])
  const page = await context.newPage()
  const received: (string | Buffer)[] = []
  const logged: string[] = []
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => received.push(payload)))
  page.on('console', (message) => logged.push(message.text()))
  await page.goto(link)
  await ready(page)

  // Without the secret the conversation does not begin, and the problem leads to where it is entered.
  await page.getByRole('button', { name: 'Start talking' }).click()
  await page.getByRole('button', { name: 'Open the keys' }).click()
  await expect(page.getByText('Wanted by Echo.')).toBeVisible()
  await addDeepgram(page, key)
  await page.getByRole('button', { name: 'Add {{secret:LLM}}' }).click()
  await enter(page, 'Value of {{secret:LLM}}', named)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('{{secret:LLM}} was saved.')).toBeVisible()
  await page.keyboard.press('Escape')

  const cookie = await cookieOf(context)
  const call = (name: string, input?: unknown): Promise<unknown> => callHost(port, cookie, name, input)
  const phase = async (): Promise<string> => {
    const reply = (await call('session:snapshot')) as { value: { state: { phase: string } } }
    return reply.value.state.phase
  }
  for (const how of ['refuses', 'errors', 'closes', 'talks'] as const) {
    service.echo.next = how
    const before = service.echo.heard.length
    await call('session:connect')
    await expect.poll(() => service.echo.heard.length, { timeout: 20_000 }).toBeGreaterThan(before)
    await expect.poll(phase, { timeout: 30_000 }).toBe(how === 'talks' ? 'live' : 'ended')
    if (how !== 'talks') continue
    await expect(page.getByText(/I know Token/)).toBeVisible()
    await call('session:command', { kind: 'user-text', text: 'What do you know?' })
    await call('session:hang-up')
    await expect.poll(phase).toBe('ended')
  }
  // The service was given both, so it could say them.
  expect(service.echo.heard.some((text) => text.includes(key))).toBe(true)
  expect(service.echo.heard.some((text) => text.includes(named))).toBe(true)

  const history = (await call('history:list', { limit: 50 })) as {
    value: { conversations: { id: string }[] }
  }
  const told: [what: string, text: string][] = [['history', JSON.stringify(history)]]
  for (const { id } of history.value.conversations) {
    for (const format of ['markdown', 'json'])
      told.push([format, JSON.stringify(await call('history:export', { id, format }))])
    told.push(['read', JSON.stringify(await call('history:read', { id }))])
  }
  expect(history.value.conversations.length).toBeGreaterThan(0)
  for (const [name, input] of [
    ['profiles:export', { id: 'command-line' }],
    ['profiles:read', { id: 'command-line' }],
    ['data:report', { texts: true }],
    ['data:info', undefined],
    ['secrets:list', undefined],
    ['secrets:check', { service: 'deepgram' }],
    ['service:choices', { service: 'deepgram', what: 'voices' }],
    ['session:snapshot', undefined],
    ['secrets:set', { target: { kind: 'service-key', service: 'deepgram' }, value: `Token ${key}`, place: 'file' }],
    ['secrets:set', { target: { kind: 'service-key', service: 'deepgram' }, value: key, place: 'nowhere' }],
    ['secrets:set', { target: { kind: 'named', name: key }, value: 5, place: 'file' }]
  ] as const) {
    told.push([name, JSON.stringify(await call(name, input))])
  }

  for (const canary of [key, named]) {
    for (const [what, text] of told) expect(holds(text, canary), `${what}: ${text.slice(0, 200)}`).toBe(false)
    expect(
      received.filter((frame) => holds(frame, canary)).map((frame) => frame.toString('utf8').slice(0, 300)),
      'frames to the page'
    ).toEqual([])
    expect(
      logged.filter((text) => holds(text, canary)),
      'the console of the page'
    ).toEqual([])
    expect(holds(app.stdout + app.stderr, canary), 'stdout and stderr').toBe(false)
    const processes = processTexts(app.child.pid ?? 0)
    expect(processes.length).toBeGreaterThan(1)
    expect(
      processes.filter((text) => holds(text, canary)),
      'command lines and environments'
    ).toEqual([])
  }
  expect(received.length).toBeGreaterThan(20)

  await app.end()
  await context.close()
  for (const canary of [key, named]) {
    const { found, looked } = filesWith(dataDir, canary)
    expect(looked).toBeGreaterThan(10)
    // The search finds what is there.
    expect(found).toEqual(['secrets.json', 'secrets.json.bak'])
  }
  expect(existsSync(path.join(dataDir, 'window'))).toBe(true)
})

test('deleting all data leaves nothing of it, and Parley begins again as it came', async ({
  start,
  context,
  dataDir
}) => {
  const first = await start()
  const page = await context.newPage()
  await page.goto(first.link)
  await ready(page)
  await openKeys(page)
  const key = makeCanary()
  await addDeepgram(page, key)
  const cookie = await cookieOf(context)
  const words = `words-${makeCanary()}`
  const own = { schemaVersion: 1, name: words, service: 'builtin' }
  await callHost(first.port, cookie, 'profiles:save', { text: JSON.stringify(own) })
  await callHost(first.port, cookie, 'preferences:write', { theme: 'dark' })
  expect(filesWith(dataDir, words).found).toContain('parley.json')

  await page.getByRole('tab', { name: 'Data', exact: true }).click()
  await expect(page.getByLabel('Path of the data folder')).toHaveValue(dataDir)
  await page.getByRole('button', { name: 'Delete all…' }).click()
  await page.getByRole('button', { name: 'Delete everything' }).click()
  await ready(page)
  const list = (await callHost(first.port, cookie, 'profiles:list')) as { value: { profiles: { builtIn: boolean }[] } }
  expect(list.value.profiles.every(({ builtIn }) => builtIn)).toBe(true)
  expect(await callHost(first.port, cookie, 'secrets:list')).toMatchObject({ value: { rows: [] } })
  expect(await callHost(first.port, cookie, 'preferences:read')).toMatchObject({ value: { theme: 'system' } })

  await context.close()
  await first.app.end()
  for (const gone of [key, words]) expect(filesWith(dataDir, gone).found).toEqual([])
  expect(existsSync(path.join(dataDir, 'window/Default'))).toBe(false)
  const settings = path.join(dataDir, 'parley.json')
  expect(existsSync(settings) ? readFileSync(settings, 'utf8') : '').not.toContain('dark')
})
