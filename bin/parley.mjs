#!/usr/bin/env node
// Plain JavaScript for Node 20: finds Node 24 (the project brings one), builds if need be, then runs the CLI.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NEEDED_MAJOR = 24
const INTERNAL_ERROR = 70
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Runs this file again on the project's own Node and ends as it ended. */
function runOn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  const forward = (signal) => child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  child.on('error', (error) => {
    process.stderr.write(`parley: ${node} does not run: ${error.message}. Run "npm ci" in ${root} again.\n`)
    process.exitCode = INTERNAL_ERROR
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

async function run() {
  if (process.env.PARLEY_SOURCE === '1') {
    await import(pathToFileURL(path.join(root, 'src/main/cli/index.ts')).href)
    return
  }
  const { buildIfNeeded } = await import('../scripts/build-if-needed.mjs')
  const built = await buildIfNeeded(root, (line) => process.stderr.write(`${line}\n`))
  if (!built.ok) {
    process.stderr.write(`parley: ${built.message}\n`)
    process.exitCode = INTERNAL_ERROR
    return
  }
  await import(pathToFileURL(path.join(root, 'out/main/cli.js')).href)
}

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  await run()
} else {
  const own = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(own)) {
    runOn(own)
  } else {
    process.stderr.write(
      `parley: this is Node ${process.versions.node}, and Node ${NEEDED_MAJOR} or newer is needed. ` +
        `Run "npm ci" in ${root}: it brings one. Or install Node ${NEEDED_MAJOR} yourself.\n`
    )
    process.exitCode = INTERNAL_ERROR
  }
}
