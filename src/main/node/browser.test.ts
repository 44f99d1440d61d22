import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  findBrowser,
  openAppWindow,
  windowArguments,
  windowObstacle,
  windowProfileDir,
  type Machine
} from './browser.ts'

const temp = mkdtempSync(path.join(tmpdir(), 'parley-browser-'))
afterAll(() => rmSync(temp, { recursive: true }))

function machine(has: readonly string[], rest: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    env: { PATH: '/usr/local/bin:/usr/bin' },
    uid: 1000,
    exists: (f) => has.includes(f),
    ...rest
  }
}

describe('which browser', () => {
  it.each([
    ['nothing', [], undefined],
    ['Chrome before Chromium', ['/usr/bin/chromium', '/usr/bin/google-chrome'], '/usr/bin/google-chrome'],
    ['the earlier folder of PATH', ['/usr/bin/chromium', '/usr/local/bin/chromium'], '/usr/local/bin/chromium'],
    ['a snap before the script around it', ['/usr/bin/chromium-browser', '/snap/bin/chromium'], '/snap/bin/chromium'],
    ['Edge', ['/usr/bin/microsoft-edge'], '/usr/bin/microsoft-edge']
  ])('on Linux: %s', (_what, has, found) => expect(findBrowser(machine(has))).toBe(found))

  it('PARLEY_BROWSER goes first, and is passed over where it names nothing', () => {
    const env = { PATH: '/usr/bin', PARLEY_BROWSER: '/opt/mine' }
    expect(findBrowser(machine(['/usr/bin/chromium', '/opt/mine'], { env }))).toBe('/opt/mine')
    expect(findBrowser(machine(['/usr/bin/chromium'], { env }))).toBe('/usr/bin/chromium')
  })

  it('looks where macOS and Windows keep theirs', () => {
    const mac = '/Users/u/Applications/Chromium.app/Contents/MacOS/Chromium'
    expect(findBrowser(machine([mac], { platform: 'darwin', env: { HOME: '/Users/u' } }))).toBe(mac)
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
    const env = { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' }
    expect(findBrowser(machine([edge], { platform: 'win32', env, uid: undefined }))).toBe(edge)
  })

  it('ignores relative folders of PATH: a checkout must not bring its own browser', () => {
    expect(findBrowser(machine(['chromium', './chromium'], { env: { PATH: '.::' } }))).toBeUndefined()
  })
})

describe('whether a window can be shown', () => {
  it.each([
    ['root', { uid: 0, env: { DISPLAY: ':0' } }, 'as-root'],
    ['no display', { env: {} }, 'no-display'],
    ['an X display', { env: { DISPLAY: ':0' } }, undefined],
    ['a Wayland display', { env: { WAYLAND_DISPLAY: 'wayland-0' } }, undefined],
    ['macOS', { platform: 'darwin', uid: 0, env: {} }, undefined],
    ['Windows', { platform: 'win32', uid: undefined, env: {} }, undefined]
  ] as const)('%s', (_what, rest, obstacle) => expect(windowObstacle(machine([], rest))).toBe(obstacle))
})

describe('the window itself', () => {
  it('has a profile folder of its own, and a snap one that it may touch', () => {
    expect(windowProfileDir('/usr/bin/chromium', '/data', '/home/u')).toBe(path.join('/data', 'window'))
    expect(windowProfileDir('/snap/bin/chromium', '/data', '/home/u')).toBe('/home/u/snap/chromium/common/parley')
  })

  it('may be heard without a gesture and in the background: a talk key that is held elsewhere is none', () => {
    expect(windowArguments('http://127.0.0.1:1/', '/p')).toEqual(
      expect.arrayContaining([
        '--autoplay-policy=no-user-gesture-required',
        '--disable-background-timer-throttling',
        '--disable-backgrounding-occluded-windows',
        '--disable-renderer-backgrounding'
      ])
    )
  })

  it('keeps the sandbox and the web security on', () => {
    const args = windowArguments('http://127.0.0.1:1/?token=t', '/p')
    expect(args).toContain('--app=http://127.0.0.1:1/?token=t')
    expect(args).toContain('--user-data-dir=/p')
    expect(args.join(' ')).not.toMatch(/sandbox|web-security|unsafe|remote-debugging/)
  })
})

describe.skipIf(process.platform === 'win32')('the browser process', () => {
  let made = 0
  const scripted = (script: string): string => {
    const file = path.join(temp, `browser${(made += 1)}`)
    writeFileSync(file, `#!/bin/sh\n${script}\n`)
    chmodSync(file, 0o755)
    return file
  }

  it('gets its arguments as they are, spaces and all', async () => {
    const out = path.join(temp, 'args')
    await openAppWindow(scripted(`printf '%s\\n' "$@" > ${out}`), ['--app=http://x/?a=1&b=2', 'with space']).ended
    expect(readFileSync(out, 'utf8')).toBe('--app=http://x/?a=1&b=2\nwith space\n')
  })

  it('that ends at once with 0 has handed the window over', async () => {
    expect(await openAppWindow(scripted('exit 0'), []).ended).toEqual({ kind: 'handed-over' })
  })

  it('that fails at once is told with its last words', async () => {
    const { ended } = openAppWindow(scripted('echo first >&2; echo Missing X server >&2; exit 7'), [])
    expect(await ended).toEqual({ kind: 'failed', message: 'it ended with code 7: Missing X server' })
  })

  it('that fails without a word is told so', async () => {
    const { ended } = openAppWindow(scripted('exit 1'), [])
    expect(await ended).toEqual({ kind: 'failed', message: 'it ended with code 1' })
  })

  it('that dies of a signal at once has failed', async () => {
    expect(await openAppWindow(scripted('kill -9 $$'), []).ended).toMatchObject({ kind: 'failed' })
  })

  it('that is no program has failed, and nothing is thrown', async () => {
    const text = path.join(temp, 'text')
    writeFileSync(text, 'no program')
    expect((await openAppWindow(text, []).ended).kind).toBe('failed')
    const gone = openAppWindow(path.join(temp, 'absent'), [])
    expect((await gone.ended).kind).toBe('failed')
    await gone.close()
  })

  it('that ends after its window was up was closed by the person', async () => {
    expect(await openAppWindow(scripted('exec sleep 3.2'), []).ended).toEqual({ kind: 'closed' })
  }, 15_000)

  it('is asked to end, and made to when it does not listen', async () => {
    const window = openAppWindow(
      scripted(`trap '' TERM; echo up > ${path.join(temp, 'up')}; while :; do sleep 0.1; done`),
      []
    )
    await expect.poll(() => readIfThere(path.join(temp, 'up')), { timeout: 5000 }).toBe('up\n')
    const startedMs = performance.now()
    await window.close()
    expect(performance.now() - startedMs).toBeGreaterThan(2900)
  }, 15_000)
})

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
