import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeTempFolder, sweepTempFolders } from './temp-folder.ts'

let root: string
const { TMPDIR } = process.env
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-test-temp-'))
  process.env['TMPDIR'] = root
})
afterEach(() => {
  if (TMPDIR === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = TMPDIR
  rmSync(root, { recursive: true, force: true })
})

function folder(name: string, ageMs: number): string {
  const path = join(root, name)
  mkdirSync(path)
  const at = new Date(Date.now() - ageMs)
  utimesSync(path, at, at)
  return path
}

it('removes what dead processes left behind, and nothing else', () => {
  const { pid: dead } = spawnSync(process.execPath, ['-e', ''])
  const stale = [folder(`parley-turn-${dead}-abc`, 120_000), folder(`parley-voice-${dead}-abc`, 120_000)]
  const kept = [
    makeTempFolder('turn'),
    folder(`parley-voice-${process.pid}-old`, 120_000),
    folder(`parley-turn-${dead}-new`, 0),
    folder('parley-bench-77-abc', 120_000)
  ]
  sweepTempFolders()
  expect(stale.filter(existsSync)).toEqual([])
  expect(kept.filter(existsSync)).toEqual(kept)
})
