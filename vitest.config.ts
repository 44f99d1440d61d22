import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const electronIsAbsent = fileURLToPath(new URL('tests/electron-absent.ts', import.meta.url))

/**
 * The test files of a worker share its modules: loading them anew for each took a fifth of the time. Hence no `vi.mock`, and no hook
 * outside of a test file (tests/unit/shared-modules.test.ts).
 */
const isolate = false

/** Tests that compute with sound, each file in a process of its own: speex leaves handlers behind, and the work takes longer than a start. */
const SOUND = ['src/shared/audio/**/*.test.ts', 'src/renderer/src/audio/**/*.test.ts', 'src/agent/speech/**/*.test.ts']

const unit = {
  environment: 'node',
  setupFiles: ['tests/console-guard.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000
}

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: { electron: electronIsAbsent } },
        // The longest files are here, and projects begin in the order of their names.
        test: { ...unit, name: 'dsp', include: SOUND }
      },
      {
        resolve: { alias: { electron: electronIsAbsent } },
        test: {
          ...unit,
          name: 'node',
          include: ['src/**/*.test.ts', 'tests/unit/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: SOUND,
          isolate
        }
      },
      {
        resolve: { alias: { electron: electronIsAbsent } },
        test: {
          name: 'protocol',
          include: ['tests/protocol/**/*.test.ts', 'tests/conformance/**/*.test.ts'],
          environment: 'node',
          isolate,
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
