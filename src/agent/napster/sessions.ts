import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../../shared/runtime.ts'
import { RestError } from './errors.ts'
import type { CloseReason } from './events.ts'

/** How long a token may wait to be used (napster.md section 3: about two minutes). */
export const TOKEN_LIFETIME_MS = 120_000

/** Sessions at the same time, pending ones included (napster.md section 10). */
export const MAX_SESSIONS = 5

/** Sessions that are over and can still be asked for. */
const MAX_CLOSED = 500

/** What can be asked of a session when it is over. */
export interface SessionInfo {
  readonly agentId: string
  readonly modality: 'audio' | 'text'
  readonly tags: Readonly<Record<string, string>> | undefined
}

/** One session from its creation on; `T` is what it was asked for. */
export interface SessionRecord<T> {
  readonly id: string
  readonly createdAt: Date
  readonly info: SessionInfo
  state: SessionState<T>
}

export type SessionState<T> =
  PendingState<T> | { kind: 'open'; close: (reason: CloseReason) => void } | { kind: 'closed'; reason: CloseReason }

/** The token has not been used. */
export interface PendingState<T> {
  readonly kind: 'pending'
  readonly request: T
  readonly token: string
  readonly expiresAt: Date
  readonly cancelExpiry: () => void
}

/** A session that a client may open now. */
export interface AdmittedSession<T> {
  readonly record: SessionRecord<T>
  readonly request: T
}

/** What the register needs. */
export interface SessionsDeps {
  readonly clock: Clock
  now(): Date
  readonly maxSessions: number
  readonly tokenLifetimeMs: number
}

/** The sessions of this server: tokens that are used once, what is open, and why what is over ended. */
export class Sessions<T> {
  private readonly records = new Map<string, SessionRecord<T>>()
  private readonly deps: SessionsDeps

  constructor(deps: SessionsDeps) {
    this.deps = deps
  }

  /** A new session with a token. Throws where too many are open or pending. */
  create(info: SessionInfo, request: T): { id: string; state: PendingState<T> } {
    const { clock, maxSessions, tokenLifetimeMs } = this.deps
    if (this.ongoing.length >= maxSessions) {
      const description = `${maxSessions} sessions are open or wait to be opened; end one first.`
      throw new RestError(409, 'ConcurrentSessionLimitReached', description)
    }
    const createdAt = this.deps.now()
    const id = `session_${randomUUID()}`
    const state: PendingState<T> = {
      kind: 'pending',
      request,
      token: randomBytes(32).toString('hex'),
      expiresAt: new Date(createdAt.getTime() + tokenLifetimeMs),
      cancelExpiry: clock.after(tokenLifetimeMs, () => this.end(id, 'connection_timeout'))
    }
    this.records.set(id, { id, createdAt, info, state })
    return { id, state }
  }

  /** The session that a token opens; undefined where it is none, was used, or is too old. */
  admit(token: string): AdmittedSession<T> | undefined {
    for (const record of this.records.values()) {
      const { state } = record
      if (state.kind === 'pending' && state.token === token) return { record, request: state.request }
    }
    return undefined
  }

  /** The connection is there: the token is used up. Nothing happens when it is over already. */
  opened(record: SessionRecord<T>, close: (reason: CloseReason) => void): void {
    if (record.state.kind !== 'pending') return
    record.state.cancelExpiry()
    record.state = { kind: 'open', close }
  }

  /** Ends it for the given reason; a session that is over stays as it is. */
  end(id: string, reason: CloseReason): void {
    const record = this.records.get(id)
    if (record === undefined || record.state.kind === 'closed') return
    const { state } = record
    if (state.kind === 'pending') state.cancelExpiry()
    record.state = { kind: 'closed', reason }
    if (state.kind === 'open') state.close(reason)
    this.forgetOldest()
  }

  /** Ends a session that is open or pending (`DELETE`); throws where it is over or unknown. */
  abort(id: string): void {
    const record = this.records.get(id)
    if (record === undefined || record.state.kind === 'closed') {
      throw new RestError(400, 'ConnectionNotFound', 'There is no open connection of this id.')
    }
    this.end(id, 'connection_aborted')
  }

  find(id: string): SessionRecord<T> {
    const record = this.records.get(id)
    if (record === undefined) throw new RestError(404, 'SessionNotFound', 'There is no session of this id.')
    return record
  }

  /** The server shuts down: no timer is left. */
  stop(): void {
    for (const { id } of this.ongoing) this.end(id, 'application_shutdown')
  }

  private get ongoing(): SessionRecord<T>[] {
    return [...this.records.values()].filter(({ state }) => state.kind !== 'closed')
  }

  private forgetOldest(): void {
    const closed = [...this.records.values()].filter(({ state }) => state.kind === 'closed')
    for (const { id } of closed.slice(0, Math.max(0, closed.length - MAX_CLOSED))) this.records.delete(id)
  }
}
