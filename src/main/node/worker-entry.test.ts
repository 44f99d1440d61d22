import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { speechWorkerEntry } from './speech-entry.ts'
import { workerEntry } from './worker-entry.ts'

test('from source it is the TypeScript file', () => {
  expect(speechWorkerEntry().pathname).toMatch(/\/src\/agent\/speech\/worker\.ts$/)
})

test('from the build it is beside the bundle, also for a module in chunks/', () => {
  const out = mkdtempSync(join(tmpdir(), 'parley-out-'))
  mkdirSync(join(out, 'chunks'))
  writeFileSync(join(out, 'speech-worker.js'), '')
  const expected = pathToFileURL(join(out, 'speech-worker.js')).href
  for (const module of ['cli.js', 'chunks/speech-entry-abc.js']) {
    const here = pathToFileURL(join(out, module)).href
    expect(workerEntry(here, '../../agent/speech/worker.ts', 'speech-worker.js').href).toBe(expected)
  }
  rmSync(out, { recursive: true })
})
