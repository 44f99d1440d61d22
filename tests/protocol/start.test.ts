import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHost, Launched, openLink, program, READY } from './start.test-support.ts'

let temp: string
let running: Launched[] = []
beforeEach(() => {
  temp = mkdtempSync(path.join(tmpdir(), 'parley-start-'))
})
afterEach(async () => {
  for (const each of running) await each.end('SIGKILL')
  running = []
  rmSync(temp, { recursive: true, force: true })
})

type LaunchOptions = NonNullable<ConstructorParameters<typeof Launched>[1]>

/** Every run has a data folder of its own. */
function launch(args: readonly string[], options: LaunchOptions = {}): Launched {
  const launched = new Launched(['--data-dir', path.join(temp, 'data'), ...args], options)
  running.push(launched)
  return launched
}

const file = (name: string, text: string): string => {
  const at = path.join(temp, name)
  writeFileSync(at, text)
  return at
}
const readIfThere = (at: string): string => (existsSync(at) ? readFileSync(at, 'utf8') : '')

describe('npm start', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'as root: says why there is no window, prints exactly one line, stays up, ends clean on %s',
    async (signal) => {
      const app = launch(['--port', '0'], { machine: ['root'] })
      const { port, link } = await app.ready()
      expect(await openLink(link)).toMatch(new RegExp(`^parley-${port}=`))
      expect(await openLink(link)).toBe(403)
      expect(await app.end(signal)).toBe(0)
      expect(app.stdout).toMatch(READY)
      expect(app.stderr.trim().split('\n')).toEqual([
        "Electron cannot run here: Chromium does not start as root with its sandbox on. Parley's web host is started instead.",
        'No window is opened: Chromium does not start as root with its sandbox on. Open the link above in a browser.'
      ])
    }
  )

  it('without a display, and without a browser, says so and stays up', async () => {
    const blind = launch(['--port', '0'], { machine: ['user'] })
    await blind.ready()
    expect(blind.stderr).toContain('Electron cannot run here: there is no display')
    await blind.end()
    const bare = launch(['--port', '0', '--host', 'web'], {
      machine: ['user'],
      env: { DISPLAY: ':104', PATH: '/nowhere' }
    })
    await bare.ready()
    await expect.poll(() => bare.stderr).toContain('No window is opened: no Chromium, Chrome or Edge was found')
    expect(bare.stderr).not.toContain('Electron')
  })

  it('--host web --no-open says nothing but the line; its data folder is closed to others', async () => {
    const app = launch(['--host', 'web', '--no-open', '--port=0'])
    await app.ready()
    expect(await app.end()).toBe(0)
    expect([app.stdout.match(READY) === null, app.stderr]).toEqual([false, ''])
    expect(statSync(path.join(temp, 'data')).mode & 0o077).toBe(0)
  })

  it('--profile and --connect reach the page', async () => {
    const profile = file('mine.json', '{"schemaVersion":1,"name":"Mine","service":"builtin"}')
    const app = launch(['--host', 'web', '--no-open', '--port', '0', '--connect', '--profile', profile])
    const { port, link } = await app.ready()
    const cookie = String(await openLink(link))
    expect(await callHost(port, cookie, 'app:info')).toMatchObject({
      ok: true,
      value: { host: 'web', connectAtStart: true }
    })
    const list = (await callHost(port, cookie, 'profiles:list')) as {
      value: { profiles: { id: string; name: string }[]; chosenId: string }
    }
    expect(list.value.profiles.find(({ id }) => id === list.value.chosenId)?.name).toBe('Mine')
  })

  it('an open page finds its way back after a restart: the cookie holds, the old link does not', async () => {
    const first = launch(['--host', 'web', '--no-open', '--port', '0'])
    const { port, link } = await first.ready()
    const cookie = String(await openLink(link))
    await first.end()
    const second = launch(['--host', 'web', '--no-open', '--port', String(port)])
    await second.ready()
    expect(await callHost(port, cookie, 'app:info')).toMatchObject({ ok: true })
    expect(await openLink(link)).toBe(403)
  })

  it('Enter in the terminal gives a new link that works', async () => {
    const app = launch(['--host', 'web', '--no-open', '--port', '0'], { machine: ['terminal'] })
    const { link } = await app.ready()
    await openLink(link)
    app.child.stdin?.write('\n')
    await expect.poll(() => app.stderr).toMatch(/^A new link: http:\S+\n$/)
    expect(await openLink(app.stderr.trim().split(' ').at(-1) ?? '')).toMatch(/^parley-/)
    expect(app.stdout).toMatch(READY)
  })

  it('goes on with its own Node when started with Node 20: output, signals and exit codes pass through', async () => {
    const app = launch(['--host', 'web', '--no-open', '--port', '0'], { machine: ['node20'] })
    await app.ready()
    expect(await app.end()).toBe(0)
    expect(await launch(['--port', 'x'], { machine: ['node20'] }).exit).toBe(2)
  })
})

