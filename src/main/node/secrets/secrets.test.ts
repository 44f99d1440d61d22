import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../../core/ports.ts'
import { EndError } from '../../../core/session/end-reasons.ts'
import { storeProblems } from '../data-problems.ts'
import { FILE_PROTECTION, type HostProtection, type SecretCipher } from './protection.ts'
import { openSecrets, type Secrets } from './secrets.ts'

const CANARY = 'canary0123456789abcdef0123456789abcdef01'
const OTHER = 'other-canary-0123456789'
const deepgram = { kind: 'service-key', service: 'deepgram' } as const
const llm = { kind: 'named', name: 'LLM' } as const

let dir: string
let logged: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'parley-secrets-'))
  logged = ''
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

/** Reverses the text, and counts the keys of the system that it was reversed with. */
class ScriptedKeyStore implements SecretCipher {
  generation = 1
  locked = false
  encrypt(value: string): Promise<string> {
    if (this.locked) return Promise.reject(new Error(`locked ${value}`))
    return Promise.resolve(
      Buffer.from(`${this.generation}:${Array.from(value).toReversed().join('')}`).toString('base64')
    )
  }
  decrypt(ciphertext: string): Promise<{ value: string; stale: boolean }> {
    if (this.locked) return Promise.reject(new Error('locked'))
    const [generation, text = ''] = Buffer.from(ciphertext, 'base64').toString().split(':')
    return Promise.resolve({
      value: Array.from(text).toReversed().join(''),
      stale: Number(generation) !== this.generation
    })
  }
}

const keyring = (cipher: SecretCipher): HostProtection => ({
  ask: () => Promise.resolve({ kind: 'system', cipher, why: 'The key store of the system.' }),
  unprotected: ['memory', 'file'],
  sealed: 'The key store cannot be used now.'
})

const log = (message: string, fields?: unknown): void => {
  logged += `${message} ${JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? value.message : value))}\n`
}

function open(protection: HostProtection = FILE_PROTECTION, env: Record<string, string> = {}) {
  const requests: HttpRequest[] = []
  const secrets = openSecrets({
    dataDir: dir,
    env,
    log: { debug: log, info: log, warn: log, error: log },
    problems: storeProblems(),
    protection,
    http: {
      request: (request) => {
        requests.push(request)
        return Promise.resolve({ kind: 'answered', status: 401, json: { echo: request.headers } })
      }
    }
  })
  return { secrets, requests }
}
const list = (secrets: Secrets) => secrets.handlers['secrets:list'](undefined)
const onDisk = (): string =>
  readdirSync(dir)
    .map((name) => readFileSync(path.join(dir, name), 'utf8'))
    .join('')

describe('keys of a host without a key store', () => {
  it('are kept in the file by choice, used after a restart, and never given back', async () => {
    const first = open()
    expect(await list(first.secrets)).toMatchObject({ rows: [], places: ['file', 'memory'] })
    const answer = await first.secrets.handlers['secrets:set']({
      target: deepgram,
      value: ` ${CANARY}\n`,
      place: 'file'
    })
    expect(answer.rows).toEqual([{ target: deepgram, place: 'file', usedBy: [] }])
    expect(JSON.stringify(answer)).not.toContain(CANARY)
    const { secrets } = open()
    expect(await secrets.store.serviceKey('deepgram')).toBe(CANARY)
    expect(await secrets.store.serviceKey('napster')).toBeUndefined()
  })

  it('kept in memory touch no file and end with the process; keeping in another place moves them', async () => {
    const { secrets } = open()
    await secrets.handlers['secrets:set']({ target: llm, value: CANARY, place: 'memory' })
    expect(await secrets.store.secret('LLM')).toBe(CANARY)
    expect(readdirSync(dir)).toEqual([])
    expect(await open().secrets.store.secret('LLM')).toBeUndefined()
    await secrets.handlers['secrets:set']({ target: llm, value: OTHER, place: 'file' })
    expect(await secrets.store.secret('LLM')).toBe(OTHER)
    const back = await secrets.handlers['secrets:set']({ target: llm, value: CANARY, place: 'memory' })
    expect(back.rows).toMatchObject([{ place: 'memory' }])
    expect(onDisk()).not.toContain(OTHER)
  })

  it('that are removed are gone from the disk', async () => {
    const { secrets } = open()
    await secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'file' })
    expect(onDisk()).toContain(CANARY)
    expect((await secrets.handlers['secrets:remove']({ target: deepgram })).rows).toEqual([])
    expect(onDisk()).not.toContain(CANARY)
    expect(await secrets.store.serviceKey('deepgram')).toBeUndefined()
  })

  it('refuse what is no key, and a place that is not offered, with a sentence', async () => {
    const { secrets } = open()
    const set = (value: string, place: 'file' | 'protected') =>
      secrets.handlers['secrets:set']({ target: deepgram, value, place })
    await expect(set('abc', 'file')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('shorter') as string
    })
    await expect(set(CANARY, 'protected')).rejects.toMatchObject({ code: 'refused' })
    expect(readdirSync(dir)).toEqual([])
  })
})

