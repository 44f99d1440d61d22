import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test as base, chromium, expect, type BrowserContext, type Page } from '@playwright/test'
import { Launched } from '../protocol/start.test-support.ts'
import { findChromium } from '../rig/browser.ts'

interface Fixtures {
  dataDir: string
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
  start: async ({ dataDir }, use) => {
    const started: Launched[] = []
    await use(async (port = 0, args = []) => {
      const app = new Launched(['--host', 'web', '--no-open', `--port=${port}`, '--data-dir', dataDir, ...args])
      started.push(app)
      return { app, ...(await app.ready()) }
    })
    for (const app of started) await app.end()
  },
  context: async ({}, use) => {
    const args = ['--no-sandbox', '--disable-background-networking', '--disable-component-update']
    const browser = await chromium.launch({ executablePath: findChromium(), args })
    await use(await browser.newContext())
    await browser.close()
  }
})

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
