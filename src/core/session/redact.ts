import type { CommandResult } from '../../shared/commands.ts'
import type { EndReason, SessionEvent } from '../../shared/events.ts'
import type { Redactor } from '../secrets/redactor.ts'

/** `reason` without secrets. */
export function redactReason(reason: EndReason, redact: Redactor): EndReason {
  const { serviceCode } = reason
  return {
    ...reason,
    message: redact.text(reason.message),
    ...(serviceCode === undefined ? {} : { serviceCode: redact.text(serviceCode) })
  }
}

/** `result` without secrets. */
export function redactResult(result: CommandResult, redact: Redactor): CommandResult {
  return result.outcome === 'applied' ? result : { ...result, reason: redact.text(result.reason) }
}

/** `event` without secrets in any text that came from the service or a person. */
export function redactEvent(event: SessionEvent, redact: Redactor): SessionEvent {
  switch (event.kind) {
    case 'caption':
      return { ...event, caption: { ...event.caption, text: redact.text(event.caption.text) } }
    case 'notice': {
      const { level, code, message } = event.notice
      return { ...event, notice: { level, code: redact.text(code), message: redact.text(message) } }
    }
    case 'command':
      return event.reason === undefined ? event : { ...event, reason: redact.text(event.reason) }
    default:
      return event
  }
}
