// Plants one mistake at a time in a copy of the built desktop app and runs the specs that must find it, on the stand-in.
// Usage: node tests/long/desktop-mutations.mjs [part of a name]   (needs a build: npm run build). Exit code 1 if one passes.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mutations } from '../desktop/mutations/mutations.ts'

const root = join(import.meta.dirname, '../..')
const built = process.env.PARLEY_DESKTOP_ROOT ?? root
const require = createRequire(import.meta.url)
const playwright = join(dirname(require.resolve('@playwright/test/package.json')), 'cli.js')
const LIMIT_MS = 240_000

function runSpecs(appRoot, specs) {
  const args = [playwright, 'test', '--config', join(root, 'tests/desktop/playwright.config.ts'), ...specs]
  const env = {
    ...process.env,
    PARLEY_DESKTOP_ROOT: appRoot,
    ELECTRON_OVERRIDE_DIST_PATH: join(root, 'tests/standin/bin')
  }
  const options = ['--max-failures', '1', '--timeout', '40000', '--output', join(appRoot, 'results')]
  const child = spawn(process.execPath, [...args, ...options], { cwd: root, env, timeout: LIMIT_MS })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}

/** A copy of the build in which `mutation` is planted; a mutation that no longer applies is an error, not a pass. */
function plant(mutation) {
  const copy = mkdtempSync(join(tmpdir(), 'parley-mutant-'))
  cpSync(join(built, 'out'), join(copy, 'out'), { recursive: true })
  cpSync(join(built, 'package.json'), join(copy, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  if (mutation === undefined) return copy
  const file = join(copy, mutation.file)
  const before = readFileSync(file, 'utf8')
  const after = before.replace(mutation.from, mutation.to)
  if (after === before) throw new Error(`"${mutation.name}" no longer applies to ${mutation.file}: write it anew`)
  writeFileSync(file, after)
  return copy
}

/** The first thing that noticed: a fault by name, else the failed expectation. */
function reason(output) {
  const fault = /"rule": "([^"]+)"/.exec(output)?.[1] ?? /FAULT ([\w-]+)/.exec(output)?.[1]
  const failed = /^\s+1\) (.*?) ─*$/m.exec(output)?.[1] ?? 'no result'
  return fault === undefined ? failed : `fault ${fault}`
}

const wanted = process.argv[2]
const chosen = mutations.filter(({ name }) => wanted === undefined || name.includes(wanted))
const missed = []
for (const mutation of [undefined, ...chosen]) {
  const name = mutation?.name ?? 'control: the build as it is'
  const copy = plant(mutation)
  const specs = mutation?.specs ?? [...new Set(chosen.flatMap((each) => each.specs))]
  const { code, output } = await runSpecs(copy, specs)
  rmSync(copy, { recursive: true, force: true })
  const asItShould = mutation === undefined ? code === 0 : code !== 0
  if (!asItShould) missed.push(name)
  console.log(`${asItShould ? 'ok    ' : 'MISSED'} ${name}${code === 0 ? '' : ` (${reason(output)})`}`)
  if (mutation === undefined && code !== 0) {
    console.error(output)
    break
  }
}
if (missed.length > 0) process.exitCode = 1
