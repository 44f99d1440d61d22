// `safeStorage`: a key ring of the system that is a file in userData, so that a second start finds it.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app } from './app.ts'
import { needReady, record, state } from './state.ts'
import { modelled, type Like } from './surface.ts'

/** As Chromium on Linux marks what a real key ring has encrypted. */
const PREFIX = Buffer.from('v11')

/** The first key is used for what is encrypted: a line that a spec puts before it is the system's newer key. */
function keys(): Buffer[] {
  const file = join(app.getPath('userData'), 'estand-key-ring')
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Buffer.from(line, 'hex'))
}

function encrypt(text: string): Buffer {
  const iv = randomBytes(12)
  const [key] = keys()
  if (key === undefined) throw new Error('estand: no key')
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([PREFIX, iv, cipher.getAuthTag(), body])
}

function decryptWith(key: Buffer, encrypted: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(3, 15))
    decipher.setAuthTag(encrypted.subarray(15, 31))
    return Buffer.concat([decipher.update(encrypted.subarray(31)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

function need(what: string): void {
  needReady(`safeStorage.${what} cannot be used before app is ready`)
  if (state.keyRing.locked) throw new Error(`Error while using safeStorage.${what}: the key ring is locked`)
}

export const safeStorage = modelled('SafeStorage', {
  getSelectedStorageBackend: () => (state.ready ? state.keyRing.backend : 'unknown'),
  async isAsyncEncryptionAvailable() {
    needReady('safeStorage.isAsyncEncryptionAvailable cannot be used before app is ready')
    return record('safeStorage.isAsyncEncryptionAvailable', [], !state.keyRing.locked)
  },
  async encryptStringAsync(text: string) {
    need('encryptStringAsync')
    if (typeof text !== 'string') throw new TypeError('encryptStringAsync takes a string')
    record('safeStorage.encryptStringAsync', [], undefined)
    return encrypt(text)
  },
  async decryptStringAsync(encrypted: Buffer) {
    need('decryptStringAsync')
    if (!Buffer.isBuffer(encrypted)) throw new TypeError('decryptStringAsync takes a Buffer')
    record('safeStorage.decryptStringAsync', [], undefined)
    const known = keys()
    const at = known.findIndex((key) => decryptWith(key, encrypted) !== undefined)
    const key = known[at]
    if (!encrypted.subarray(0, 3).equals(PREFIX) || key === undefined) {
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.')
    }
    return { result: decryptWith(key, encrypted) ?? '', shouldReEncrypt: at > 0 }
  }
} satisfies Like<Electron.SafeStorage>)