describe('bad input', () => {
  it.each([
    [['--port', '99999'], '--port must be a whole number from 0 to 65535'],
    [['--host', 'phone'], '--host must be desktop or web'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['web'], "Unexpected argument 'web'"]
  ])('%j ends with 2, a sentence and the usage', async (args, problem) => {
    const app = launch(args)
    expect(await app.exit).toBe(2)
    expect(app.stderr).toContain(problem)
    expect(app.stderr).toContain('Usage: npm start -- [options]')
    expect(app.stdout).toBe('')
  })

  it('--help is on stdout and ends with 0', async () => {
    const app = launch(['--help'])
    expect(await app.exit).toBe(0)
    expect(app.stdout).toContain('Usage: npm start -- [options]')
  })

  it.each([
    ['absent', undefined, 'cannot be read: there is no such file'],
    ['no JSON', '{"schemaVersion":', 'cannot be used'],
    ['no profile', '[]', 'cannot be used'],
    ['of a later version', '{"schemaVersion":2,"name":"x","service":"builtin"}', 'cannot be used'],
    ['of an unknown service', '{"schemaVersion":1,"name":"x","service":"other"}', 'cannot be used'],
    ['of Napster', '{"schemaVersion":1,"name":"x","service":"napster"}', 'Napster']
  ])('a profile that is %s ends with 2 and one sentence', async (_what, text, problem) => {
    const profile = text === undefined ? path.join(temp, 'absent.json') : file('bad.json', text)
    const app = launch(['--host', 'web', '--no-open', '--port', '0', '--profile', profile])
    expect(await app.exit).toBe(2)
    expect(app.stderr).toContain(`The profile ${profile} `)
    expect(app.stderr).toContain(problem)
    expect([app.stdout, app.stderr.trim().split('\n').length]).toEqual(['', 1])
  })

  it('a profile that is a folder ends with 2 and one sentence', async () => {
    const app = launch(['--host', 'web', '--no-open', '--port', '0', '--profile', temp])
    expect(await app.exit).toBe(2)
    expect(app.stderr).toContain(`The profile ${temp} cannot be read: it is a folder`)
  })

  it('a data folder that is a file ends with 1 and what to do', async () => {
    const taken = file('taken', '')
    const app = launch(['--host', 'web', '--no-open', '--port', '0', '--data-dir', taken])
    expect(await app.exit).toBe(1)
    expect(app.stderr).toMatch(/^The data folder \S+ cannot be used: EEXIST.*Choose another: --data-dir DIR\n$/)
  })

  it('settings that the system does not let be read end with 1 and a sentence', async () => {
    program(path.join(temp, 'data/parley.json/file'), '')
    const app = launch(['--host', 'web', '--no-open', '--port', '0'])
    expect(await app.exit).toBe(1)
    expect(app.stderr).toMatch(/^The settings in \S+ cannot be read: it is a folder\. [^\n]*--data-dir DIR\.\n$/)
  })

  it('broken settings do not keep it from starting', async () => {
    program(path.join(temp, 'data/parley.json'), '')
    writeFileSync(path.join(temp, 'data/web-session.json'), '\0')
    const app = launch(['--host', 'web', '--no-open', '--port', '0'])
    const { port, link } = await app.ready()
    expect(await callHost(port, String(await openLink(link)), 'profiles:list')).toMatchObject({ ok: true })
  })

  it('a port that a Parley has, or another program, is told apart', async () => {
    const first = launch(['--host', 'web', '--no-open', '--port', '0'])
    const { port } = await first.ready()
    const folder = ['--data-dir', path.join(temp, 'another')]
    const second = launch(['--host', 'web', '--no-open', '--port', String(port), ...folder])
    expect(await second.exit).toBe(1)
    expect(second.stderr).toMatch(new RegExp(`^Parley already runs on port ${port}\\. .*--port 0\\.\n$`))
    const other = await listener()
    const third = launch(['--host', 'web', '--no-open', '--port', String(other.port), ...folder])
    expect(await third.exit).toBe(1)
    expect(third.stderr).toMatch(new RegExp(`^Another program uses port ${other.port}\\. .*--port 0\n$`))
    other.server.close()
  })
})

/** A stand-in for the program itself: `npm start` sees only how it ends. */
const electron = (body: string): Record<string, string> => {
  program(path.join(temp, 'dist/electron'), body)
  return { ELECTRON_OVERRIDE_DIST_PATH: path.join(temp, 'dist') }
}

