import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/** Two runs at a time each take a port of their own, and the next one. */
export const UI_TEST_PORT = Number(process.env['UI_TEST_PORT'] ?? 47760)
/** The same renderer with its real audio engine. */
export const REAL_ENGINE_PORT = UI_TEST_PORT + 1

/** Playwright's own browser is used where there is none. */
export const systemChromium = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))

export default defineConfig({
  testDir: '.',
  outputDir: `../../test-results/ui-${UI_TEST_PORT}`,
  globalSetup: './global-setup.ts',
  fullyParallel: true,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${UI_TEST_PORT}`,
    viewport: { width: 960, height: 720 },
    launchOptions: {
      ...(systemChromium === undefined ? {} : { executablePath: systemChromium }),
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-quic']
    }
  }
})
