import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { defaultDataDir, openDataDir } from './data-dir.ts'

const temp = mkdtempSync(path.join(tmpdir(), 'parley-data-dir-'))
afterAll(() => rmSync(temp, { recursive: true }))

describe('data folder', () => {
  it.each([
    ['linux', {}, '/home/u/.local/share/parley'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/parley'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/u/.local/share/parley'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/home/u/Library/Application Support/Parley'],
    ['win32', { APPDATA: 'C:\\Users\\u\\AppData\\Roaming' }, 'C:\\Users\\u\\AppData\\Roaming\\Parley']
  ] as const)('on %s with %j is %s', (platform, env, dir) => expect(defaultDataDir(platform, env, '/home/u')).toBe(dir))

  it.skipIf(process.platform === 'win32')('is made with its parents and closed to other users, also an old one', () => {
    const dir = path.join(temp, 'a/b')
    expect(openDataDir(dir)).toBe(dir)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    chmodSync(dir, 0o755)
    openDataDir(dir)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
  })

  it('throws what the system says where no folder can be', () => {
    writeFileSync(path.join(temp, 'file'), '')
    expect(() => openDataDir(path.join(temp, 'file'))).toThrow('EEXIST')
    expect(() => openDataDir(path.join(temp, 'file/below'))).toThrow('ENOTDIR')
  })
})
