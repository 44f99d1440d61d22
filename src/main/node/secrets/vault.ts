import { MIN_SECRET_LENGTH, redactor, type Redactor } from '../../../core/secrets/redactor.ts'
import { targetKey, targetName } from '../../../core/secrets/secret-use.ts'
import type { SecretPlace, SecretTarget } from '../../../shared/ipc/secret-calls.ts'
import type { Log } from '../../../shared/runtime.ts'
import type { HostProtection, Places, Protection } from './protection.ts'
import type { SecretEntry, SecretFile } from './secret-file.ts'

/** A kept secret cannot be read now: a sentence for a person. It holds nothing of the secret. */
export class UnreadableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnreadableError'
  }
}

export type KeptPlace = Exclude<SecretPlace, 'environment'>

export interface VaultDeps {
  file: SecretFile
  protection: HostProtection
  log: Log
}

/** One secret that is kept; `problem`: why it cannot be used. */
export interface Kept {
  target: SecretTarget
  place: KeptPlace
  problem?: string
}

/** Where a secret is looked for first. */
const ORDER: readonly KeptPlace[] = ['memory', 'protected', 'file']

const LOCKED = 'The key store of the system does not give it out. Unlock the key store and try again.'

/**
 * The kept secrets of this installation: some in the file, some in memory until Parley ends. Values are decrypted when they are asked for;
 * every one that this process ever saw stays {@link redact | hidden}.
 */
