import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Profiles } from '../../core/profiles/profile-list.ts'
import { lockDataDir } from '../node/data-lock.ts'
import { formatSettings } from '../node/settings-file.ts'
import { systemClock } from '../node/system-clock.ts'
import { CliError } from './exit-codes.ts'
import { readKeysArguments } from './keys-arguments.ts'
import { keptSecrets, keys } from './keys.ts'
import { scrubberFor } from './scrub.ts'

const KEY = 'canary0123456789abcdef0123456789abcdef01'
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

let dir: string
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), 'parley-keys-'))))
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

/** A terminal: the page's keys go in, what is drawn comes out. */
class Terminal extends PassThrough {
  readonly isTTY = true
  raw = false
  setRawMode(raw: boolean): this {
    this.raw = raw
    return this
  }
}

async function run(line: string, input: PassThrough | string = '', env: Record<string, string> = {}) {
  const options = readKeysArguments([...line.split(' '), '--data-dir', dir])
  if (options === undefined) throw new Error('help')
  const stream = typeof input === 'string' ? new PassThrough() : input
  if (typeof input === 'string') stream.end(input)
  const drawn = new PassThrough()
  let printed = ''
  const code = await keys(options, {
    env,
    clock: systemClock,
    log: silent,
    scrub: scrubberFor(env),
    print: (text) => void (printed += `${text}\n`),
    tell: (text) => void (printed += `${text}\n`),
    streams: () => ({ input: stream, output: drawn }),
    atExit: () => () => undefined,
    stopped: new Promise(() => undefined)
  })
  return { code, printed, drawn: String(drawn.read() ?? '') }
}

describe('parley keys', () => {
  it('whose agents cannot be read says which file, and what the system said', async () => {
    mkdirSync(path.join(dir, 'parley.json'))
    const told = await run('list').catch((cause: unknown) => cause)
    expect(told).toMatchObject({ exitCode: 2, message: expect.stringContaining(path.join(dir, 'parley.json')) })
  })

  it('keeps what comes on stdin, says where, lists it without its value, and forgets it', async () => {
    const set = await run('set deepgram', `  ${KEY}\n`)
    expect(set.code).toBe(0)
    expect(set.printed).toContain(path.join(dir, 'secrets.json'))
    expect(set.printed).toContain('not encrypted')
    expect(await keptSecrets({ env: {}, log: silent, scrub: scrubberFor({}) }, dir).store.serviceKey('deepgram')).toBe(
      KEY
    )
    const listed = await run('list')
    expect(listed.printed).toMatch(/^Deepgram {2}kept in the file {2}used by /)
    expect(set.printed + listed.printed).not.toContain(KEY)
    expect((await run('remove deepgram')).printed).toContain('not kept any more')
    expect(
      readdirSync(dir)
        .map((name) => readFileSync(path.join(dir, name), 'utf8'))
        .join('')
    ).not.toContain(KEY)
  })

  it('takes a kept key that was used out of everything that is written from then on', async () => {
    await run('set deepgram', KEY)
    const scrub = scrubberFor({})
    const { store } = keptSecrets({ env: {}, log: silent, scrub }, dir)
    expect(await store.serviceKey('deepgram')).toBe(KEY)
    expect(scrub.text(`at connect(${KEY})`)).toBe('at connect([Deepgram key])')
    expect(JSON.stringify(scrub.json({ headers: [`Token ${KEY}`] }))).not.toContain(KEY)
  })

  it('asks at a terminal, and draws nothing of what is typed', async () => {
    const terminal = new Terminal()
    const running = run('set secret:LLM', terminal)
    terminal.write(`${KEY}x\u007f\r`)
    const { printed, drawn } = await running
    expect(printed).toContain('It is not shown')
    expect(drawn + printed).not.toContain(KEY)
    expect(terminal.raw).toBe(false)
    expect(await keptSecrets({ env: {}, log: silent, scrub: scrubberFor({}) }, dir).store.secret('LLM')).toBe(KEY)
  })

  it('changes nothing when the question is not answered', async () => {
    const terminal = new Terminal()
    const running = run('set deepgram', terminal)
    terminal.write('abc\u0003')
    await expect(running).rejects.toMatchObject({ exitCode: 130 })
    expect(readdirSync(dir)).not.toContain('secrets.json')
  })

  it('lists what is missing, and who misses it', async () => {
    const document: Record<string, unknown> = {}
    const profiles = new Profiles({
      store: { read: (key) => document[key], write: (key, value) => void (document[key] = value) },
      random: Math.random,
      log: silent
    })
    const settings = { agent: { think: { prompt: 'Say {{secret:LLM}}.' } } }
    profiles.save(JSON.stringify({ schemaVersion: 1, name: 'Kitchen', service: 'deepgram', settings }))
    writeFileSync(path.join(dir, 'parley.json'), formatSettings(document))
    const { printed } = await run('list', '', { NAPSTER_API_KEY: KEY })
    expect(printed).toMatch(/Deepgram {2}missing {2}used by .*Kitchen/)
    expect(printed).toMatch(/\{\{secret:LLM\}\} {2}missing {2}used by Kitchen/)
    expect(printed).toMatch(/Napster {2}from the environment/)
  })

  it('changes nothing while Parley runs with the folder', async () => {
    const lock = lockDataDir(dir)
    // A lock of the same process is one of SQLite's own: another connection waits for it all the same.
    await expect(run('set deepgram', KEY)).rejects.toThrow(/running already/)
    if (lock.kind === 'held') lock.release()
    expect(readdirSync(dir)).not.toContain('secrets.json')
  })

  it.each([
    ['set deepgram abcdef', 'never given on the command line'],
    [`set ${KEY}`, 'which key'],
    [`set deepgram --value=${KEY}`, 'knows only the options'],
    ['set secret:1A', 'which key'],
    ['check secret:LLM', 'only the keys of services'],
    ['list all', 'takes nothing more'],
    ['show deepgram', 'needs one of']
  ])('%s is refused without a word of what was typed', (line, problem) => {
    const read = () => readKeysArguments(line.split(' '))
    expect(read).toThrow(CliError)
    expect(read).toThrow(problem)
    expect(read).not.toThrow(KEY)
  })
})
