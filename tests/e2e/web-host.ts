import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test as base, chromium, expect, type BrowserContext, type Page } from '@playwright/test'
import { Launched } from '../protocol/start.test-support.ts'
import { findChromium } from '../rig/browser.ts'

interface Fixtures {
  dataDir: string
  /** Of every host that was started. */
  ports: Set<number>
  /** `npm start -- --host web --no-open` with one data folder for the whole test; `args` come after them. */
  start: (port?: number, args?: readonly string[]) => Promise<{ app: Launched; port: number; link: string }>
  /** A browser with a profile of its own, as a person has one. */
  context: BrowserContext
}

export const test = base.extend<Fixtures>({
  dataDir: async ({}, use) => {
    const dir = mkdtempSync(path.join(tmpdir(), 'parley-e2e-'))
    await use(dir)
    rmSync(dir, { recursive: true, force: true })
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  ports: async ({}, use) => use(new Set()),
  start: async ({ dataDir, ports }, use) => {
    const started: Launched[] = []
    await use(async (port = 0, args = []) => {
      const app = new Launched(['--host', 'web', '--no-open', `--port=${port}`, '--data-dir', dataDir, ...args])
      started.push(app)
      const ready = await app.ready()
      ports.add(ready.port)
      return { app, ...ready }
    })
    for (const app of started) await app.end()
  },
  context: async ({ ports }, use) => {
    const args = ['--no-sandbox', '--disable-background-networking', '--disable-component-update']
    const browser = await chromium.launch({ executablePath: findChromium(), args })
    const context = await browser.newContext()
    const asked = requestsOf(context, ports)
    await use(context)
    await browser.close()
    expect(asked.length, 'requests that were counted').toBeGreaterThan(0)
    expect(
      asked.filter((url) => !isOwn(url, ports)),
      'requests of a page to somebody else than its host'
    ).toEqual([])
  }
})

/** The address of every request and socket that goes out from our pages and their workers from now on: the policy blocks before. */
function requestsOf(context: BrowserContext, ports: ReadonlySet<number>): string[] {
  const asked: string[] = []
  context.on('request', (request) => {
    // The request for a page comes before there is one that could have asked.
    if (!request.isNavigationRequest() && isOwn(request.frame().url(), ports)) asked.push(request.url())
  })
  context.on('page', (page) =>
    page.on('websocket', (socket) => {
      if (isOwn(page.url(), ports)) asked.push(socket.url())
    })
  )
  return asked
}

/** At one of our hosts, or nothing that goes over a network. */
function isOwn(url: string, ports: ReadonlySet<number>): boolean {
  const { protocol, hostname, port } = new URL(url)
  return protocol === 'data:' || protocol === 'blob:' || (hostname === '127.0.0.1' && ports.has(Number(port)))
}

/** Everything the browser complains about, policy violations of page and workers among them. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text().slice(0, 300))
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return complaints
}

/** The page is there and shows the first screen. */
export const ready = (page: Page) => expect(page.getByRole('button', { name: 'Start talking' })).toBeVisible()

export { expect } from '@playwright/test'
