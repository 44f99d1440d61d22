import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { killWriters } from '../../src/main/node/profile-kills.test-support.ts'
import { seededRandom } from '../../src/main/node/seeded-random.test-support.ts'

it('1,000 kills -9 at random moments of writes lose no write that returned, and leave no file that cannot be read', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'parley-kills-'))
  const { kills, committed, midWrite, lost, unreadable } = await killWriters(dir, 1_000, seededRandom(2))
  expect({ kills, lost, unreadable }).toEqual({ kills: 1_000, lost: [], unreadable: [] })
  expect(committed).toBeGreaterThan(1_000)
  // Otherwise the kills would all have missed the writes.
  expect(midWrite).toBeGreaterThan(10)
  process.stdout.write(
    `profile-kills: ${kills} kills, ${committed} committed writes, ${midWrite} kills in the middle of a write\n`
  )
  rmSync(dir, { recursive: true })
})
