import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const SETUP = new URL('../../scripts/setup-system.mjs', import.meta.url).href
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let bin: string
beforeEach(() => void (bin = mkdtempSync(path.join(tmpdir(), 'parley-apt-'))))
afterEach(() => rmSync(bin, { recursive: true }))

function script(name: string, body: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`)
  chmodSync(path.join(bin, name), 0o755)
}

/** A machine whose packages are the lines of a file; `apt-get install` adds its arguments to it. */
function scriptedApt(
  packages: readonly string[],
  { install = 'ok' }: { install?: 'ok' | 'fails' | 'does nothing' } = {}
): void {
  const list = path.join(bin, 'packages')
  writeFileSync(list, `${packages.join('\n')}\n`)
  script('dpkg-query', `grep -qx -- "$3" '${list}' && printf installed || { echo "no packages found" >&2; exit 1; }`)
  const act = {
    ok: `for word; do case $word in -*|install|DPkg*) ;; *) echo "$word" >> '${list}';; esac; done`,
    fails: 'echo E: no network >&2; exit 100',
    'does nothing': ':'
  }[install]
  script('apt-get', `echo "$DEBIAN_FRONTEND $*" >> '${bin}/asked'\ncase "$*" in *update) exit 0;; esac\n${act}`)
}

const debianRoot = { platform: 'linux', isDebian: true, isUbuntu: false, uid: 0 }

/** Answers of `setupSystem`, run with nothing on PATH but the scripted programs. */
function setup(machine: Partial<typeof debianRoot> = {}): { answer: string | null; said: string; asked: string[] } {
  const code = `
    const { setupSystem } = await import(${JSON.stringify(SETUP)})
    const answer = setupSystem(${JSON.stringify({ ...debianRoot, ...machine })})
    process.stdout.write('\\0' + JSON.stringify(answer ?? null))`
  const { PLAYWRIGHT_BROWSERS_PATH: _own, PARLEY_CHROMIUM: _named, ...env } = process.env
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...env, PATH: `${bin}:/bin.none`, PLAYWRIGHT_BROWSERS_PATH: bin, GREP: '' }
  })
  const [said, answer] = run.stdout.split('\0')
  if (answer === undefined) throw new Error(run.stderr)
  const asked = path.join(bin, 'asked')
  return {
    answer: JSON.parse(answer) as string | null,
    said: said ?? '',
    asked: existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n') : []
  }
}

/** The shell scripts need grep, which is not part of the pretended machine. */
beforeEach(() => {
  const grep = ['/bin/grep', '/usr/bin/grep'].find((at) => existsSync(at)) ?? 'grep'
  script('grep', `exec ${grep} "$@"`)
})

describe.skipIf(process.platform === 'win32')('system packages for the tests', () => {
  it('a Debian machine that has none gets them all, as root, without a question', () => {
    scriptedApt([])
    const { answer, said, asked } = setup()
    expect(answer).toBeNull()
    expect(asked).toHaveLength(2)
    expect(asked[0]).toMatch(/^noninteractive .*update$/)
    expect(asked[1]).toMatch(/^noninteractive .*install -y --no-install-recommends /)
    const needed =
      'chromium xvfb openbox pulseaudio xdotool sox espeak-ng pocketsphinx pocketsphinx-en-us pocketsphinx-testdata'
    for (const name of needed.split(' ')) {
      expect(asked[1]?.split(' ')).toContain(name)
    }
    expect(said).toContain('Installing system packages')
  })

  it('only what is missing is installed, and nothing the next time', () => {
    scriptedApt([])
    setup()
    const packages = readFileSync(path.join(bin, 'packages'), 'utf8')
    writeFileSync(path.join(bin, 'packages'), packages.replace('sox\n', ''))
    rmSync(path.join(bin, 'asked'))
    expect(setup().asked.at(-1)).toMatch(/--no-install-recommends sox$/)
    rmSync(path.join(bin, 'asked'))
    expect(setup()).toMatchObject({ answer: null, asked: [] })
  })

  it('a browser that is there already is taken', () => {
    scriptedApt([])
    script('google-chrome', '')
    expect(setup().asked.at(-1)).not.toContain(' chromium')
  })

  it('who is not root gets the exact command, and nothing is run', () => {
    scriptedApt([])
    const { answer, asked } = setup({ uid: 1000 })
    expect(answer).toMatch(
      /^System packages are missing\. Run:\n {2}sudo apt-get .*update && sudo apt-get .*install -y .*xvfb/
    )
    expect(asked).toEqual([])
  })

  it('elsewhere it names the packages and runs nothing', () => {
    scriptedApt([])
    for (const machine of [{ platform: 'darwin' }, { isDebian: false }]) {
      const { answer, asked } = setup(machine)
      expect(answer).toContain('run on Debian or Ubuntu')
      expect(answer).toContain('apt-get install -y --no-install-recommends chromium xvfb')
      expect(asked).toEqual([])
    }
  })

  it('a failed installation stops with what apt-get said and the command', () => {
    scriptedApt([], { install: 'fails' })
    expect(setup().answer).toMatch(/failed:\nE: no network\nTry by hand:\n {2}sudo apt-get/)
  })

  it('an installation that brought nothing is not taken for done; neither is a machine without apt-get', () => {
    scriptedApt([], { install: 'does nothing' })
    expect(setup().answer).toContain('Still missing after the installation')
    rmSync(path.join(bin, 'apt-get'))
    expect(setup().answer).toContain('ENOENT')
  })

  it("on Ubuntu, whose chromium is a snap, Playwright's own is fetched", () => {
    scriptedApt([])
    script('npx', `echo "npx $*" >> '${bin}/asked'`)
    const { asked, answer } = setup({ isUbuntu: true })
    expect(asked.at(-1)).toBe('npx --no playwright install --with-deps chromium')
    expect(asked[1]).not.toMatch(/ chromium( |$)/)
    // The scripted npx fetched nothing, and that is noticed.
    expect(answer).toContain('npx --no playwright install')
  })
})
