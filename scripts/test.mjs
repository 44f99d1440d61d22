#!/usr/bin/env node
// `npm test`: every check and test; runs on after a failure; the last line counts the tests.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { exitCodeOf, onNode24, root } from './own-node.mjs'
import { setupSystem } from './setup-system.mjs'

const check = (name, command, ...args) => ({ name, command, args })
const vitest = (name, project) => ({
  ...check(name, 'vitest', 'run', '--project', project, '--reporter=default', '--reporter=json'),
  counts: 'vitest'
})
const playwright = (name) => ({
  ...check(name, 'playwright', 'test', '--config', `tests/${name}/playwright.config.ts`, '--reporter=list,json'),
  counts: 'playwright'
})

/** Lanes of a phase run beside each other, steps of a lane one after the other. Timing-sensitive tests run alone. */
const PHASES = [
  [
    [
      check('format', 'prettier', '--check', '.'),
      check('lint', 'oxlint', '--type-aware', '--deny-warnings'),
      check('types', 'node', 'scripts/typecheck.mjs'),
      check('knip', 'knip'),
      check('rules', 'node', 'scripts/check-rules.mjs')
    ],
    [vitest('unit', 'node')]
  ],
  [[vitest('protocol', 'protocol')]],
  [[check('build', 'electron-vite', 'build', '--logLevel', 'warn')]],
  ...['ui', 'conversation', 'e2e'].map((name) => [[playwright(name)]]),
  [
    [
      {
        ...check('desktop', 'node', 'scripts/test-desktop.mjs', '--no-build', '--reporter=list,json'),
        counts: 'playwright'
      }
    ]
  ]
]

/** `{ passed, failed, skipped }` of a runner's JSON report; undefined where it wrote none. */
function countsOf(kind, file) {
  if (!existsSync(file)) return undefined
  const report = JSON.parse(readFileSync(file, 'utf8'))
  if (kind === 'vitest') {
    const skipped = report.numPendingTests + report.numTodoTests
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped }
  }
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected, failed: unexpected + flaky, skipped }
}

/** Runs one step; its output comes in one piece when it ends. */
function run(step, reports) {
  const file = path.join(reports, `${step.name}.json`)
  const args = step.counts === 'vitest' ? [...step.args, `--outputFile.json=${file}`] : step.args
  const PATH = `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`
  const env = { ...process.env, PATH, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  const startedMs = performance.now()
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(step.command, args, { cwd: root, env, shell: process.platform === 'win32' })
    const stop = () => child.kill('SIGTERM')
    process.on('exit', stop)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const end = (code) => {
      process.off('exit', stop)
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
      const counts = step.counts === undefined ? { passed: 0, failed: 0, skipped: 0 } : countsOf(step.counts, file)
      const empty = step.counts !== undefined && (counts === undefined || counts.passed + counts.failed === 0)
      const red = code !== 0 || empty || counts.failed > 0
      console.log(`\n=== ${step.name}: ${red ? 'FAILED' : 'ok'}, ${seconds} s${empty ? ', no test ran' : ''}`)
      if (red || counts.skipped > 0) console.log(output.trimEnd())
      // A red step without a red test (a check, a file that does not load) is one failure.
      resolve({ ...(counts ?? { passed: 0, skipped: 0 }), failed: red ? Math.max(1, counts?.failed ?? 0) : 0 })
    }
    child.on('error', (error) => {
      output += error.message
      end(1)
    })
    child.on('close', (code, signal) => end(exitCodeOf(code, signal)))
  })
}

async function runLane(lane, reports) {
  const results = []
  for (const step of lane) results.push(await run(step, reports))
  return results
}

async function test() {
  const missing = setupSystem()
  if (missing !== undefined) {
    console.error(missing)
    process.exitCode = 1
    return
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130))
  const reports = mkdtempSync(path.join(tmpdir(), 'parley-test-'))
  const startedMs = performance.now()
  const results = []
  for (const lanes of PHASES) results.push(...(await Promise.all(lanes.map((lane) => runLane(lane, reports)))).flat())
  rmSync(reports, { recursive: true })
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  console.log(`\n${((performance.now() - startedMs) / 60_000).toFixed(1)} minutes, ${sum('skipped')} skipped`)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
  process.exitCode = sum('failed') === 0 ? 0 : 1
}

if (await onNode24(fileURLToPath(import.meta.url))) await test()
