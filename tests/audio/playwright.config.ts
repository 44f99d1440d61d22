import { defineConfig } from '@playwright/test'

// One at a time: each test measures real time on a sound card of its own.
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/audio',
  globalSetup: './global-setup.ts',
  fullyParallel: false,
  workers: 1,
  timeout: 90_000,
  reporter: [['list']]
})
