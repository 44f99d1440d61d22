import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nameAside } from './name-aside.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'parley-aside-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('two files that are moved aside in one millisecond take no place from each other', () => {
  const names = Array.from({ length: 3 }, () => {
    const aside = nameAside(path.join(dir, 'history.corrupt-'), '.db', '2026-01-02T03:04:05.006Z')
    writeFileSync(aside, '')
    return path.basename(aside)
  })
  const first = 'history.corrupt-2026-01-02T03-04-05-006Z'
  expect(names).toEqual([`${first}.db`, `${first}-2.db`, `${first}-3.db`])
})
