import type { NapsterSettings } from '../../../shared/protocol/napster.ts'
import { connectionBody } from '../../dialects/napster-settings.ts'
import type { Clock, HttpAnswer, Log } from '../../ports.ts'
import { AttemptError } from '../attempt-error.ts'
import type { Place } from '../end-reasons.ts'
import { finalEnd } from './ends.ts'
import { creationFailure, readRefusal } from './refusals.ts'
import {
  ASK_TIMEOUT_MS,
  closeReasonOf,
  deleteConnection,
  DELETE_TIMEOUT_MS,
  postConnection,
  readCreated,
  takeCreationTurn,
  type Created,
  type RestTarget
} from './rest.ts'

/** Nobody waits longer than this for what is left behind; a connection that nobody opens ends by itself when its token does. */
export const SETTLE_MS = 4_000

/** A connection that was created and has not been ended. */
interface Held {
  target: RestTarget
  id: string
  /** `lost`: it broke, and the service has not said why. `over`: the service has ended it. */
  state: 'ours' | 'lost' | 'over'
}

/** What one creation needs. */
export interface Creation {
  target: RestTarget
  /** With its secrets. */
  settings: NapsterSettings
  /** What was said before goes on: nobody is greeted again. */
  again: boolean
  place: Place
  /** Nobody waits for the connection any more: it is ended as soon as it is there. */
  wanted: () => boolean
}

/** The connections that a session has at Napster, one after the other: created before an attempt, ended after it (napster.md section 3). */
export class NapsterConnections {
  readonly #clock: Clock
  readonly #log: Log
  #held: Held | undefined
  #cancelWait: (() => void) | undefined
  /** What still runs although nobody waits for it. */
  readonly #loose = new Set<Promise<void>>()

  /** What the service told of the ends of connections so far. */
  readonly #closeReasons = new Set<string>()

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  /**
   * A fresh connection, after the one before it was ended. Undefined where it is not wanted any more. Throws {@link AttemptError} with what
   * the service said, also of why it closed the connection before.
   */
  create(creation: Creation): Promise<Created | undefined> {
    const run = this.#create(creation)
    // Its failure is the caller's; that it ran to its end is ours.
    this.#track(
      run.then(
        () => undefined,
        () => undefined
      )
    )
    return run
  }

  /** The connection is gone. `silent`: the service did not say why. */
  lost({ silent, over }: { silent: boolean; over: boolean }): void {
    if (this.#held?.state === 'ours') this.#held.state = over ? 'over' : silent ? 'lost' : 'ours'
  }

  /** The session is over, and so is its connection. */
  end(): void {
    this.#cancelWait?.()
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#delete(held)
  }

  /** Resolves when nothing runs any more that nobody waits for, or after {@link SETTLE_MS}. Never rejects. */
  async settled(): Promise<void> {
    if (this.#loose.size === 0) return
    const limit = Promise.withResolvers<void>()
    const cancel = this.#clock.after(SETTLE_MS, limit.resolve)
    await Promise.race([this.#allDone(), limit.promise])
    cancel()
  }

  async #allDone(): Promise<void> {
    while (this.#loose.size > 0) await Promise.all(this.#loose)
  }

  async #create(creation: Creation): Promise<Created | undefined> {
    const { target, wanted } = creation
    await this.#endOld()
    while (wanted()) {
      const waitMs = takeCreationTurn(target, this.#clock.nowMs())
      if (waitMs === 0) return this.#createNow(creation)
      await this.#wait(waitMs)
    }
    return undefined
  }

  async #createNow({ target, settings, again, place, wanted }: Creation): Promise<Created | undefined> {
    const answer = await postConnection(target, settings.agentId, connectionBody(settings, again))
    const created = answer.kind === 'answered' && answer.status < 300 ? readCreated(answer.json) : undefined
    if (created !== undefined && !wanted()) {
      this.#delete({ target, id: created.id, state: 'ours' })
      return undefined
    }
    if (created === undefined) throw new AttemptError(creationFailure(answer, settings.agentId, place))
    // Another attempt may have created one meanwhile, because this one took too long.
    if (this.#held !== undefined) this.#delete(this.#held)
    this.#held = { target, id: created.id, state: 'ours' }
    return created
  }

  /** The connection before the next one: why it was lost, and its end. */
  async #endOld(): Promise<void> {
    const held = this.#held
    if (held === undefined) return
    if (held.state === 'lost') {
      const told = await closeReasonOf(held.target, held.id)
      if (told.kind === 'closed') held.state = 'over'
      const reason = told.kind === 'closed' ? finalEnd(told.reason, this.#closeReasons) : undefined
      if (told.kind === 'closed') this.#closeReasons.add(told.reason)
      if (reason !== undefined) throw new AttemptError({ reason, retry: false })
      // A network that is down is asked again with the next attempt.
      if (told.kind === 'no-answer') return
      if (held.state === 'lost') held.state = 'ours'
    }
    if (this.#held !== held) return
    this.#held = undefined
    // The service keeps what was said for the same client id when it ends a connection, so that comes first.
    if (held.state !== 'over') await this.#deleteNow(held, ASK_TIMEOUT_MS)
  }

  #delete(held: Held): void {
    if (held.state !== 'over') this.#track(this.#deleteNow(held, DELETE_TIMEOUT_MS))
  }

  async #deleteNow({ target, id }: Held, timeoutMs: number): Promise<void> {
    const problem = deletionProblem(await deleteConnection(target, id, timeoutMs))
    if (problem !== undefined) this.#log.warn('a connection at Napster may not have been ended', problem)
  }

  #track(run: Promise<void>): void {
    const tracked = run.finally(() => this.#loose.delete(tracked))
    this.#loose.add(tracked)
  }

  /** A session that ends waits no longer. */
  #wait(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(waitMs, () => done())
      const done = (): void => {
        cancel()
        if (this.#cancelWait === done) this.#cancelWait = undefined
        resolve()
      }
      this.#cancelWait?.()
      this.#cancelWait = done
    })
  }
}

/** Why a connection may still count at the service; undefined where it is over. */
function deletionProblem(answer: HttpAnswer): Record<string, unknown> | undefined {
  if (answer.kind === 'failed') {
    const { failure } = answer
    return { reason: failure.kind === 'unreachable' ? failure.reason : failure.kind }
  }
  const { status, json } = answer
  return status < 300 || readRefusal(json).code === 'ConnectionNotFound' ? undefined : { status }
}
