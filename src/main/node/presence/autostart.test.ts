import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { autostartEntry, autostartFile, isAutostart, setAutostart } from './autostart.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'parley-login-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

describe('starting at login on Linux', () => {
  it('is a file in the autostart folder, and no file where it is off', () => {
    const file = autostartFile({}, home)
    expect(file).toBe(path.join(home, '.config/autostart/parley.desktop'))
    expect(autostartFile({ XDG_CONFIG_HOME: '/else' }, home)).toBe('/else/autostart/parley.desktop')
    expect(autostartFile({ XDG_CONFIG_HOME: 'relative' }, home)).toBe(file)
    setAutostart(file, ['/opt/Parley/parley', '--hidden'])
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/Parley/parley" "--hidden"\n')
    expect(isAutostart(file)).toBe(true)
    setAutostart(file, undefined)
    setAutostart(file, undefined)
    expect(isAutostart(file)).toBe(false)
  })

  it('quotes a path whatever is in it, and takes no second line', () => {
    expect(autostartEntry(['/a b/100%/$HOME/`x`/"q"\\'])).toContain(
      String.raw`Exec="/a b/100%%/\\$HOME/\\` + '`x' + String.raw`\\` + '`' + String.raw`/\\"q\\"\\\\"` + '\n'
    )
    expect(() => autostartEntry(['/a\nExec=evil'])).toThrow('control character')
  })
})
