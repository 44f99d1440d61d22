// For every numbered check and rule: plants one mistake in a copy of the sources and demands that a test of that number fails.
// Usage: node tests/long/mutants.mjs [--only C17[,V3]]. Exit code 1 if a mutant is missed, no longer applies, or a number claimed in
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
const table = JSON.parse(readFileSync(join(import.meta.dirname, 'mutants/table.json'), 'utf8'))
const rules = JSON.parse(readFileSync(join(root, 'tests/rules.json'), 'utf8'))

function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'parley-mutants-'))
  for (const part of COPIED) cpSync(join(root, part), join(copy, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Runs the tests of `number` in `files`; undefined where vitest gave no report. */
async function run(copy, number, files) {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', ...files, '-t', `(?:^|\\s|,)${number}(?!\\w)`, '--bail', '1', '--reporter=json']
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
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'))
    counts = { passed, failed }
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

const only = parseArgs({ options: { only: { type: 'string' } } }).values.only?.split(',')
const chosen = table.filter(({ number }) => only === undefined || only.includes(number))
const problems = []
if (chosen.length === 0) problems.push(`no mutant has the number ${String(only)}`)
if (only === undefined) {
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
      const { failed, output } = await run(copy, number, tests)
      writeFileSync(join(copy, file), text)
      if (failed === 0) throw new Error(`not noticed in ${file}\n${output.slice(-1000)}`)
      console.log(`killed  ${number} ${name}`)
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
