import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { HostRig } from '../protocol/web-host.test-support.ts'
import { findChromium } from '../rig/browser.ts'
import { insideMainPage, insideOverlay, insideWorker, type Outcomes } from './inside-page.ts'

/** What an attempt of a hostile page came to: `read` is the one thing that must never be. */
type Outcome = 'read' | 'refused'

const EVIL = 'evil.example'
let rig: HostRig
let hostile: Server
let browser: Browser
let context: BrowserContext
/** The owner's page, in the same browser as the hostile ones. */
let owner: Page
let hostilePort: number
/** Every request and socket that the hostile server got. */
const hits: string[] = []

async function serveHostile(): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    hits.push(url)
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' })
    response.end('<!doctype html><title>hostile</title><body>hostile')
  })
  server.on('upgrade', ({ url = '' }, socket) => {
    hits.push(url)
    socket.destroy()
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return server
}

test.beforeAll(async () => {
  rig = await HostRig.start()
  hostile = await serveHostile()
  hostilePort = (hostile.address() as AddressInfo).port
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      `--host-resolver-rules=MAP ${EVIL} 127.0.0.1`
    ]
  })
  context = await browser.newContext()
  owner = await context.newPage()
  await owner.goto(rig.host.newLink())
  await expect(owner.locator('body')).toHaveText('page')
})

test.afterAll(async () => {
  await browser?.close()
  hostile?.close()
  await rig?.close()
})

/** Hostile pages: another site, and another port of this machine, which browsers count as the same site and send our cookie with. */
const origins = () => [`http://${EVIL}:${hostilePort}/`, `http://127.0.0.1:${hostilePort}/`]

async function hostilePage(url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  return page
}

test('a page of another origin reads nothing and opens no socket, though the browser has a session', async () => {
  for (const url of origins()) {
    const page = await hostilePage(url)
    const before = rig.seen.calls.length + rig.seen.links.length + rig.pages.length
    const outcomes = await page.evaluate(async (target) => {
      const attempts: Record<string, () => Promise<Outcome>> = {
        fetch: () =>
          fetch(target, { credentials: 'include' }).then(
            () => 'read' as const,
            () => 'refused' as const
          ),
        opaque: async () => {
          const answer = await fetch(target, { mode: 'no-cors', credentials: 'include' }).catch(() => undefined)
          return answer === undefined || (await answer.text()) === '' ? 'refused' : 'read'
        },
        preflight: () =>
          fetch(target, { method: 'PUT', headers: { 'x-a': '1' }, credentials: 'include' }).then(
            () => 'read' as const,
            () => 'refused' as const
          ),
        xhr: () =>
          new Promise((resolve) => {
            const request = new XMLHttpRequest()
            request.open('GET', target)
            request.withCredentials = true
            request.onload = () => resolve('read')
            request.onerror = () => resolve('refused')
            request.send()
          }),
        events: () =>
          new Promise((resolve) => {
            const source = new EventSource(target, { withCredentials: true })
            source.onopen = () => resolve('read')
            source.onerror = () => {
              source.close()
              resolve('refused')
            }
          }),
        ...Object.fromEntries(
          ['ipc', 'audio', 'overlay'].map((link) => [
            `socket ${link}`,
            () =>
              new Promise<Outcome>((resolve) => {
                const socket = new WebSocket(`${target.replace('http', 'ws')}${link}`)
                socket.onopen = () => resolve('read')
                socket.onerror = () => resolve('refused')
              })
          ])
        ),
        ...Object.fromEntries(
          (
            [
              ['script', 'src'],
              ['img', 'src']
            ] as const
          ).map(([tag, attribute]) => [
            tag,
            () =>
              new Promise<Outcome>((resolve) => {
                const element = document.createElement(tag)
                element.setAttribute(attribute, `${target}assets/a.js`)
                element.addEventListener('load', () => resolve('read'))
                element.addEventListener('error', () => resolve('refused'))
                document.body.append(element)
              })
          ])
        ),
        style: () =>
          new Promise((resolve) => {
            const link = document.createElement('link')
            link.rel = 'stylesheet'
            link.href = `${target}assets/a.css`
            link.addEventListener('load', () => resolve('read'))
            link.addEventListener('error', () => resolve('refused'))
            document.head.append(link)
          }),
        'shared worker': () =>
          new Promise((resolve) => {
            try {
              const worker = new SharedWorker(`${target}assets/a.js`)
              worker.addEventListener('error', () => resolve('refused'))
              setTimeout(() => resolve('read'), 2_000)
            } catch {
              resolve('refused')
            }
          }),
        channel: () =>
          new Promise((resolve) => {
            const channel = new BroadcastChannel('parley')
            channel.addEventListener('message', () => resolve('read'))
            channel.postMessage('hello')
            setTimeout(() => resolve('refused'), 200)
          })
      }
      const entries = Object.entries(attempts).map(async ([name, run]) => [name, await run()] as const)
      return Object.fromEntries(await Promise.all(entries))
    }, `${rig.origin}/`)
    expect(Object.keys(outcomes)).toHaveLength(13)
    expect(Object.entries(outcomes).filter(([, outcome]) => outcome !== 'refused')).toEqual([])
    expect(rig.seen.calls.length + rig.seen.links.length + rig.pages.length).toBe(before)
    await page.close()
  }
})

