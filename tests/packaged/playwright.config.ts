import { defineConfig } from '@playwright/test'

/** What electron-builder makes of the build: archive, fuses, and the packed app's first start, on the stand-in. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/packaged',
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  forbidOnly: true
})