describe('the environment', () => {
  const env = { DEEPGRAM_API_KEY: `${OTHER}\n`, PARLEY_SECRET_LLM: 'from the environment' }

  it('comes before what is kept, and is listed as such', async () => {
    await open().secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'file' })
    const { secrets } = open(FILE_PROTECTION, env)
    expect(await secrets.store.serviceKey('deepgram')).toBe(OTHER)
    expect(await secrets.store.secret('LLM')).toBe('from the environment')
    expect((await list(secrets)).rows).toEqual([
      { target: deepgram, place: 'environment', usedBy: [] },
      { target: llm, place: 'environment', usedBy: [] }
    ])
  })

  it('cannot be changed from here, and that is told', async () => {
    const { secrets } = open(FILE_PROTECTION, env)
    const refused = { code: 'refused', message: expect.stringContaining('DEEPGRAM_API_KEY') as string }
    await expect(
      secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'file' })
    ).rejects.toMatchObject(refused)
    await expect(secrets.handlers['secrets:remove']({ target: deepgram })).rejects.toMatchObject(refused)
  })

  it('counts a short-lived token as the key of Deepgram', async () => {
    const { secrets } = open(FILE_PROTECTION, { DEEPGRAM_ACCESS_TOKEN: 'eyJhbGciOi' })
    expect((await list(secrets)).rows).toMatchObject([{ target: deepgram, place: 'environment' }])
    expect(await secrets.store.accessToken?.('deepgram')).toBe('eyJhbGciOi')
  })
})

describe('keys of a host with a key store', () => {
  it('are encrypted by default, and in no file as they are', async () => {
    const store = new ScriptedKeyStore()
    const { secrets } = open(keyring(store))
    const { places } = await list(secrets)
    expect(places).toEqual(['protected', 'memory'])
    await expect(
      secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'file' })
    ).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('Choose another') as string })
    expect(readdirSync(dir)).toEqual([])
    await secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'protected' })
    expect(onDisk()).not.toContain(CANARY)
    expect(await open(keyring(store)).secrets.store.serviceKey('deepgram')).toBe(CANARY)
  })

  it('are encrypted anew when the system asks for it', async () => {
    const store = new ScriptedKeyStore()
    await open(keyring(store)).secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'protected' })
    const before = onDisk()
    store.generation = 2
    const { secrets } = open(keyring(store))
    expect(await secrets.store.serviceKey('deepgram')).toBe(CANARY)
    // In turn after what was begun by itself.
    await secrets.handlers['secrets:remove']({ target: llm })
    expect(onDisk()).not.toBe(before)
    expect(
      await store.decrypt(
        (JSON.parse(readFileSync(path.join(dir, 'secrets.json'), 'utf8')) as { entries: [{ value: string }] })
          .entries[0].value
      )
    ).toEqual({ value: CANARY, stale: false })
  })

  it('that the key store does not give out end a connect with what to do, and are listed so', async () => {
    const store = new ScriptedKeyStore()
    await open(keyring(store)).secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'protected' })
    const { secrets } = open(keyring(store))
    store.locked = true
    await expect(secrets.store.serviceKey('deepgram')).rejects.toThrow(EndError)
    await expect(secrets.store.serviceKey('deepgram')).rejects.toThrow(
      'The key for Deepgram cannot be read. The key store of the system does not give it out. Unlock the key store and try again. Add it under Settings, Keys to have one that can be read.'
    )
    expect((await list(secrets)).rows).toMatchObject([
      { place: 'protected', problem: expect.stringContaining('Unlock') as string }
    ])
    await expect(
      secrets.handlers['secrets:set']({ target: deepgram, value: OTHER, place: 'protected' })
    ).rejects.toMatchObject({ code: 'refused' })
    store.locked = false
    expect(await secrets.store.serviceKey('deepgram')).toBe(CANARY)
    expect((await list(secrets)).rows).toEqual([{ target: deepgram, place: 'protected', usedBy: [] }])
  })

  it('stay the desktop program’s where the folder is opened by another host, which may have its own', async () => {
    const store = new ScriptedKeyStore()
    await open(keyring(store)).secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'protected' })
    const web = open().secrets
    expect((await list(web)).rows).toMatchObject([{ problem: expect.stringContaining('desktop program') as string }])
    await expect(web.store.serviceKey('deepgram')).rejects.toThrow(/desktop program.*Settings, Keys/)
    // Without a key store of the system the desktop program itself cannot either, and is no stranger to it.
    const desktop = open({ ...keyring(store), ask: () => Promise.resolve({ kind: 'none', why: 'None.' }) }).secrets
    expect((await list(desktop)).rows).toMatchObject([{ problem: 'The key store cannot be used now.' }])
    await expect(desktop.store.serviceKey('deepgram')).rejects.toThrow(/The key store cannot be used now\. Add it/)
    await web.handlers['secrets:set']({ target: deepgram, value: OTHER, place: 'file' })
    expect(await web.store.serviceKey('deepgram')).toBe(OTHER)
    expect((await list(web)).rows).toEqual([{ target: deepgram, place: 'file', usedBy: [] }])
    expect(await open(keyring(store)).secrets.store.serviceKey('deepgram')).toBe(CANARY)
  })
})

