#!/usr/bin/env node
// Plain JavaScript for Node 20: goes on with Node 24 (the project brings one), builds if need be, then runs the CLI.
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildIfNeeded } from '../scripts/build-if-needed.mjs'
import { exitCodeOf, onNode24, root } from '../scripts/own-node.mjs'

const INTERNAL_ERROR = 70

/** A build that was asked to stop has this long to do so. */
const STOP_MS = 1000

/** The CLI's file: the built one, made first where it is missing or old; the source itself when PARLEY_SOURCE=1. */
async function entry() {
  if (process.env.PARLEY_SOURCE === '1') return 'src/main/cli/index.ts'
  let stopped
  const stop = (signal) => {
    stopped ??= exitCodeOf(null, signal)
    setTimeout(() => process.exit(stopped), STOP_MS)
  }
  const signals = ['SIGINT', 'SIGTERM']
  for (const signal of signals) process.on(signal, stop)
  const built = await buildIfNeeded(root, (line) => process.stderr.write(`${line}\n`))
  // Whoever stopped the build did not ask for what comes after it, nor for an explanation.
  if (stopped !== undefined) process.exit(stopped)
  for (const signal of signals) process.off(signal, stop)
  if (built.ok) return 'out/main/cli.js'
  process.stderr.write(`parley: ${built.message}\n`)
  process.exitCode = INTERNAL_ERROR
  return undefined
}

if (await onNode24(fileURLToPath(import.meta.url))) {
  const file = await entry()
  if (file !== undefined) await import(pathToFileURL(path.join(root, file)).href)
}
