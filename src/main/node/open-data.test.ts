import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock, silentLog } from '../../core/testing.test-support.ts'
import { LOCK_FILE, lockDataDir } from './data-lock.ts'
import { DataFolderError, openData } from './open-data.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'parley-data-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const open = () => openData({ dataDir, log: silentLog, clock: new ManualClock() })

describe('the data folder', () => {
  it('is one process’s alone until it closes it', () => {
    const data = open()
    data.store.write('k', 1)
    expect(lockDataDir(dataDir, 20).kind).toBe('taken')
    data.close()
    data.close()
    const again = open()
    expect(again.store.read('k')).toBe(1)
    expect(again.problems.list()).toEqual([])
    again.close()
  })

  it('that another one has is refused in one sentence', () => {
    const data = open()
    expect(open).toThrow(
      expect.objectContaining({
        name: 'DataFolderError',
        message: expect.stringMatching(/running already with the data folder .*Use its window or quit it/) as string
      }) as Error
    )
    data.close()
  })

  it('whose settings cannot be read is refused with the reason, and let go', () => {
    mkdirSync(path.join(dataDir, 'parley.json'))
    expect(open).toThrow(DataFolderError)
    expect(open).toThrow(/it is a folder.*--data-dir DIR/)
    expect(lockDataDir(dataDir, 20).kind).toBe('held')
  })

  it('without locks is used all the same, and told', () => {
    mkdirSync(path.join(dataDir, LOCK_FILE))
    const data = open()
    expect(data.problems.list()).toMatchObject([{ code: 'in-use', message: /Start only one/ }])
    data.store.write('k', 1)
    data.close()
  })
})
