import type { ServiceEvent } from './dialect.ts'
import { objectOf, problemOf, textAt, type Frame } from './napster-frame.ts'
import { IDLE_WARNING_S } from './napster-unknowns.ts'

type ErrorEvent = Extract<ServiceEvent, { kind: 'error' }>

interface End {
  message: string
  settings: boolean
  retry: ErrorEvent['retry']
}

/** Why the provider of the model left, and whether another connection may work (napster.md section 7.5). */
const ABORTED: Readonly<Record<string, End>> = {
  invalid_voice: {
    message: "The agent's provider does not have its voice.",
    settings: true,
    retry: 'no'
  },
  invalid_credentials: {
    message: "The agent's provider does not accept the credentials of the Napster key.",
    settings: false,
    retry: 'no'
  },
  instructions_too_long: {
    message: 'The instructions are longer than the provider takes.',
    settings: true,
    retry: 'no'
  },
  connection_failed: {
    message: 'Napster could not reach the provider of the agent.',
    settings: false,
    retry: 'yes'
  }
}

/** Stands between our sentence and the service's own words. */
const SAYS = ' It says: '

const UNKNOWN_ABORT: End = { message: 'The provider of the agent ended the session.', settings: false, retry: 'yes' }

/** Ends that the service names by an event of their own. */
const ENDED: Readonly<Record<string, End>> = {
  session_expired: {
    message: 'Napster says that the session has expired.',
    settings: false,
    retry: 'no'
  },
  no_credits_left: {
    message: 'The Napster account has no credits left.',
    settings: false,
    retry: 'no'
  }
}

export function isEnd(name: string): boolean {
  return Object.hasOwn(ENDED, name) || name === 'provider_connection_aborted'
}

/** The session is over because nobody has said anything, as was announced. */
const IDLE: End = { message: 'Napster ended the session because nobody said anything.', settings: false, retry: 'no' }

/** The session is over. `idle`: that nobody says anything was told before, and nobody has said anything since. */
export function endEvent(frame: Frame, idle: boolean): ErrorEvent {
  if (frame.name === 'session_expired' && idle) return { kind: 'error', code: 'idle_timeout', ...IDLE }
  const ended = Object.hasOwn(ENDED, frame.name) ? ENDED[frame.name] : undefined
  if (ended !== undefined) return { kind: 'error', code: frame.name, ...ended }
  const { code, text } = problemOf(frame)
  const known = [code, text].find((one) => one !== undefined && Object.hasOwn(ABORTED, one))
  const { message, ...rest } = (known === undefined ? undefined : ABORTED[known]) ?? UNKNOWN_ABORT
  const says = text === undefined || text === known ? '' : `${SAYS}${sentence(text)}`
  return { kind: 'error', code: known ?? code ?? frame.name, message: message + says, ...rest }
}

/** The service's own words in the message of {@link endEvent}; undefined where it had none. */
export function ownWords(message: string): string | undefined {
  const at = message.indexOf(SAYS)
  return at < 0 ? undefined : message.slice(at + SAYS.length)
}

/** The service did not take a command. */
export function refusalText(frame: Frame): string {
  const { text, code } = problemOf(frame)
  return text ?? code ?? 'Napster refused it and gave no reason.'
}

/** What a person should know while the session goes on; undefined where the frame is none of these. */
export function warningEvent(frame: Frame): ServiceEvent | undefined {
  const { name, data } = frame
  if (name === 'avatar_connection_warning') return idleSoon(data['disconnect_after'])
  if (name === 'reaching_rate_limits') {
    return warning('rate-limits-near', "The provider's rate limit is near. Replies may come late or not at all.")
  }
  if (name === 'mcp_tools' && frame.data['action'] === 'failed') {
    return warning('mcp-tools', `The agent cannot use some of its tools: ${sentence(refusalText(frame))}`)
  }
  if (name === 'mcp_approval_request' && frame.data['action'] === 'created') {
    const tool = textAt(data, 'tool') ?? 'a tool'
    const server = textAt(data, 'server')
    const whose = server === undefined ? '' : ` of ${server}`
    return warning(
      'mcp-approval',
      `The agent asks whether it may use ${tool}${whose}. Parley cannot allow that, so Napster will refuse it.`
    )
  }
  return unnamedProblem(frame)
}

function idleSoon(after: unknown): ServiceEvent {
  const seconds = typeof after === 'number' && Number.isFinite(after) && after > 0 ? Math.round(after) : IDLE_WARNING_S
  return warning(
    'idle-soon',
    `Napster ends the session in ${seconds} seconds because nobody says anything. Speak or type to go on.`
  )
}

/** An event that is not known and carries an error, as the vendor's own client tells them (napster.md section 7.5). */
function unnamedProblem(frame: Frame): ServiceEvent | undefined {
  const { error } = frame.data
  const carriesError = typeof error === 'string' || typeof objectOf(error)?.['message'] === 'string'
  const { text } = problemOf(frame)
  return carriesError && text !== undefined ? warning('napster-error', `Napster says: ${sentence(text)}`) : undefined
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

export function warning(code: string, message: string): ServiceEvent {
  return { kind: 'warning', code, message }
}

/** A reply that broke off inside the service. */
export function failedReply(reason: string | undefined): ServiceEvent {
  const why = reason === undefined || reason.trim() === '' ? '' : ` ${sentence(reason)}`
  return warning('reply-failed', `The agent could not answer.${why}`)
}
