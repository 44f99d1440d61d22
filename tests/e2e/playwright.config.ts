import { defineConfig } from '@playwright/test'

/** Real hosts in real Chromium, each with its own; where there is sound it is not measured. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/e2e',
  fullyParallel: false,
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  forbidOnly: true
})