it('all that can be read is known, with what stands for it in a profile', async () => {
  const store = new ScriptedKeyStore()
  const env = { NAPSTER_API_KEY: OTHER, PARLEY_SECRET_B: 'value of b' }
  const { secrets } = open(keyring(store), env)
  await secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'protected' })
  await secrets.handlers['secrets:set']({ target: llm, value: 'value of llm', place: 'memory' })
  const fromEnvironment = [
    [OTHER, '{{secret:NAPSTER_API_KEY}}'],
    ['value of b', '{{secret:B}}']
  ]
  const kept = ['value of llm', '{{secret:LLM}}']
  expect(new Set(await secrets.store.known?.())).toEqual(
    new Set([...fromEnvironment, [CANARY, '{{secret:DEEPGRAM_API_KEY}}'], kept])
  )
  store.locked = true
  expect(new Set(await secrets.store.known?.())).toEqual(new Set([...fromEnvironment, kept]))
})

describe('the list', () => {
  it('says who uses a secret and what is missing', async () => {
    const { secrets } = open()
    await secrets.handlers['secrets:set']({ target: llm, value: CANARY, place: 'memory' })
    secrets.usedBy(() =>
      Promise.resolve([{ name: 'Kitchen', service: 'deepgram', text: '{{secret:LLM}} {{secret:OTHER}}' }])
    )
    expect(await list(secrets)).toMatchObject({
      rows: [{ target: llm, usedBy: ['Kitchen'] }],
      missing: [
        { target: deepgram, usedBy: ['Kitchen'] },
        { target: { kind: 'named', name: 'OTHER' }, usedBy: ['Kitchen'] }
      ]
    })
  })
})

describe('checking', () => {
  it('asks with the kept key, and says what is to be done where there is none', async () => {
    const { secrets, requests } = open()
    await expect(secrets.handlers['secrets:check']({ service: 'deepgram' })).rejects.toMatchObject({
      code: 'not-found'
    })
    await secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'memory' })
    expect(await secrets.handlers['secrets:check']({ service: 'deepgram' })).toMatchObject({ outcome: 'refused' })
    expect(requests).toHaveLength(1)
  })
})

describe('what is written', () => {
  it('has no value in it that was entered, read, or is in the environment', async () => {
    const store = new ScriptedKeyStore()
    await open(keyring(store)).secrets.handlers['secrets:set']({ target: llm, value: CANARY, place: 'protected' })
    const { secrets } = open(keyring(store), { PARLEY_SECRET_B: OTHER })
    await secrets.learnAll()
    expect(secrets.redact(`a ${CANARY} b ${OTHER} c`)).toBe('a {{secret:LLM}} b {{secret:B}} c')
    store.locked = true
    await expect(
      secrets.handlers['secrets:set']({ target: deepgram, value: 'entered-but-refused', place: 'protected' })
    ).rejects.toMatchObject({ code: 'refused' })
    expect(secrets.redact(logged)).not.toContain('entered-but-refused')
    expect(logged).toContain('could not be kept')
  })

  it('is gone with destroy, also from memory', async () => {
    const { secrets } = open()
    await secrets.handlers['secrets:set']({ target: llm, value: CANARY, place: 'memory' })
    await secrets.handlers['secrets:set']({ target: deepgram, value: CANARY, place: 'file' })
    await secrets.destroy()
    expect(readdirSync(dir)).toEqual([])
    expect((await list(secrets)).rows).toEqual([])
    expect(await secrets.store.secret('LLM')).toBeUndefined()
  })
})
