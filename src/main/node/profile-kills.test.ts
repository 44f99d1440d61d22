import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { seededRandom } from './seeded-random.test-support.ts'
import { killWriters } from './profile-kills.test-support.ts'

it('20 kills -9 at random moments of writes lose no write that returned, and leave no file that cannot be read', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'parley-kills-'))
  const outcome = await killWriters(dir, 20, seededRandom(1))
  expect(outcome).toMatchObject({ kills: 20, lost: [], unreadable: [] })
  expect(outcome.committed).toBeGreaterThan(20)
  rmSync(dir, { recursive: true })
}, 120_000)
