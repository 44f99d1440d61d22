import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import electron from 'electron'
import { PAGE_PROBES, type Verdict } from '../../src/shared/self-check.ts'
import { version } from '../../src/main/node/version.ts'
import { appRoot, expect, test as base } from './desktop.ts'

const run = promisify(execFile)
const HOST_PROBES = ['secret-store', 'shortcut', 'tray', 'hook-process', 'speech-process']
const LIMIT_MS = 60_000

interface Checked {
  /** Of the stand-in: mistakes that Electron would make silently. */
  faults: unknown[]
  exitCode: number
  verdict: Verdict | undefined
  lines: string[]
}

async function check(env: NodeJS.ProcessEnv): Promise<Checked> {
  const report = join(tmpdir(), `parley-self-check-report-${process.pid}.json`)
  const options = { cwd: appRoot, env: { ...env, ESTAND_REPORT: report }, timeout: LIMIT_MS }
  // In Node the module's default export is the path of the program.
  const ended = run(electron as unknown as string, ['.', '--self-check'], options)
  const { code = 0, stdout } = await ended.then(
    (out) => ({ ...out, code: 0 }),
    (cause: { code?: number; stdout: string }) => cause
  )
  const lines = stdout.split('\n').filter((line) => line !== '')
  const [line = '{}'] = lines
  const { faults = [] } = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Partial<Checked>) : {}
  rmSync(report, { force: true })
  return {
    exitCode: code,
    lines,
    faults,
    verdict: 'ok' in JSON.parse(line) ? (JSON.parse(line) as Verdict) : undefined
  }
}

/** One self-check for all tests of this file. On other systems the packed app checks itself (.github/workflows/ci.yml). */
const test = base.extend<object, { checked: Checked }>({
  checked: [
    async ({ rig }, use) => {
      // A desktop that shows trays, as its session bus says.
      const bin = mkdtempSync(join(tmpdir(), 'parley-bus-'))
      writeFileSync(join(bin, 'gdbus'), '#!/bin/sh\necho "(true,)"\n')
      chmodSync(join(bin, 'gdbus'), 0o755)
      await use(await check({ ...rig.env, PATH: `${bin}${delimiter}${rig.env['PATH'] ?? ''}` }))
      rmSync(bin, { recursive: true })
    },
    { scope: 'worker', timeout: LIMIT_MS * 2 }
  ]
})

test('self-check: one line of JSON with every probe, exit code 0, and nothing is left behind @linux', ({ checked }) => {
  expect(checked.lines).toHaveLength(1)
  expect(checked).toMatchObject({ exitCode: 0, verdict: { ok: true, host: 'desktop', parley: version } })
  expect(checked.faults).toEqual([])
  expect(checked.verdict?.probes.map(({ probe }) => probe)).toEqual([...PAGE_PROBES, ...HOST_PROBES])
  // Chromium may write into its own part of the folder while it ends.
  const left = readdirSync(tmpdir()).filter((name) => existsSync(join(tmpdir(), name, 'parley.json')))
  expect(left.filter((name) => name.startsWith('parley-self-check-'))).toEqual([])
})

for (const probe of [...PAGE_PROBES, ...HOST_PROBES]) {
  test(`self-check of ${probe} @linux`, ({ checked }) => {
    const result = checked.verdict?.probes.find((each) => each.probe === probe)
    expect(result?.outcome, result?.sentence).toBe('ok')
    expect(result?.sentence).toMatch(/^[A-Z].*[.]$/)
  })
}