describe('Electron', () => {
  it('gets the checkout and the flags, and its clean end is the end', async () => {
    const out = path.join(temp, 'args')
    const app = launch(['--connect'], { env: electron(`printf '%s\\n' "$@" > '${out}'`) })
    expect(await app.exit).toBe(0)
    expect(readFileSync(out, 'utf8').split('\n').slice(1, 3)).toEqual(['--connect', `--data-dir=${temp}/data`])
    expect([app.stdout, app.stderr]).toEqual(['', ''])
  })

  it('that fails at once is told in one line, and the web host takes over', async () => {
    const app = launch(['--port', '0', '--no-open'], { env: electron('exit 7') })
    await app.ready()
    expect(app.stderr).toBe(
      "Electron cannot run here: it ended with code 7 while starting. Parley's web host is started instead.\n"
    )
    expect(await app.end()).toBe(0)
  })

  it('with --host desktop there is no web host instead', async () => {
    const app = launch(['--host', 'desktop'], { env: electron('exit 7') })
    expect(await app.exit).toBe(1)
    expect([app.stdout, app.stderr]).toEqual(['', 'Electron cannot run here: it ended with code 7 while starting.\n'])
    const absent = launch(['--host', 'desktop'], { env: { ELECTRON_OVERRIDE_DIST_PATH: path.join(temp, 'nowhere') } })
    expect(await absent.exit).toBe(1)
    expect(absent.stderr).toContain('ELECTRON_OVERRIDE_DIST_PATH holds no')
    const asRoot = launch(['--host', 'desktop'], { machine: ['root'] })
    expect(await asRoot.exit).toBe(1)
    expect(asRoot.stderr).toContain('as root')
  })

  it('wrong flags of its own (code 2) are not tried again as a web host', async () => {
    const app = launch([], { env: electron('exit 2') })
    expect(await app.exit).toBe(2)
    expect(app.stderr).toBe('')
  })

  it('a signal to the launcher ends it', async () => {
    const up = path.join(temp, 'up')
    const app = launch([], {
      env: electron(`trap 'echo ended > "${up}"; exit 0' TERM; echo up > '${up}'; while :; do sleep 0.1; done`)
    })
    await expect.poll(() => readIfThere(up), { timeout: 10_000 }).toBe('up\n')
    expect(await app.end()).toBe(0)
    expect(readIfThere(up)).toBe('ended\n')
  })
})

const withBrowser = (body: string): LaunchOptions => ({
  machine: ['user'],
  env: { DISPLAY: ':104', PARLEY_BROWSER: program(path.join(temp, 'browser'), body) }
})

describe('the app window', () => {
  it('opens a link of its own in its own profile folder; the printed link stays good', async () => {
    const out = path.join(temp, 'args')
    const opened = withBrowser(`env > '${out}.env'; printf '%s\\n' "$@" > '${out}'; exec sleep 30`)
    const keys = { DEEPGRAM_API_KEY: 'canary-1', PARLEY_SECRET_LLM: 'canary-2' }
    const app = launch(['--host', 'web', '--port', '0'], { ...opened, env: { ...opened.env, ...keys } })
    const { link } = await app.ready()
    await expect.poll(() => readIfThere(out)).toContain('--app=')
    // Keys of the environment are not the browser's.
    expect(readFileSync(`${out}.env`, 'utf8')).toContain('DISPLAY=:104')
    expect(readFileSync(`${out}.env`, 'utf8')).not.toContain('canary')
    const args = readFileSync(out, 'utf8').split('\n')
    expect(args).toContain(`--user-data-dir=${temp}/data/window`)
    const own = args.find((arg) => arg.startsWith('--app='))?.slice(6) ?? ''
    expect(own).not.toBe(link)
    expect(await openLink(own)).toMatch(/^parley-/)
    expect(await openLink(link)).toMatch(/^parley-/)
    expect(await app.end()).toBe(0)
    expect(app.stderr).toBe('')
  })

  it('closed by the person ends Parley with 0', async () => {
    const app = launch(['--host', 'web', '--port', '0'], withBrowser('exec sleep 3.5'))
    await app.ready()
    expect(await app.exit).toBe(0)
  })

  it('that cannot open is told with its last words, and Parley stays up', async () => {
    const app = launch(['--host', 'web', '--port', '0'], withBrowser('echo no display >&2; exit 1'))
    const { link } = await app.ready()
    await expect
      .poll(() => app.stderr)
      .toMatch(/could not open a window: it ended with code 1: no display\. Open the link above/)
    expect(await openLink(link)).toMatch(/^parley-/)
  })

  it('handed over to a browser that runs already is told, and Parley stays up', async () => {
    const app = launch(['--host', 'web', '--port', '0'], withBrowser('exit 0'))
    await app.ready()
    await expect.poll(() => app.stderr).toContain('Press Ctrl+C here to end it.')
    expect(await app.end('SIGINT')).toBe(0)
  })
})

async function listener(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.on('error', () => undefined).end('not http'))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as { port: number }).port }
}
