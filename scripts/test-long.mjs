#!/usr/bin/env node
// `npm run test:long`: what takes too long for `npm test`: tests/long (scripts and vitest files), every bench once, and in full the
// tests that `npm test` shortens (PARLEY_LONG).
// Parts of names run only those: `npm run test:long -- mutations`.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { onNode24, root } from './own-node.mjs'
import { check, playwright, runPhases, vitest } from './run-steps.mjs'
import { setupSystem } from './setup-system.mjs'

const HOUR_MS = 60 * 60_000

const filesIn = (pattern) => globSync(pattern, { cwd: root }).toSorted()
const nameOf = (file) => path.basename(file).replace(/\..*$/, '')

/** Runs by itself: green is one passed test. */
const script = (file) => ({ ...check(nameOf(file), 'node', file), counts: 'exit-code' })

/** Tests of `npm test` that do more where this is set. */
const IN_FULL = 'PARLEY_LONG'

function inFull() {
  const files = filesIn('src/**/*.test.ts').filter((file) =>
    readFileSync(path.join(root, file), 'utf8').includes(IN_FULL)
  )
  const unit = vitest('unit-in-full', '--project', 'dsp', '--project', 'node', ...files)
  const conversation = { ...playwright('conversation'), name: 'conversation-in-full' }
  return [unit, conversation].map((step) => ({ ...step, env: { [IN_FULL]: '1' } }))
}

function steps() {
  const tests = filesIn('tests/long/**/*.test.ts').map((file) => vitest(nameOf(file), '--project', 'long', file))
  const scripts = filesIn('tests/long/**/*.mjs').map(script)
  const benches = filesIn('bench/*.ts').map((file) => ({ ...script(file), name: `bench-${nameOf(file)}` }))
  return [...tests, ...scripts, ...benches, ...inFull(), playwright('packaged')].map((step) => ({
    ...step,
    limitMs: HOUR_MS
  }))
}

async function test() {
  const parts = process.argv.slice(2)
  const wanted = steps().filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)))
  if (wanted.length === 0) {
    console.error(
      `No long test is called ${parts.join(' or ')}. There are: ${steps()
        .map(({ name }) => name)
        .join(', ')}`
    )
    return 2
  }
  const missing = setupSystem()
  if (missing !== undefined) {
    console.error(missing)
    return 1
  }
  return runPhases([
    [[check('build', 'electron-vite', 'build', '--logLevel', 'warn')]],
    ...wanted.map((step) => [[step]])
  ])
}

if (await onNode24(fileURLToPath(import.meta.url))) process.exitCode = await test()