export class Vault {
  readonly #deps: VaultDeps
  readonly #memory = new Map<string, { target: SecretTarget; value: string }>()
  /** Values that this process saw, with what stands for them. */
  readonly #seen = new Map<string, string>()
  /** Entries that could not be decrypted when they were asked for last. */
  readonly #locked = new Set<string>()
  #redactor: Redactor = redactor([])
  #protection: Promise<Protection> | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(deps: VaultDeps) {
    this.#deps = deps
  }

  /** Where a new secret can be kept here, best first, and a sentence about it. */
  async places(): Promise<{ places: Places; why: string }> {
    const protection = await this.#ask()
    const places: Places = protection.kind === 'system' ? ['protected', 'memory'] : this.#deps.protection.unprotected
    return { places, why: protection.why }
  }

  async list(): Promise<Kept[]> {
    const readable = (await this.#ask()).kind === 'system'
    const kept = new Map<string, Kept>()
    for (const place of ORDER.toReversed()) {
      for (const { target } of this.#in(place)) {
        const key = targetKey(target)
        const problem = place === 'protected' ? this.#problem(key, readable) : undefined
        if (problem === undefined || !kept.has(key)) {
          kept.set(key, { target, place, ...(problem === undefined ? {} : { problem }) })
        }
      }
    }
    return [...kept.values()]
  }

  /** Undefined where there is none; throws {@link UnreadableError} where there is one that cannot be read. */
  async get(target: SecretTarget): Promise<string | undefined> {
    const key = targetKey(target)
    const inMemory = this.#memory.get(key)?.value
    if (inMemory !== undefined) return inMemory
    const entries = this.#deps.file.entries.filter((entry) => targetKey(entry.target) === key)
    const plain = entries.find(({ place }) => place === 'file')
    const sealed = entries.find(({ place }) => place === 'protected')
    if (sealed !== undefined) {
      const opened = await this.#open(sealed, key)
      if (opened !== undefined) return opened
      if (plain === undefined) throw new UnreadableError(await this.#why())
    }
    return plain === undefined ? undefined : this.#see(target, plain.value)
  }

  /** Keeps `value` in `place` and nowhere else where this host can read it. Throws `SecretFileError`, or what the system says of encrypting. */
  set(target: SecretTarget, value: string, place: KeptPlace): Promise<void> {
    return this.#inTurn(async () => {
      const protection = await this.#ask()
      this.#see(target, value)
      const key = targetKey(target)
      // What another kind of host sealed is its own: this one could not give it back.
      const replaced = (entry: SecretEntry): boolean =>
        targetKey(entry.target) === key && (entry.place === 'file' || protection.kind === 'system')
      const others = this.#deps.file.entries.filter((entry) => !replaced(entry))
      const entry = await seal(protection, target, value, place)
      if (entry !== undefined || others.length !== this.#deps.file.entries.length) {
        this.#deps.file.write(entry === undefined ? others : [...others, entry])
      }
      this.#locked.delete(key)
      if (place === 'memory') this.#memory.set(key, { target, value })
      else this.#memory.delete(key)
    })
  }

  /** Forgets it everywhere; false where there was none. Throws `SecretFileError`. */
  remove(target: SecretTarget): Promise<boolean> {
    return this.#inTurn(() => {
      const key = targetKey(target)
      const others = this.#deps.file.entries.filter((entry) => targetKey(entry.target) !== key)
      const wasKept = others.length !== this.#deps.file.entries.length
      if (wasKept) this.#deps.file.write(others)
      this.#locked.delete(key)
      return Promise.resolve(this.#memory.delete(key) || wasKept)
    })
  }

  /** Forgets everything and deletes the files. */
  destroy(): Promise<void> {
    return this.#inTurn(() => {
      this.#memory.clear()
      this.#locked.clear()
      this.#deps.file.destroy()
      return Promise.resolve()
    })
  }

  /** Every value that this process saw is taken out of `text`. */
  readonly redact = (text: string): string => this.#redactor.text(text)

  /** Reads everything once, so that {@link redact} knows all that is kept. What cannot be read cannot be in a text either. */
  async learnAll(): Promise<void> {
    for (const { target } of this.#deps.file.entries) {
      await this.get(target).catch((cause: unknown) => {
        if (!(cause instanceof UnreadableError)) throw cause
      })
    }
  }

  #ask(): Promise<Protection> {
    this.#protection ??= this.#deps.protection.ask()
    return this.#protection
  }

  #in(place: KeptPlace): readonly { target: SecretTarget }[] {
    return place === 'memory'
      ? [...this.#memory.values()]
      : this.#deps.file.entries.filter((entry) => entry.place === place)
  }

  #problem(key: string, readable: boolean): string | undefined {
    if (!readable) return this.#deps.protection.sealed
    return this.#locked.has(key) ? LOCKED : undefined
  }

  async #why(): Promise<string> {
    return (await this.#ask()).kind === 'system' ? LOCKED : this.#deps.protection.sealed
  }

  async #open(entry: SecretEntry, key: string): Promise<string | undefined> {
    const protection = await this.#ask()
    if (protection.kind === 'none') return undefined
    try {
      const { value, stale } = await protection.cipher.decrypt(entry.value)
      this.#locked.delete(key)
      this.#see(entry.target, value)
      if (stale) void this.#sealAnew(protection, entry, value)
      return value
    } catch (cause) {
      this.#deps.log.warn('a kept secret could not be decrypted', { what: key, cause })
      this.#locked.add(key)
      return undefined
    }
  }

  /** The system has a newer key. Where that does not work, the older ciphertext is still there. */
  #sealAnew(protection: Protection, entry: SecretEntry, value: string): Promise<void> {
    return this.#inTurn(async () => {
      const { file, log } = this.#deps
      try {
        const sealed = await seal(protection, entry.target, value, 'protected')
        // Set or removed meanwhile: nothing is left to do.
        if (sealed === undefined || !file.entries.includes(entry)) return
        file.write(file.entries.map((other) => (other === entry ? sealed : other)))
      } catch (cause) {
        log.warn('a kept secret could not be encrypted anew', { what: targetKey(entry.target), cause })
      }
    })
  }

  #see(target: SecretTarget, value: string): string {
    if (!this.#seen.has(value) && value.length >= MIN_SECRET_LENGTH) {
      this.#seen.set(value, target.kind === 'named' ? targetName(target) : `[${targetName(target)} key]`)
      this.#redactor = redactor(this.#seen)
    }
    return value
  }

  /** One change after the other: encrypting takes a while. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(change)
    this.#queue = done.catch(() => undefined)
    return done
  }
}

async function seal(
  protection: Protection,
  target: SecretTarget,
  value: string,
  place: KeptPlace
): Promise<SecretEntry | undefined> {
  if (place === 'memory') return undefined
  if (place === 'file') return { target, place, value }
  if (protection.kind === 'none') throw new UnreadableError('There is no key store of the system here.')
  return { target, place, value: await protection.cipher.encrypt(value) }
}