test('a hostile page cannot frame the page, post a form to it, or hold on to a window of it', async () => {
  for (const url of origins()) {
    const page = await hostilePage(url)
    const framed = page.waitForEvent('framenavigated', (frame) => frame.parentFrame() !== null)
    await page.evaluate((target) => {
      const frame = document.createElement('iframe')
      frame.src = target
      document.body.append(frame)
    }, `${rig.origin}/`)
    await framed
    const inner = page.frames().find((frame) => frame.parentFrame() !== null)
    expect(await inner?.evaluate(() => document.body.textContent ?? '')).not.toContain('page')

    const opening = context.waitForEvent('page')
    await page.evaluate((target) => {
      const held = window.open(target)
      ;(globalThis as unknown as { held: Window | null }).held = held
    }, `${rig.origin}/`)
    const opened = await opening
    await expect(opened.locator('body')).toHaveText('page')
    const seen = () =>
      page.evaluate(() => {
        const { held } = globalThis as unknown as { held: Window | null }
        try {
          held?.postMessage('hello', '*')
          return held === null || held.closed ? 'severed' : held.document.body.textContent
        } catch {
          return 'unreadable'
        }
      })
    await expect.poll(seen).toBe('severed')
    expect(await opened.evaluate(() => window.opener === null)).toBe(true)
    await opened.close()

    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.evaluate((target) => {
      const form = document.createElement('form')
      form.method = 'POST'
      form.action = target
      form.enctype = 'text/plain'
      document.body.append(form)
      form.submit()
    }, `${rig.origin}/ipc`)
    expect([401, 403]).toContain((await answered).status())
    await page.close()
  }
  // The page that is drawn reads the theme; nobody else called anything.
  expect(rig.seen.calls.filter(({ name }) => name !== 'preferences:read')).toEqual([])
})

/** A script of ours that, once its page is there, `run`s with `argument` and keeps what came of it. */
const scriptOf = (run: (argument: string) => Promise<Outcomes>, argument: string): string =>
  `window.outcomes = new Promise((resolve) => window.addEventListener('load', resolve, { once: true }))
    .then(() => (${run.toString()})(${argument}))`
const pageOf = (script: string): string => `<!doctype html><title>own</title><body><script src="${script}"></script>`
const outcomesOf = (page: Page): Promise<Outcomes> => page.evaluate(() => window.outcomes)
const thatRan = (outcomes: Outcomes): string[] => Object.keys(outcomes).filter((name) => outcomes[name] === 'ran')

