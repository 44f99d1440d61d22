import type { Ack } from '../dialects/dialect.ts'

/** Signs of texts that come back as the user's; `no-objection`: of one that shall not be answered. */
export type EchoAck = Extract<Ack, 'user-echo' | 'no-objection'>

/** `part` stands at the beginning of `says`, and is not all of it. Both have single spaces and none around them. */
export function isPart(says: string, part: string): boolean {
  return part !== '' && says.length > part.length && says.startsWith(part)
}

/** The text that a service is giving back in several parts. */
export class EchoParts {
  #rest = ''
  #ack: EchoAck = 'user-echo'

  /** `part` is the first of `says`. */
  first(says: string, part: string, ack: EchoAck): void {
    this.#rest = says.slice(part.length).trim()
    this.#ack = ack
  }

  /** True if `part` is the next. */
  next(part: string, ack: EchoAck): boolean {
    if (this.#ack !== ack || part === '' || !this.#rest.startsWith(part)) return false
    this.#rest = this.#rest.slice(part.length).trim()
    return true
  }

  clear(): void {
    this.#rest = ''
  }
}
