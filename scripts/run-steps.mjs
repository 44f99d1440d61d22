// Runs checks and test suites and adds their results up; used by test.mjs and test-long.mjs.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { getPriority, setPriority, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { exitCodeOf, root } from './own-node.mjs'

/** No step needs this long; what hangs is ended and red. */
const LIMIT_MS = 15 * 60_000
/** After SIGTERM a step's processes may tidy up this long. */
const TIDY_MS = 5000
const onWindows = process.platform === 'win32'

/** Chromium raises its own priority where it may (as root it may): a step that gives way must not be able to, where that can be had. */
const WITHOUT_RAISING =
  process.platform === 'linux' && process.getuid() === 0
    ? working(['setpriv', '--bounding-set', '-sys_nice', '--'])
    : []

/** Words before a command that let it run only when a processor has nothing else to do, where that can be had. */
const WHEN_IDLE = process.platform === 'linux' ? working(['chrt', '--idle', '0']) : []

/** `words` where a command can be run behind them, else none. */
function working(words) {
  const [command, ...args] = words
  return spawnSync(command, [...args, 'true']).status === 0 ? words : []
}

/** A step that only succeeds or fails; as a script it counts as one test where `counts` is `exit-code`, and it gives way to others with a `niceness` above 0, or wholly with `idle`. */
export const check = (name, command, ...args) => ({ name, command, args })

export const vitest = (name, ...args) => ({
  ...check(name, 'vitest', 'run', ...args, '--reporter=default', '--reporter=json'),
  counts: 'vitest'
})

export const playwright = (name, ...args) => ({
  ...check(
    name,
    'playwright',
    'test',
    '--config',
    `tests/${name}/playwright.config.ts`,
    '--reporter=list,json',
    ...args
  ),
  counts: 'playwright'
})

/**
 * `{ passed, failed, skipped }` of a runner's JSON report; undefined where it wrote none that can be read. `flaky`: how many
 * passed only when tried again, which only suites that measure real time allow; they are named in the output.
 */
export function countsOf(kind, file) {
  if (!existsSync(file)) return undefined
  let report
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // Cut off in the middle of writing.
    return undefined
  }
  if (kind === 'vitest') {
    const skipped = report.numPendingTests + report.numTodoTests
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped }
  }
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected + flaky, failed: unexpected, skipped, flaky }
}

/**
 * A step's own result. A red step without a red test (a check, a file that does not load, a suite in which no test ran)
 * is one failure; a check that is green counts nothing.
 */
export function judge({ counts: kind }, exitCode, counts) {
  const none = { passed: 0, failed: 0, skipped: 0 }
  if (kind === undefined) return { ...none, failed: exitCode === 0 ? 0 : 1, empty: false }
  const empty = counts === undefined || counts.passed + counts.failed === 0
  const red = exitCode !== 0 || empty
  return { ...none, ...counts, failed: Math.max(counts?.failed ?? 0, red ? 1 : 0), empty }
}

/** Ends a step with everything it started: on POSIX it leads a process group. */
function endAll(child, signal) {
  if (child.pid === undefined) return
  try {
    if (onWindows) child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

function say({ step, result, seconds, note, output }) {
  const { passed, failed, skipped, empty, flaky = 0 } = result
  const counted = step.counts === undefined ? '' : `, ${passed} passed, ${failed} failed, ${skipped} skipped`
  const again = flaky > 0 ? `, ${flaky} of them only when tried again` : ''
  const why = `${again}${note === '' ? '' : `, ${note}`}${empty ? ', no test ran' : ''}`
  console.log(`\n=== ${step.name}: ${failed > 0 ? 'FAILED' : 'ok'}${counted}, ${seconds} s${why}`)
  if (failed > 0 || skipped > 0 || flaky > 0) console.log(output.trimEnd())
}

/** Runs one step; its output comes in one piece when it ends, and only where it is red or something was skipped. */
async function run(step, reports) {
  const file = path.join(reports, `${step.name}.json`)
  const args = step.counts === 'vitest' ? [...step.args, `--outputFile.json=${file}`] : step.args
  const PATH = `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`
  const env = { ...process.env, PATH, ...step.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  const startedMs = performance.now()
  const before = [...(step.niceness === undefined ? [] : WITHOUT_RAISING), ...(step.idle === true ? WHEN_IDLE : [])]
  const [command, ...words] = [...before, step.command, ...args]
  const child = spawn(command, words, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: onWindows,
    detached: !onWindows
  })
  if (step.niceness !== undefined && child.pid !== undefined)
    setPriority(child.pid, Math.max(getPriority(), step.niceness))
  let output = ''
  let note = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk.toString()))
  const stop = () => endAll(child, 'SIGTERM')
  process.on('exit', stop)
  const limitMs = step.limitMs ?? LIMIT_MS
  let force
  const limit = setTimeout(() => {
    note = `ended after ${limitMs / 60_000} minutes`
    stop()
    force = setTimeout(() => endAll(child, 'SIGKILL'), TIDY_MS)
  }, limitMs)
  const exitCode = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message
      resolve(1)
    })
    child.on('close', (code, signal) => resolve(note === '' ? exitCodeOf(code, signal) : 1))
  })
  clearTimeout(limit)
  clearTimeout(force)
  process.off('exit', stop)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  const counts =
    step.counts === 'exit-code'
      ? { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 }
      : countsOf(step.counts, file)
  const result = judge(step, exitCode, counts)
  say({ step, result, seconds, note, output })
  return result
}

async function runLane(lane, reports) {
  const results = []
  for (const step of lane) results.push(await run(step, reports))
  return results
}

/**
 * Runs `phases` one after the other, the lanes of a phase beside each other, the steps of a lane one after the other;
 * goes on after a failure. Prints the sums, with `N passed, M failed` as the last line, and resolves to the exit code.
 */
export async function runPhases(phases) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(exitCodeOf(null, signal)))
  const reports = mkdtempSync(path.join(tmpdir(), 'parley-test-'))
  process.on('exit', () => rmSync(reports, { recursive: true, force: true }))
  const startedMs = performance.now()
  const results = []
  for (const lanes of phases) results.push(...(await Promise.all(lanes.map((lane) => runLane(lane, reports)))).flat())
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  console.log(`\n${((performance.now() - startedMs) / 60_000).toFixed(1)} minutes, ${sum('skipped')} skipped`)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
  return sum('failed') === 0 ? 0 : 1
}
