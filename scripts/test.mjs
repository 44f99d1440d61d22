#!/usr/bin/env node
// `npm test`: every check and test; runs on after a failure; the last line counts the tests.
// Names of steps run only those: `npm test -- unit e2e`.
import { globSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { onNode24, root } from './own-node.mjs'
import { check, playwright, runPhases, vitest } from './run-steps.mjs'
import { findTestBrowser, setupSystem } from './setup-system.mjs'

/** Every Playwright suite but the desktop's, which has a program of its own. */
const SUITES = globSync('tests/*/playwright.config.ts', { cwd: root })
  .map((file) => path.basename(path.dirname(file)))
  .filter((name) => name !== 'desktop')
  .toSorted()

/** Suites that measure no real time: they give way to what runs beside them. */
const PATIENT = new Set(['e2e', 'ui'])
const PATIENT_NICENESS = 15

const patient = (name) => ({ ...playwright(name), niceness: PATIENT_NICENESS })

const desktop = {
  ...check('desktop', 'node', 'scripts/test-desktop.mjs', '--no-build', '--reporter=list,json'),
  counts: 'playwright'
}

/** What measures real time runs alone; what can wait runs beside what mostly waits. */
const PHASES = [
  [[check('build', 'electron-vite', 'build', '--logLevel', 'warn')]],
  [
    [
      check('format', 'prettier', '--check', '.'),
      check('lint', 'oxlint', '--type-aware', '--deny-warnings'),
      check('types', 'node', 'scripts/typecheck.mjs'),
      check('knip', 'knip'),
      check('rules', 'node', 'scripts/check-rules.mjs')
    ],
    [vitest('unit', '--project', 'node', '--maxWorkers', '2')]
  ],
  ...SUITES.filter((name) => !PATIENT.has(name)).map((name) => [[playwright(name)]]),
  [
    [vitest('protocol', '--project', 'protocol', '--maxWorkers', '2'), desktop],
    SUITES.filter((name) => PATIENT.has(name)).map(patient)
  ]
]

/** The phases with only the steps in `names`; all of them where none is named. Undefined: a name is unknown. */
function chosen(names) {
  const known = PHASES.flat(2).map((step) => step.name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    console.error(`There is no step ${unknown.join(', ')}. The steps are: ${known.join(', ')}`)
    return undefined
  }
  if (names.length === 0) return PHASES
  const keep = (lane) => lane.filter((step) => names.includes(step.name))
  return PHASES.map((lanes) => lanes.map(keep).filter((lane) => lane.length > 0))
}

async function test() {
  const phases = chosen(process.argv.slice(2))
  if (phases === undefined) return 2
  const missing = setupSystem()
  if (missing !== undefined) {
    console.error(missing)
    return 1
  }
  const browser = findTestBrowser()
  Object.assign(process.env, { PARLEY_CHROMIUM: browser, ESTAND_CHROMIUM: browser })
  return runPhases(phases)
}

if (await onNode24(fileURLToPath(import.meta.url))) process.exitCode = await test()
