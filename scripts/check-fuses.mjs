#!/usr/bin/env node
// Reads the fuses of a packed app and compares them with the table in build/fuses.mjs.
// Usage: node scripts/check-fuses.mjs PROGRAM...     (.app, .exe or a Linux program) exit code 1 and one line per finding
import process from 'node:process'
import { fuseFindings, FUSES, readFuses } from '../build/fuses.mjs'

const programs = process.argv.slice(2)
if (programs.length === 0) {
  process.stderr.write('Usage: node scripts/check-fuses.mjs PROGRAM...\n')
  process.exitCode = 2
}
for (const program of programs) {
  const findings = fuseFindings(await readFuses(program))
  for (const finding of findings) process.stderr.write(`${program}: ${finding}\n`)
  if (findings.length > 0) process.exitCode = 1
  else process.stdout.write(`${program}: all ${Object.keys(FUSES).length} fuses are as they must be\n`)
}
