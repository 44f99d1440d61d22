import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const electronIsAbsent = fileURLToPath(new URL('tests/electron-absent.ts', import.meta.url))

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: { electron: electronIsAbsent } },
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'tests/unit/**/*.test.ts', 'bench/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['tests/console-guard.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000
        }
      },
      {
        resolve: { alias: { electron: electronIsAbsent } },
        test: {
          name: 'protocol',
          include: ['tests/protocol/**/*.test.ts', 'tests/conformance/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['tests/console-guard.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000
        }
      },
      {
        resolve: { alias: { electron: electronIsAbsent } },
        test: {
          name: 'long',
          include: ['tests/long/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['tests/console-guard.ts'],
          testTimeout: 60 * 60_000
        }
      }
    ]
  }
})
