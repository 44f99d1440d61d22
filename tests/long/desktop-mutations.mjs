// Plants one mistake at a time in a copy of the built desktop app and runs the specs that must find it, on the stand-in.
// Usage: node tests/long/desktop-mutations.mjs [part of a name]   (needs a build: npm run build). Exit code 1 if one passes.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mutations } from '../desktop/mutations/mutations.ts'

const root = join(import.meta.dirname, '../..')
const built = process.env.PARLEY_DESKTOP_ROOT ?? root
const require = createRequire(import.meta.url)
const playwright = join(dirname(require.resolve('@playwright/test/package.json')), 'cli.js')
const LIMIT_MS = 600_000

function runSpecs(appRoot, { specs, only, timeoutMs }) {
  const args = [playwright, 'test', '--config', join(root, 'tests/desktop/playwright.config.ts'), ...specs]
  if (only !== undefined) args.push('--grep', only)
  const env = {
    ...process.env,
    PARLEY_DESKTOP_ROOT: appRoot,
    ELECTRON_OVERRIDE_DIST_PATH: join(root, 'tests/standin/bin')
  }
  const options = ['--max-failures', '1', '--timeout', String(timeoutMs), '--output', join(appRoot, 'results')]
  const child = spawn(process.execPath, [...args, ...options], { cwd: root, env, timeout: LIMIT_MS })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}

/** Where a mutation goes and the mutated text; one that does not apply to exactly one place is an error, not a pass. */
function mutate({ name, file, from, to }) {
  const path = join(built, file)
  const files = statSync(path).isDirectory() ? readdirSync(path).map((each) => join(file, each)) : [file]
  const pattern = typeof from === 'string' ? RegExp.escape(from) : from.source
  const places = files.flatMap((each) =>
    [...readFileSync(join(built, each), 'utf8').matchAll(new RegExp(pattern, 'g'))].map(() => each)
  )
  const [where] = places
  if (places.length !== 1) throw new Error(`"${name}" applies to ${places.length} places in ${file}: write it anew`)
  return { where, text: readFileSync(join(built, where), 'utf8').replace(from, to) }
}

/** A copy of the build, with `mutation` planted in it where there is one. */
function plant(mutation) {
  const copy = mkdtempSync(join(tmpdir(), 'parley-mutant-'))
  cpSync(join(built, 'out'), join(copy, 'out'), { recursive: true })
  cpSync(join(built, 'package.json'), join(copy, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  if (mutation !== undefined) {
    const { where, text } = mutate(mutation)
    writeFileSync(join(copy, where), text)
  }
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
for (const mutation of chosen) mutate(mutation)
const missed = []
for (const mutation of [undefined, ...chosen]) {
  const name = mutation?.name ?? 'control: the build as it is'
  const copy = plant(mutation)
  const control = { specs: [...new Set(chosen.flatMap((each) => each.specs))], timeoutMs: 120_000 }
  const { code, output } = await runSpecs(copy, mutation === undefined ? control : { timeoutMs: 60_000, ...mutation })
  rmSync(copy, { recursive: true, force: true })
  // A name that no test bears any more ends with an error too.
  const caught = code !== 0 && !output.includes('No tests found')
  const asItShould = mutation === undefined ? code === 0 : caught
  if (!asItShould) missed.push(name)
  console.log(`${asItShould ? 'ok    ' : 'MISSED'} ${name}${code === 0 ? '' : ` (${reason(output)})`}`)
  if (mutation === undefined && code !== 0) {
    console.error(output)
    break
  }
}
if (missed.length > 0) process.exitCode = 1
