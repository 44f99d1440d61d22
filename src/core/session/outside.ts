import type { Compose, Dialect, EffectiveAgent } from '../dialects/dialect.ts'
import { redactor, type Redactor } from '../secrets/redactor.ts'
import { composedSecretNames, SecretBook } from '../secrets/secret-book.ts'
import { resolveAccess, sessionRedactor, type Access } from './access.ts'
import type { DeskSecrets } from './command-desk.ts'
import { EndError, type Place } from './end-reasons.ts'
import { napsterAccess } from './napster/access.ts'
import { NapsterConnections } from './napster/connections.ts'
import type { Failure } from './reconnect/policy.ts'
import type { SessionDeps, SessionOptions, WireEntry } from './session-types.ts'
import { WireTap } from './wire-tap.ts'

/** What a session knows of the outside over all its connections: where it dials, with which secrets, and what of that may be shown. */
export class Outside {
  readonly tap: WireTap
  readonly #deps: SessionDeps
  readonly #options: SessionOptions
  readonly #book: SecretBook
  readonly #credentials: string[] = []
  readonly #warned = new Set<string>()
  /** Outlives its attempt, because its end is reported too. */
  #redact: Redactor = redactor([])
  /** `name:port` that was dialled last. */
  #host: string | undefined
  readonly #connections: NapsterConnections

  constructor(deps: SessionDeps, options: SessionOptions) {
    this.#deps = deps
    this.#options = options
    this.#book = new SecretBook(deps.secrets)
    this.#connections = new NapsterConnections(deps.clock, deps.log)
    const shown = deps.onWire === undefined ? undefined : (entry: WireEntry) => deps.onWire?.(entry)
    this.tap = new WireTap(shown, this.#book, () => this.#redact)
  }

  get redact(): Redactor {
    return this.#redact
  }

  /** Address, credentials and secrets for the next attempt, all asked for anew (C39). `again`: the session was live before, or goes on from an earlier conversation. */
  access(dialect: Dialect, agent: EffectiveAgent, again: boolean): Promise<Access> {
    const { profile, url } = this.#options
    const { secrets, tokens, builtinAgent, http } = this.#deps
    const opening = dialect.opening(agent)
    const after = again ? dialect.afterReopening(agent, []) : dialect.afterOpening(agent)
    const messages = [...(opening === undefined ? [] : [opening]), ...after.map(({ compose }) => compose)]
    const needs = { profile, url, messages, secrets, book: this.#book, credentials: this.#credentials }
    if (profile.service !== 'napster') return resolveAccess({ ...needs, tokens, builtinAgent })
    return napsterAccess({ ...needs, http, again, connections: this.#connections, place: () => this.place() })
  }

  /** A connection is gone; `opened`: the socket was there. */
  lost({ error, ours }: Failure, opened: boolean): void {
    this.#connections.lost({ silent: opened && error === undefined && ours !== true, over: error !== undefined })
  }

  /** The session is over: what the service keeps for it is given up. */
  end(): void {
    this.#connections.end()
  }

  /** Resolves when nothing runs any more that nobody waits for. */
  settled(): Promise<void> {
    return this.#connections.settled()
  }

  /** `access` is about to be dialled; returns the warnings that were not told before. */
  dialling({ redact, host, warnings }: Access): readonly string[] {
    this.#redact = redact
    this.#host = host
    const fresh = warnings.filter((message) => !this.#warned.has(message))
    for (const message of fresh) this.#warned.add(message)
    return fresh
  }

  place(): Place {
    const { profile, url } = this.#options
    const from = url !== undefined ? 'given' : profile.url !== undefined ? 'profile' : 'parley'
    return { service: profile.service, host: this.#host, from, keyEntry: this.#deps.secrets.keyEntry }
  }

  /** Secrets that messages of commands name. */
  get deskSecrets(): DeskSecrets {
    const book = this.#book
    return {
      lacks: (compose: Compose) => book.lacks(compose),
      load: async (compose: Compose) => {
        try {
          await book.load(composedSecretNames(compose))
          return undefined
        } catch (cause) {
          return cause instanceof EndError ? cause.reason.message : 'The secrets of Parley cannot be read. Try again.'
        } finally {
          this.#redact = sessionRedactor(book, this.#credentials)
        }
      }
    }
  }
}
