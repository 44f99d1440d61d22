import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loginItem, startedAtLogin } from './login-item.ts'

let home = ''
const told: object[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'parley-login-item-'))
  told.length = 0
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const on = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}, isPackaged = true) =>
  loginItem({
    app: { isPackaged, setLoginItemSettings: (settings) => void told.push(settings) },
    platform,
    env,
    home,
    execPath: '/opt/Parley/parley'
  })

test('Windows and macOS are told; Windows with the flag that hides the window', () => {
  on('win32').set(true)
  on('win32').set(false)
  on('darwin').set(true)
  expect(told).toEqual([
    { openAtLogin: true, args: ['--hidden'] },
    { openAtLogin: false, args: ['--hidden'] },
    { openAtLogin: true }
  ])
  expect(existsSync(join(home, '.config'))).toBe(false)
})

test('on Linux it is a file that starts the program, or the AppImage that holds it', () => {
  const file = join(home, '.config/autostart/parley.desktop')
  on('linux').set(true)
  expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/Parley/parley" "--hidden"\n')
  on('linux', { APPIMAGE: '/home/a/Parley.AppImage' }).set(true)
  expect(readFileSync(file, 'utf8')).toContain('Exec="/home/a/Parley.AppImage" "--hidden"\n')
  on('linux').set(false)
  expect(existsSync(file)).toBe(false)
  expect(told).toEqual([])
})

test('what was started from its sources cannot, says so and changes nothing', () => {
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    const item = on(platform, {}, false)
    expect(item).toMatchObject({ works: false, why: expect.stringContaining('installed') as string })
    item.set(true)
  }
  expect(told).toEqual([])
  expect(existsSync(join(home, '.config'))).toBe(false)
})

test('only macOS is asked whether the system started Parley', () => {
  const app = { getLoginItemSettings: () => ({ wasOpenedAtLogin: true }) as Electron.LoginItemSettings }
  expect(startedAtLogin(app, 'darwin')).toBe(true)
  expect(startedAtLogin(app, 'linux')).toBe(false)
})
