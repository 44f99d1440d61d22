import { assertNever } from '../../shared/assert-never.ts'
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
    case 'tool-call': {
      const { call } = event
      const content = call.content === undefined ? {} : { content: redact.text(call.content) }
      const { id, name, arguments: given } = call
      const told = { id: redact.text(id), name: redact.text(name), arguments: redact.text(given) }
      return { ...event, call: { ...call, ...told, ...content } }
    }
    case 'state':
      return event.state.phase === 'reconnecting' || event.state.phase === 'ended'
        ? { ...event, state: { ...event.state, reason: redactReason(event.state.reason, redact) } }
        : event
    case 'interrupted': {
      const { heard } = event
      return heard === undefined ? event : { ...event, heard: { ...heard, text: redact.text(heard.text) } }
    }
    case 'support':
    case 'changes':
    case 'reply-played':
    case 'prompt':
    case 'latency':
    case 'reconnected':
    case 'talk':
    case 'audio-dropped':
      return event
    default:
      return assertNever(event)
  }
}