test('a script inside our own page makes no other code of a text, and reaches nobody else', async () => {
  const foreign = `http://${EVIL}:${hostilePort}`
  const inside = await HostRig.start(0, {
    'inside.html': pageOf('/assets/inside.js'),
    'assets/inside.js': scriptOf(insideMainPage, JSON.stringify(foreign)),
    'assets/worker.js': `(${insideWorker.toString()})(${JSON.stringify(foreign)}).then(postMessage)`,
    'overlay.html': pageOf('/assets/overlay.js'),
    'assets/overlay.js': scriptOf(insideOverlay, 'location.origin')
  })
  hits.length = 0
  try {
    const page = await context.newPage()
    await page.goto(inside.host.newLink())
    await page.goto(`${inside.origin}/inside.html`)
    const outcomes = await outcomesOf(page)
    expect(Object.keys(outcomes).length).toBeGreaterThan(30)
    expect(thatRan(outcomes)).toEqual([])
    expect(hits).toEqual([])
    expect(page.url(), 'it is still there').toMatch(new RegExp(`^${inside.origin}/inside.html`))
    const violated = await page.evaluate(() => window.violated)
    for (const name of ['script-src', 'script-src-elem', 'script-src-attr', 'worker-src', 'frame-src', 'connect-src']) {
      expect(violated).toContain(name)
    }
    for (const name of ['img-src', 'style-src-elem', 'font-src', 'object-src', 'form-action', 'base-uri']) {
      expect(violated).toContain(name)
    }
    const inWorker = await page.evaluate(
      () =>
        new Promise<Outcomes>((resolve) => {
          new Worker('/assets/worker.js').addEventListener('message', ({ data }) => resolve(data as Outcomes))
        })
    )
    expect([Object.keys(inWorker).length, thatRan(inWorker)]).toEqual([5, []])

    await page.goto(`${inside.origin}/overlay.html`)
    const inOverlay = await outcomesOf(page)
    expect([Object.keys(inOverlay).length, thatRan(inOverlay)]).toEqual([7, ['its own socket']])
    expect(inside.pages, 'no page of ours was opened by any of it').toEqual([])
    expect(hits).toEqual([])
    await page.close()
  } finally {
    await inside.close()
  }
})

test('a cookie of the same name from another port locks the owner out of nothing and lets nobody in', async () => {
  const tossing = await browser.newContext()
  const page = await tossing.newPage()
  const name = rig.cookie.split('=')[0]!
  await page.goto(`http://127.0.0.1:${hostilePort}/`)
  await page.evaluate((key) => {
    for (const where of ['/ipc', '/', '/assets']) document.cookie = `${key}=tossed; Path=${where}`
  }, name)
  await page.goto(`${rig.origin}/`)
  await expect(page.locator('body')).toContainText('no access to Parley yet')
  await page.goto(rig.host.newLink())
  await expect(page.locator('body')).toHaveText('page')
  expect(await page.evaluate(() => document.cookie)).not.toContain('S'.repeat(43))
  await tossing.close()
})

test('a name that resolves to this machine (DNS rebinding) reads nothing: not the page, not the refusal, no name', async () => {
  // The page of another name on the host's port; then the name means the host. Every answer is of the page's own origin.
  const before = await serveHostile()
  const { port } = before.address() as AddressInfo
  const page = await context.newPage()
  await page.goto(`http://${EVIL}:${port}/`)
  before.closeAllConnections()
  await new Promise((resolve) => before.close(resolve))
  await rig.close()
  rig = await HostRig.start(port)
  const token = rig.host.newLink().slice(rig.origin.length)
  const answers = await page.evaluate(
    async (targets) =>
      Promise.all(
        targets.map(async (target) => {
          const answer = await fetch(target)
          return { text: await answer.text(), status: answer.status, server: answer.headers.get('server') }
        })
      ),
    ['/', '/index.html', '/assets/a.js', '/ipc', '/?token=wrong', token, '/overlay.html']
  )
  expect(answers).toEqual(answers.map(() => ({ text: '', status: 403, server: null })))
  const sockets = await page.evaluate(async () =>
    Promise.all(
      ['ipc', 'audio', 'overlay'].map(
        (link) =>
          new Promise((resolve) => {
            const socket = new WebSocket(`ws://${location.host}/${link}`)
            socket.addEventListener('open', () => resolve('opened'))
            socket.addEventListener('error', () => resolve('refused'))
          })
      )
    )
  )
  expect(sockets).toEqual(['refused', 'refused', 'refused'])
  expect((await rig.ask(token)).status).toBe(303)
  await page.close()
})

test('after all of it the owner goes on', async () => {
  await owner.goto(rig.host.newLink())
  await expect(owner.locator('body')).toHaveText('page')
  const reply = await owner.evaluate(
    () =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/ipc`)
        socket.addEventListener('open', () => socket.send('{"id":1,"call":"app:info"}'))
        socket.addEventListener('message', ({ data }) => resolve(data))
        socket.addEventListener('error', () => resolve('refused'))
      })
  )
  expect(reply).toContain('"id":1')
})
