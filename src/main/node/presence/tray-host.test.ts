import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { trayAbility } from './tray-host.ts'

let bin = ''
beforeEach(() => {
  bin = mkdtempSync(path.join(tmpdir(), 'parley-tray-'))
})
afterEach(() => rmSync(bin, { recursive: true, force: true }))

function program(name: string, script: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(path.join(bin, name), 0o755)
}

const linux = () => trayAbility('linux', { PATH: bin })

describe('whether a tray can be seen', () => {
  it('is taken for granted on Windows and macOS', async () => {
    expect((await trayAbility('win32', {})).works).toBe(true)
    expect((await trayAbility('darwin', {})).works).toBe(true)
  })

  it('is asked of the session bus on Linux, with the exact question', async () => {
    program(
      'gdbus',
      `case "$*" in *NameHasOwner\\ org.kde.StatusNotifierWatcher) echo "(true,)";; *) echo "(false,)";; esac`
    )
    expect(await linux()).toEqual({ works: true, why: 'Parley has a place in the tray of this desktop.' })
    program('gdbus', 'echo "(false,)"')
    expect(await linux()).toMatchObject({ works: false, why: expect.stringContaining('shows no tray') as string })
  })

  it('falls back to the other program, and a bus that fails is none', async () => {
    program('dbus-send', 'echo "   boolean true"')
    expect((await linux()).works).toBe(true)
    program('dbus-send', 'echo "Failed to open connection" >&2; exit 1')
    expect((await linux()).works).toBe(false)
  })

  it('says so where nobody can be asked', async () => {
    expect((await linux()).why).toContain('neither gdbus nor dbus-send')
  })
})
