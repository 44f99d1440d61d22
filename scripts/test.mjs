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

/** What measures no real time: it gives way to what runs beside it. */
const PATIENT_NICENESS = 15

const patient = (step) => ({ ...step, niceness: PATIENT_NICENESS })
/** Takes only what nobody else wants, so that it may run beside the suites that listen to sound. */
const idle = (step) => ({ ...patient(step), idle: true })

const desktop = {
  ...check('desktop', 'node', 'scripts/test-desktop.mjs', '--no-build', '--reporter=list,json'),
  counts: 'playwright'
}

/** Two parts of one suite: the pictures of the page's states, with axe, and what can be set in it; and what the page does else. They are told apart by titles, which begin with the file's. */
const LOOKS = String.raw` is drawn|\b(agents|options|napster-options|tools|tune[\w-]*)\.spec`
const looks = { ...playwright('ui', '--grep', LOOKS), name: 'looks' }
const ui = playwright('ui', '--grep-invert', LOOKS)

/**
 * The suites that listen to sound run alone, but for checks that take only idle time. The last phase has two lanes: each of them waits for real time now and then,
 * which leaves the processors to the other.
 */
const PHASES = [
  [[check('build', 'electron-vite', 'build', '--logLevel', 'warn')]],
  // One worker more than processors: some files wait for real time.
  [[vitest('unit', '--project', 'dsp', '--project', 'node', '--maxWorkers', '3')]],
  [
    [playwright('audio'), playwright('conversation')],
    [
      check('format', 'prettier', '--check', '.'),
      check('lint', 'oxlint', '--type-aware', '--deny-warnings'),
      check('types', 'node', 'scripts/typecheck.mjs'),
      check('knip', 'knip'),
      check('rules', 'node', 'scripts/check-rules.mjs'),
      looks
    ].map(idle)
  ],
  [
    [vitest('protocol', '--project', 'protocol', '--maxWorkers', '2'), patient(ui)],
    [playwright('e2e'), desktop]
  ]
]

/** Runs where it is named, and in `npm run test:long`: it takes most of a minute. */
const BY_NAME = [[[playwright('packaged')]]]
const ALL = [...PHASES, ...BY_NAME]

/** The phases with only the steps in `names`; all of them where none is named. Undefined: a name is unknown. */
function chosen(names) {
  const known = ALL.flat(2).map((step) => step.name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    console.error(`There is no step ${unknown.join(', ')}. The steps are: ${known.join(', ')}`)
    return undefined
  }
  if (names.length === 0) return PHASES
  const keep = (lane) => lane.filter((step) => names.includes(step.name))
  return ALL.map((lanes) => lanes.map(keep).filter((lane) => lane.length > 0))
}

/** A suite that nobody put into a phase would never run. */
function forgotten() {
  const known = ALL.flat(2).map((step) => step.name)
  const suites = globSync('tests/*/playwright.config.ts', { cwd: root }).map((file) =>
    path.basename(path.dirname(file))
  )
  return suites.filter((name) => !known.includes(name))
}

async function test() {
  if (forgotten().length > 0) {
    console.error(`These suites are in no phase of scripts/test.mjs: ${forgotten().join(', ')}`)
    return 1
  }
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
