import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const RUNNER = new URL('../../scripts/run-steps.mjs', import.meta.url).href
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const temp = mkdtempSync(path.join(tmpdir(), 'parley-steps-'))
afterAll(() => rmSync(temp, { recursive: true }))

const program = (phases: string): string => `
  const { runPhases, check } = await import(${JSON.stringify(RUNNER)})
  const node = (name, code, rest = {}) => ({ ...check(name, process.execPath, '-e', code), ...rest })
  const report = (stats) => 'require("fs").writeFileSync(process.env.PLAYWRIGHT_JSON_OUTPUT_FILE, ' + JSON.stringify(JSON.stringify({ stats })) + ');'
  const suite = (name, stats, after = '') => node(name, report(stats) + after, { counts: 'playwright' })
  process.exitCode = await runPhases(${phases})`

function run(phases: string): { code: number | null; out: string; last: string | undefined } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program(phases)], {
    encoding: 'utf8'
  })
  if (stderr !== '') throw new Error(stderr)
  return { code: status, out: stdout, last: stdout.trim().split('\n').at(-1) }
}

const green = '{ expected: 5, unexpected: 0, flaky: 0, skipped: 0 }'

describe('the test runner', () => {
  it('adds up what the suites report; checks count nothing; the last line is the sum', () => {
    const { code, last, out } = run(`[[[node('check', '')]], [[suite('a', ${green})], [suite('b', ${green})]]]`)
    expect([code, last]).toEqual([0, '10 passed, 0 failed'])
    expect(out).toContain('=== a: ok, 5 passed, 0 failed, 0 skipped, ')
  })

  it('a step that gives way has its niceness, which what it starts cannot take back', () => {
    const code = `
      const os = require("os"); const before = os.getPriority()
      try { os.setPriority(-5) } catch (error) { if (error.code !== 'ERR_SYSTEM_ERROR') throw error }
      console.log("niceness", before, os.getPriority()); process.exit(1)`
    const { out } = run(`[[[node('x', ${JSON.stringify(code)}, { niceness: 7 })]]]`)
    const expected = Math.max(getPriority(), 7)
    expect(out).toContain(`niceness ${expected} ${expected}`)
  })

  it('a step that takes only idle time is so to the scheduler', () => {
    // The 41st field of the kernel's line about a process is its policy; 5 is SCHED_IDLE.
    const code = `
      const stat = require("fs").readFileSync("/proc/self/stat", "utf8")
      console.log("policy", stat.slice(stat.lastIndexOf(")")).split(" ")[39]); process.exit(1)`
    expect(run(`[[[node('x', ${JSON.stringify(code)}, { niceness: 7, idle: true })]]]`).out).toContain('policy 5')
  })

  it.each([
    ['a red check', `node('x', 'console.log("why"); process.exit(1)')`, '0 passed, 1 failed', 'why'],
    [
      'red tests',
      `suite('x', { expected: 3, unexpected: 2, flaky: 0, skipped: 0 }, 'process.exit(1)')`,
      '3 passed, 2 failed',
      ''
    ],
    ['a green report with a red exit', `suite('x', ${green}, 'process.exit(9)')`, '5 passed, 1 failed', ''],
    [
      'no test at all',
      `suite('x', { expected: 0, unexpected: 0, flaky: 0, skipped: 0 })`,
      '0 passed, 1 failed',
      'no test ran'
    ],
    [
      'only skipped tests',
      `suite('x', { expected: 0, unexpected: 0, flaky: 0, skipped: 4 })`,
      '0 passed, 1 failed',
      'no test ran'
    ],
    ['no report', `node('x', '', { counts: 'vitest' })`, '0 passed, 1 failed', 'no test ran'],
    ['a program that is not there', `check('x', 'no-such-program')`, '0 passed, 1 failed', 'ENOENT'],
    ['a signal', `node('x', 'process.kill(process.pid, "SIGKILL")')`, '0 passed, 1 failed', ''],
    [
      'a step that hangs',
      `node('x', 'setInterval(() => {}, 1000)', { limitMs: 300 })`,
      '0 passed, 1 failed',
      'ended after'
    ]
  ])('is red for %s, and goes on with the next step', (_what, step, sum, why) => {
    const { code, out, last } = run(`[[[${step}]], [[node('next', '')]]]`)
    expect([code, last]).toEqual([1, sum])
    expect(out).toContain('=== x: FAILED')
    expect(out).toContain(why)
    expect(out).toContain('=== next: ok')
  })

  it('says what passed only when tried again', () => {
    const { code, out, last } = run(
      `[[[suite('x', { expected: 3, unexpected: 0, flaky: 1, skipped: 0 }, 'console.log("- tried twice")')]]]`
    )
    expect([code, last]).toEqual([0, '4 passed, 0 failed'])
    expect(out).toContain('1 of them only when tried again')
    expect(out).toContain('- tried twice')
  })

  it('names what was skipped', () => {
    const { code, out } = run(
      `[[[suite('x', { expected: 1, unexpected: 0, flaky: 0, skipped: 1 }, 'console.log("- not here")')]]]`
    )
    expect(code).toBe(0)
    expect(out).toContain('- not here')
    expect(out).toContain('1 skipped\n1 passed')
  })

  it.skipIf(process.platform === 'win32')(
    'ended in the middle, it takes along everything its steps started',
    async () => {
      const pidFile = path.join(temp, 'pid')
      const grandchild = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`
      const child = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}]); setInterval(() => {}, 1000)`
      const runner = spawn(process.execPath, [
        '--input-type=module',
        '-e',
        program(`[[[node('x', ${JSON.stringify(child)})]]]`)
      ])
      await expect
        .poll(() => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : ''), { timeout: 10_000 })
        .not.toBe('')
      const closed = new Promise((resolve) => runner.once('close', resolve))
      runner.kill('SIGINT')
      expect(await closed).toBe(130)
      await expect.poll(() => existsSync(`/proc/${readFileSync(pidFile, 'utf8')}`), { timeout: 5000 }).toBe(false)
    }
  )

  it.each(['test.mjs', 'test-long.mjs'])('%s refuses a step that does not exist, and names those that do', (name) => {
    const { status, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'scripts', name), 'nosuch'], {
      encoding: 'utf8'
    })
    expect(status).toBe(2)
    expect(stderr).toMatch(/nosuch\. (The steps|There) are: \w+/)
  })
})

describe('.ci/run', () => {
  it.skipIf(process.platform === 'win32')('is a shell program that ends with what the tests end with', () => {
    const file = path.join(ROOT, '.ci/run')
    expect(spawnSync('bash', ['-n', file]).status).toBe(0)
    const npm = path.join(temp, 'npm')
    writeFileSync(npm, `#!/bin/sh\necho "npm $*"\ntest "$1" != "$FAILS"\n`, { mode: 0o755 })
    const ci = (fails: string) =>
      spawnSync(file, { encoding: 'utf8', env: { PATH: `${temp}:/usr/bin:/bin`, FAILS: fails } })
    expect(ci('none')).toMatchObject({ status: 0, stdout: 'npm ci\nnpm test\n' })
    expect(ci('ci')).toMatchObject({ status: 1, stdout: 'npm ci\n' })
    expect(ci('test').status).toBe(1)
  })
})
