import type { Compose, Fill } from '../dialects/dialect.ts'
import type { SecretStore } from '../ports.ts'
import { EndError, missingSecret, shortSecret } from '../session/end-reasons.ts'
import { fillPlaceholders, mapStrings, secretNames } from './placeholders.ts'
import { isTooShort } from './redactor.ts'

/** Names of the secrets that a message needs to be sent; what was typed or said in it is not searched. */
export function composedSecretNames(compose: Compose): string[] {
  const names = new Set<string>()
  compose((value) => {
    for (const name of secretNames(value)) names.add(name)
    return value
  })
  return [...names]
}

/** The secrets of one session: resolved before they are needed, so that messages can be made without waiting. */
export class SecretBook {
  readonly #store: Pick<SecretStore, 'secret' | 'keyEntry'>
  readonly #values = new Map<string, string>()
  /** Every value that was ever resolved or hidden, with what stands for it. */
  readonly #hidden = new Map<string, string>()

  constructor(store: Pick<SecretStore, 'secret' | 'keyEntry'>) {
    this.#store = store
  }

  /** True if `compose` needs a secret that was not loaded. */
  lacks(compose: Compose): boolean {
    return composedSecretNames(compose).some((name) => !this.#values.has(name))
  }

  /** Asks the store for `names` anew; throws {@link EndError} for one that is missing or too short to be kept out of reports. */
  async load(names: readonly string[]): Promise<void> {
    const loaded = await Promise.all(names.map(async (name) => [name, await this.#store.secret(name)] as const))
    for (const [name, value] of loaded) {
      if (value === undefined || value === '') throw new EndError(missingSecret(name, this.#store.keyEntry))
      if (isTooShort(value)) throw new EndError(shortSecret(name, this.#store.keyEntry))
      this.#values.set(name, value)
      this.#hidden.set(value, `{{secret:${name}}}`)
    }
  }

  /** Resolves every placeholder whose secret was loaded. */
  readonly fill: Fill = <T>(value: T): T =>
    mapStrings(value, (text) => fillPlaceholders(text, this.#values), Infinity) as T

  /** `text` with what was loaded in it. */
  text(text: string): string {
    return fillPlaceholders(text, this.#values)
  }

  /** `value` is secret too, though nothing is filled with it: a key or a token. */
  hide(value: string, standIn: string): void {
    this.#hidden.set(value, standIn)
  }

  /** What a redactor must take out, and what stands for it. */
  get hidden(): readonly (readonly [value: string, placeholder: string])[] {
    return [...this.#hidden]
  }
}
