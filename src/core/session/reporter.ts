import type { EndReason, Notice, SessionEvent } from '../../shared/events.ts'
import { closeReason, closeText } from './end-reasons.ts'
import type { Outside } from './outside.ts'
import { redactEvent, redactReason } from './redact.ts'
import type { Failure } from './reconnect/policy.ts'
import type { SessionDeps } from './session-types.ts'

/** Tells host and log what happens, without secrets. */
export class Reporter {
  readonly #deps: Pick<SessionDeps, 'onEvent' | 'log'>
  readonly #outside: Pick<Outside, 'redact'>

  constructor(deps: Pick<SessionDeps, 'onEvent' | 'log'>, outside: Pick<Outside, 'redact'>) {
    this.#deps = deps
    this.#outside = outside
  }

  event(event: SessionEvent): void {
    this.#deps.onEvent(redactEvent(event, this.#outside.redact))
  }

  notice(level: Notice['level'], code: string, message: string): void {
    this.event({ kind: 'notice', notice: { level, code, message } })
  }

  /** `dropped`: entries that the next connection was not told any more. */
  shortened(dropped: number): void {
    if (dropped === 0) return
    const message = `The agent no longer knows the ${dropped} oldest entries of this conversation.`
    this.notice('info', 'history-shortened', message)
  }

  reason(reason: EndReason): EndReason {
    return redactReason(reason, this.#outside.redact)
  }

  /** What the service said when it closed the socket is logged, and told; what it said of its error is told. */
  closed(failure: Failure): Failure {
    const { reason } = failure
    const says = closeText(this.#outside.redact.text(failure.says ?? ''))
    if (says !== '') return { ...failure, reason: { ...reason, message: `${reason.message} Napster says: ${says}` } }
    if (failure.closed === undefined) return failure
    const { code } = failure.closed
    const text = closeText(this.#outside.redact.text(failure.closed.text))
    this.#deps.log.info('service closed the connection', { code, text })
    return { ...failure, reason: closeReason(code, text) }
  }

  /** A mistake of ours: its text stays out, for what it may be about. */
  fault(cause: unknown): void {
    this.#deps.log.error('session fault', { name: cause instanceof Error ? cause.name : typeof cause })
  }
}
