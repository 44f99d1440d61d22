import { defineConfig } from '@playwright/test'

// One at a time: each test measures real time on a sound card of its own.
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/conversation',
  fullyParallel: false,
  // Real time on a machine that others share: a test may be measured again, and the runner names it.
  retries: 1,
  workers: 1,
  timeout: 240_000,
  reporter: [['list']]
})
