import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../core/testing.test-support.ts'
import { lockDataDir } from '../node/data-lock.ts'
import { systemClock } from '../node/system-clock.ts'
import { CliError } from './exit-codes.ts'
import { readProfilesArguments } from './profiles-arguments.ts'
import { profiles } from './profiles.ts'
import { scrubberFor } from './scrub.ts'

let dir: string
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), 'parley-profiles-'))))
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const options = readProfilesArguments([...args, '--data-dir', path.join(dir, 'data')])
  if (options === undefined) throw new Error('help')
  const [printed, told]: [string[], string[]] = [[], []]
  const code = await profiles(options, {
    env,
    clock: systemClock,
    log: silentLog,
    scrub: scrubberFor(env),
    print: (line) => void printed.push(line),
    tell: (line) => void told.push(line),
    atExit: () => () => undefined,
    stopped: new Promise(() => undefined)
  })
  return { code, printed, told }
}

function file(change: object = {}): string {
  const at = path.join(dir, 'agent.json')
  writeFileSync(at, JSON.stringify({ schemaVersion: 1, name: 'My agent', service: 'deepgram', ...change }))
  return at
}

describe('parley profiles', () => {
  it('lists what there is, also where there is no folder yet, and makes none', async () => {
    const { code, printed } = await run(['list'])
    expect(code).toBe(0)
    expect(printed[0]).toBe('builtin  Built-in agent  builtin, chosen')
    expect(existsSync(path.join(dir, 'data'))).toBe(false)
  })

  it('imports a file, holds what it would enable, and allows it only when it is told to', async () => {
    const plain = await run(['import', file()])
    expect(plain).toEqual({ code: 0, printed: [expect.stringMatching(/^own-/)], told: [] })
    const held = await run(['import', file({ name: 'Held', hotkey: 'Ctrl+Alt+KeyP' })])
    expect(held.told).toEqual(['hotkey  hotkey  Ctrl+Alt+KeyP', expect.stringContaining('held until you allow')])
    const free = await run(['import', file({ name: 'Free', hotkey: 'Ctrl+Alt+KeyQ' }), '--allow'])
    expect(free.told.at(-1)).toBe('It is allowed to do this.')
    expect((await run(['list'])).printed.slice(-3)).toEqual([
      `${plain.printed[0]}  My agent  deepgram`,
      `${held.printed[0]}  Held  deepgram, held`,
      `${free.printed[0]}  Free  deepgram`
    ])
  })

  it('exports by name or id, without secrets, and says which places held some', async () => {
    const settings = { headers: { authorization: 'Bearer abc' }, note: 'canary-key-1' }
    const [id = ''] = (await run(['import', file({ settings })])).printed
    for (const which of [id, 'My agent']) {
      const { printed, told } = await run(['export', which], { DEEPGRAM_API_KEY: 'canary-key-1' })
      expect(JSON.parse(printed.join('\n'))).toMatchObject({
        name: 'My agent',
        settings: { headers: { authorization: 'Bearer {{secret:AUTHORIZATION}}' }, note: '{{secret:DEEPGRAM_API_KEY}}' }
      })
      expect(told).toEqual([
        expect.stringMatching(/^settings\.headers\.authorization looked like a secret/),
        expect.stringMatching(/^settings\.note looked like/)
      ])
    }
  })

  it('reads beside a running Parley, and imports nothing then', async () => {
    await run(['import', file()])
    const lock = lockDataDir(path.join(dir, 'data'))
    const before = readFileSync(path.join(dir, 'data', 'parley.json'), 'utf8')
    expect((await run(['list'])).printed.at(-1)).toContain('My agent')
    expect((await run(['export', 'My agent'])).code).toBe(0)
    await expect(run(['import', file()])).rejects.toThrow(/running already/)
    expect(readFileSync(path.join(dir, 'data', 'parley.json'), 'utf8')).toBe(before)
    if (lock.kind === 'held') lock.release()
  })

  it.each([
    [['export', 'Nobody'], /no profile "Nobody"/],
    [['import', '/nowhere/x.json'], /Cannot read \/nowhere\/x\.json: there is no such file/],
    [['import', '/dev/null'], /not valid JSON/]
  ])('%j ends with a sentence', async (args, sentence) => {
    await expect(run(args)).rejects.toThrow(CliError)
    await expect(run(args)).rejects.toThrow(sentence)
  })

  it('asks for the id where a name is not enough', async () => {
    await run(['import', file()])
    await run(['import', file()])
    await expect(run(['export', 'My agent'])).rejects.toThrow(/There are 2 profiles "My agent".*own-/)
  })

  it('keeps nothing in a file of a newer Parley, and says so', async () => {
    await run(['import', file()])
    writeFileSync(path.join(dir, 'data', 'parley.json'), '{"schemaVersion":9}')
    await expect(run(['import', file()])).rejects.toThrow(/was not kept.*newer Parley/)
  })

  it.each([
    [[], /one of: list, export, import/],
    [['remove', 'x'], /one of/],
    [['export'], /which profile/],
    [['import'], /which file/],
    [['list', 'x'], /nothing more/],
    [['export', 'My', 'agent'], /in quotes/],
    [['list', '--allow'], /belongs to profiles import/],
    [['list', '--port', '1'], /knows only the options/],
    [['list', '--data-dir', ''], /name of a folder/]
  ])('refuses %j', (args, sentence) => {
    expect(() => readProfilesArguments(args)).toThrow(sentence)
  })

  it('has help', () => expect(readProfilesArguments(['--help'])).toBeUndefined())
})
