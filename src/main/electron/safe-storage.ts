import type { SafeStorage } from 'electron'
import type { Log } from '../../shared/runtime.ts'
import type { HostProtection, Protection } from '../node/secrets/protection.ts'

/** What is used of Electron's `safeStorage`: the asynchronous part, for the synchronous one is on its way out. */
export type KeyStore = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

const KEPT_BY: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Keys are encrypted with a key in your keychain.',
  win32:
    'Keys are encrypted by Windows for your user account. That keeps other users out, and no program that you run yourself.'
}

const NO_STORE =
  'No key store of the system was found (GNOME Keyring, KWallet or the like), so nothing here could protect a key. Keep it in memory until Parley ends, or in a file that only your user account can open and every program of yours can read.'

const NOT_AVAILABLE =
  'The key store of the system cannot be used now, so nothing here could protect a key. Unlock it and start Parley again, keep the key in memory until Parley ends, or in a file that only your user account can open and every program of yours can read.'

const SEALED =
  'It is kept by the key store of the system, which cannot be used now. Unlock the key store and start Parley again.'

/** Encrypts with the system's key store where there is one. On Linux, without a key ring, Electron would only pretend to; then nothing is encrypted. Call it after `ready`. */
export function systemProtection(store: KeyStore, platform: NodeJS.Platform, log: Log): HostProtection {
  return {
    unprotected: ['memory', 'file'],
    sealed: SEALED,
    async ask(): Promise<Protection> {
      try {
        if (platform === 'linux' && isPretence(store.getSelectedStorageBackend()))
          return { kind: 'none', why: NO_STORE }
        if (!(await store.isAsyncEncryptionAvailable())) return { kind: 'none', why: NOT_AVAILABLE }
      } catch (cause) {
        log.warn('the key store of the system cannot be used', { cause })
        return { kind: 'none', why: NOT_AVAILABLE }
      }
      const why = KEPT_BY[platform] ?? 'Keys are encrypted with a key in the key ring of your desktop.'
      return { kind: 'system', why, cipher: cipherOf(store) }
    }
  }
}

/** A password that stands in Electron's source protects nothing; `unknown` is what it says before it knows. */
function isPretence(backend: ReturnType<KeyStore['getSelectedStorageBackend']>): boolean {
  return backend === 'basic_text' || backend === 'unknown'
}

function cipherOf(store: KeyStore): Extract<Protection, { kind: 'system' }>['cipher'] {
  return {
    async encrypt(value) {
      return (await store.encryptStringAsync(value)).toString('base64')
    },
    async decrypt(ciphertext) {
      const { result, shouldReEncrypt } = await store.decryptStringAsync(Buffer.from(ciphertext, 'base64'))
      return { value: result, stale: shouldReEncrypt }
    }
  }
}
