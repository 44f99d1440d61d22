import { defineConfig } from '@playwright/test'

// One at a time: each test measures real time on a sound card of its own.
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/conversation',
  fullyParallel: false,
  // Chromium's canceller lets bursts of echo through on a busy machine: a test may be measured again, and the runner names it.
  retries: 1,
  workers: 1,
  timeout: 240_000,
  reporter: [['list']]
})
