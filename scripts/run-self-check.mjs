#!/usr/bin/env node
// Runs `--self-check` of a packed app, prints its verdict so that a person can read it, and keeps it in self-check.json.
// Usage: node scripts/run-self-check.mjs PROGRAM     exit code 0, or 1 where a probe failed or no verdict came
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

const LIMIT_MS = 90_000
const run = promisify(execFile)

/** What the program printed, also where it ended with an error. */
async function output(program) {
  try {
    return (await run(program, ['--self-check'], { timeout: LIMIT_MS })).stdout
  } catch (error) {
    process.stderr.write(`${program} ended with ${error.code ?? error.signal}\n${error.stderr ?? ''}`)
    return error.stdout ?? ''
  }
}

/** The last line that is a verdict. Undefined: there is none. */
export function verdictIn(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('{"ok":'))
  return lines.length === 0 ? undefined : JSON.parse(lines.at(-1))
}

if (process.argv[1] === import.meta.filename) {
  const [program] = process.argv.slice(2)
  const verdict = program === undefined ? undefined : verdictIn(await output(path.resolve(program)))
  if (verdict === undefined) {
    process.stderr.write('There is no verdict.\n')
    process.exitCode = 1
  } else {
    for (const { probe, outcome, sentence, ms } of verdict.probes) {
      process.stdout.write(`${outcome.padEnd(9)} ${probe.padEnd(15)} ${String(ms).padStart(6)} ms  ${sentence}\n`)
    }
    writeFileSync('self-check.json', `${JSON.stringify(verdict, undefined, 2)}\n`)
    process.exitCode = verdict.ok ? 0 : 1
  }
}
