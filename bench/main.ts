// `npm run bench`: measures the audio path on the virtual sound card in real Chromium through the web host. One JSON line per
// figure on stdout, everything else on stderr; exit code 1 where a bench failed or `--check` complains. docs/benchmarks.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { run } from '../tests/rig/processes.ts'
import { accept, complaints, parseAccepted, type Accepted } from './harness/accepted.ts'
import { parseArguments, USAGE, type BenchOptions } from './harness/arguments.ts'
import { measure } from './harness/measure.ts'
import { benchNames, loadBench } from './harness/registry.ts'
import type { Line } from './harness/report.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BUILD_DIR = fileURLToPath(new URL('../.cache/bench', import.meta.url))
const ACCEPTED = fileURLToPath(new URL('accepted.json', import.meta.url))

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** A build of its own: nobody else's `out` changes under a measurement. */
async function build(): Promise<void> {
  const vite = fileURLToPath(new URL('../node_modules/electron-vite/bin/electron-vite.js', import.meta.url))
  await run(process.execPath, [vite, 'build', ROOT, '--outDir', BUILD_DIR, '--logLevel', 'warn'], { env: process.env })
}

const onLine = (line: Line): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function measureAll({ names, runs }: BenchOptions): Promise<{ lines: Line[]; failed: string[] }> {
  const lines: Line[] = []
  const failed: string[] = []
  for (const name of names) {
    try {
      const bench = await loadBench(name)
      say(`${name}: ${bench.question}`)
      lines.push(...(await measure(bench, { runs, buildDir: BUILD_DIR, say, onLine })))
    } catch (cause) {
      failed.push(name)
      say(`${name} failed: ${inspect(cause)}`)
    }
  }
  return { lines, failed }
}

/** A bench with a complaint is run once more: only what is worse both times is no accident. */
async function check(accepted: Accepted, lines: readonly Line[], options: BenchOptions): Promise<string[]> {
  const first = complaints(accepted, lines)
  const names = [...new Set(first.map(({ bench }) => bench))]
  if (names.length === 0) return []
  say(`Measured again: ${names.join(', ')}`)
  const again = await measureAll({ ...options, names })
  const second = complaints(accepted, again.lines)
  return [
    ...again.failed,
    ...second
      .filter(({ bench, figure }) => first.some((one) => one.bench === bench && one.figure === figure))
      .map(({ text }) => text)
  ]
}

async function main(options: BenchOptions): Promise<number> {
  if (options.build) await build()
  const { lines, failed } = await measureAll(options)
  const accepted = existsSync(ACCEPTED) ? parseAccepted(readFileSync(ACCEPTED, 'utf8')) : undefined
  if (options.mode === 'accept') {
    const date = new Date().toISOString().slice(0, 10)
    writeFileSync(ACCEPTED, `${JSON.stringify(accept(accepted, lines, date), null, 2)}\n`)
  }
  if (options.mode === 'check') {
    if (accepted === undefined) failed.push('no figures were accepted yet')
    else failed.push(...(await check(accepted, lines, options)))
  }
  for (const failure of failed) say(`FAILED ${failure}`)
  return failed.length > 0 ? 1 : 0
}

const known = await benchNames()
const asked = parseArguments(process.argv.slice(2), known)
if (asked.kind === 'wrong') {
  say(`${asked.problem}\n\n${USAGE}`)
  process.exitCode = 2
} else if (asked.options.mode === 'help') process.stdout.write(USAGE)
else if (asked.options.mode === 'list') {
  for (const name of asked.options.names) process.stdout.write(`${name}: ${(await loadBench(name)).question}\n`)
} else process.exitCode = await main(asked.options)
