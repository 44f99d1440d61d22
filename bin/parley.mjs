#!/usr/bin/env node
// Plain JavaScript for Node 20: goes on with Node 24 (the project brings one), builds if need be, then runs the CLI.
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildIfNeeded } from '../scripts/build-if-needed.mjs'
import { onNode24, root } from '../scripts/own-node.mjs'

const INTERNAL_ERROR = 70

/** The CLI's file: the built one, made first where it is missing or old; the source itself when PARLEY_SOURCE=1. */
async function entry() {
  if (process.env.PARLEY_SOURCE === '1') return 'src/main/cli/index.ts'
  const built = await buildIfNeeded(root, (line) => process.stderr.write(`${line}\n`))
  if (built.ok) return 'out/main/cli.js'
  process.stderr.write(`parley: ${built.message}\n`)
  process.exitCode = INTERNAL_ERROR
  return undefined
}

if (await onNode24(fileURLToPath(import.meta.url))) {
  const file = await entry()
  if (file !== undefined) await import(pathToFileURL(path.join(root, file)).href)
}
