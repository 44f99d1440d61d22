// For every numbered check and rule: plants one mistake in a copy of the sources and demands that a test of that number fails.
// Usage: node tests/long/mutants.mjs [--only C17[,V3]] [--rows 0-99]. Prints the test that failed. A row of number "none" is a mistake that no
// number speaks of: any test of its files may notice it. Exit code 1 if a mutant is missed, no longer applies, or a number claimed in
// tests/rules.json has none.
import { spawn } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'

const root = join(import.meta.dirname, '../..')
const COPIED = [
  'src',
  'tests',
  'bin',
  'scripts',
  'docs',
  'resources',
  'package.json',
  'vitest.config.ts',
  ...globSync('tsconfig*.json', { cwd: root })
]
const LIMIT_MS = 180_000

/** @type {{ number: string, name: string, file: string, find: string, replace: string, tests: string[] }[]} */
const table = globSync('mutants/*.json', { cwd: import.meta.dirname })
  .toSorted()
  .flatMap((file) => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')))
const rules = JSON.parse(readFileSync(join(root, 'tests/rules.json'), 'utf8'))

function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'parley-mutants-'))
  for (const part of COPIED) cpSync(join(root, part), join(copy, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

function firstFailure(files) {
  const test = files.flatMap(({ assertionResults }) => assertionResults).find(({ status }) => status === 'failed')
  return test === undefined ? '' : `${test.fullName}: ${test.failureMessages[0]?.split('\n')[0] ?? ''}`
}

/** Runs the tests of `number` in `files`; undefined where vitest gave no report. */
async function run(copy, number, files) {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const filter = number === 'none' ? [] : ['-t', `(?:^|\\s|,)${number}(?!\\w)`]
  const args = [vitest, 'run', ...files, ...filter, '--bail', '1', '--reporter=json']
  const child = spawn(process.execPath, [...args, `--outputFile=${report}`], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(limit)
  let counts
  try {
    const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(readFileSync(report, 'utf8'))
    counts = { passed, failed, why: firstFailure(testResults) }
  } catch {
    counts = { passed: 0, failed: 0 }
  }
  return { ...counts, code, output }
}

/** The mutated text; the first place counts, and a text that is nowhere is an error, not a pass. */
function mutated({ name, file, find, replace }) {
  const text = readFileSync(join(root, file), 'utf8')
  if (!text.includes(find)) throw new Error(`"${name}" no longer applies to ${file}: write it anew`)
  const result = text.replace(find, () => replace)
  if (result === text) throw new Error(`"${name}" changes nothing`)
  return { text, result }
}

const { values } = parseArgs({ options: { only: { type: 'string' }, rows: { type: 'string' } } })
const only = values.only?.split(',')
const [from = 0, to = Infinity] = values.rows?.split('-').map(Number) ?? []
const chosen = table.filter(
  ({ number }, row) => (only === undefined || only.includes(number)) && row >= from && row <= to
)
const problems = []
if (chosen.length === 0) problems.push(`no row for --only ${values.only ?? ''} --rows ${values.rows ?? ''}`)
if (only === undefined && values.rows === undefined) {
  const numbers = new Set(table.map(({ number }) => number))
  for (const number of new Set([...rules.client, ...rules.server])) {
    if (!numbers.has(number)) problems.push(`${number} has no mutant`)
  }
}
const copy = copyTree()
const controls = new Map()
try {
  for (const mutant of chosen) {
    const { number, name, file, tests } = mutant
    const key = [number, ...tests].join(' ')
    try {
      if (!controls.has(key)) controls.set(key, await run(copy, number, tests))
      const control = controls.get(key)
      if (control.passed === 0 || control.failed > 0 || control.code !== 0) {
        throw new Error(
          `the tests of ${number} in ${tests.join(' ')} do not pass by themselves (${control.passed} passed, ${control.failed} failed, exit code ${control.code})\n${control.output.slice(-2000)}`
        )
      }
      const { text, result } = mutated(mutant)
      writeFileSync(join(copy, file), result)
      const { failed, why, output } = await run(copy, number, tests)
      writeFileSync(join(copy, file), text)
      if (failed === 0) throw new Error(`not noticed in ${file}\n${output.slice(-1000)}`)
      console.log(`killed  ${number} ${name} <- ${why.slice(0, 200)}`)
    } catch (error) {
      problems.push(`${number} ${name}: ${error.message}`)
      console.log(`MISSED  ${number} ${name}`)
    }
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
for (const problem of problems) console.error(problem)
console.log(`${chosen.length} mutants, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
