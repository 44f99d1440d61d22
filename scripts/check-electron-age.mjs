#!/usr/bin/env node
// `node scripts/check-electron-age.mjs`: asks the npm registry whether the pinned Electron is too old. Exit code 1 and a line per
// finding; 2 where the registry does not answer. Run once a week by .github/workflows/electron-age.yml.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { electronAgeFindings } from './electron-age.mjs'

const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const pinned = devDependencies.electron

/** What the registry says of Electron; undefined, and told, where it cannot be asked. */
function asked() {
  try {
    const told = execFileSync(npm, ['view', 'electron', 'dist-tags', 'time', '--json'], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'inherit'],
      shell: process.platform === 'win32'
    })
    return JSON.parse(told)
  } catch (cause) {
    process.stderr.write(`The registry could not be asked about Electron: ${cause.message}\n`)
    return undefined
  }
}

const known = asked()
if (known === undefined) process.exitCode = 2
else {
  const findings = electronAgeFindings({
    pinned,
    latest: known['dist-tags'].latest,
    times: known.time,
    nowMs: Date.now()
  })
  for (const finding of findings) process.stderr.write(`${finding}\n`)
  if (findings.length > 0) process.exitCode = 1
  else process.stdout.write(`Electron ${pinned} is not too old\n`)
}
