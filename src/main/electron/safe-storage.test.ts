import { describe, expect, it } from 'vitest'
import { systemProtection, type KeyStore } from './safe-storage.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function keyStore(
  backend: ReturnType<KeyStore['getSelectedStorageBackend']>,
  change: Partial<KeyStore> = {}
): KeyStore {
  return {
    getSelectedStorageBackend: () => backend,
    isAsyncEncryptionAvailable: () => Promise.resolve(true),
    encryptStringAsync: (text) => Promise.resolve(Buffer.from(`sealed ${text}`)),
    decryptStringAsync: (bytes) =>
      Promise.resolve({ result: bytes.toString().replace('sealed ', ''), shouldReEncrypt: bytes.length > 12 }),
    ...change
  }
}
const ask = (store: KeyStore, platform: NodeJS.Platform) => systemProtection(store, platform, silent).ask()

describe('the key store of the system', () => {
  it.each(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'] as const)(
    'is used on Linux with %s',
    async (backend) => {
      expect((await ask(keyStore(backend), 'linux')).kind).toBe('system')
    }
  )

  it.each(['basic_text', 'unknown'] as const)('is none on Linux with %s, and says so', async (backend) => {
    const protection = await ask(keyStore(backend), 'linux')
    expect(protection).toEqual({ kind: 'none', why: expect.stringContaining('No key store') as string })
    expect(systemProtection(keyStore(backend), 'linux', silent).unprotected).toEqual(['memory', 'file'])
  })

  it.each(['darwin', 'win32'] as const)('is asked for no backend on %s, which has none', async (platform) => {
    const store = keyStore('unknown', {
      getSelectedStorageBackend: () => {
        throw new Error('Linux only')
      }
    })
    expect((await ask(store, platform)).kind).toBe('system')
  })

  it('that is not available, or throws, is none', async () => {
    const absent = keyStore('kwallet6', { isAsyncEncryptionAvailable: () => Promise.resolve(false) })
    const broken = keyStore('kwallet6', { isAsyncEncryptionAvailable: () => Promise.reject(new Error('no bus')) })
    for (const store of [absent, broken]) {
      expect(await ask(store, 'linux')).toEqual({
        kind: 'none',
        why: expect.stringContaining('cannot be used now') as string
      })
    }
  })

  it('gives back the text and whether it is to be encrypted anew', async () => {
    const protection = await ask(keyStore('kwallet6'), 'linux')
    if (protection.kind !== 'system') throw new Error('no cipher')
    const sealed = await protection.cipher.encrypt('abc')
    expect(sealed).toBe(Buffer.from('sealed abc').toString('base64'))
    expect(await protection.cipher.decrypt(sealed)).toEqual({ value: 'abc', stale: false })
    expect(await protection.cipher.decrypt(await protection.cipher.encrypt('abcdef'))).toEqual({
      value: 'abcdef',
      stale: true
    })
  })
})
