#!/usr/bin/env node
// `node scripts/check-electron-age.mjs`: asks the npm registry whether the pinned Electron is too old. Exit code 1 and a line per finding.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { electronAgeFindings } from './electron-age.mjs'

const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const told = execFileSync(npm, ['view', 'electron', 'dist-tags', 'time', '--json'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  shell: process.platform === 'win32'
})
const { 'dist-tags': tags, time } = JSON.parse(told)
const pinned = devDependencies.electron
const findings = electronAgeFindings({ pinned, latest: tags.latest, times: time, nowMs: Date.now() })
for (const finding of findings) process.stderr.write(`${finding}\n`)
if (findings.length > 0) process.exitCode = 1
else process.stdout.write(`Electron ${pinned} is not too old\n`)
