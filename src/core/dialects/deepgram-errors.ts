import type { ErrorCode } from '../../shared/protocol/deepgram.ts'
import type { ServiceEvent } from './dialect.ts'

type Retry = Extract<ServiceEvent, { kind: 'error' }>['retry']

/** Whether a new connection with the same settings may work, by error code (C38; deepgram.md section 7.1). */
const RETRY: Readonly<Record<ErrorCode, Retry>> = {
  INTERNAL_SERVER_ERROR: 'yes',
  CLIENT_MESSAGE_TIMEOUT: 'yes',
  UNPARSABLE_CLIENT_MESSAGE: 'no',
  NON_SETTINGS_MESSAGE_BEFORE_SETTINGS: 'no',
  SETTINGS_ALREADY_APPLIED: 'no',
  INVALID_SETTINGS: 'no',
  FAILED_TO_START_LISTENING: 'yes',
  ASR_CONNECTION_CLOSED: 'yes',
  ASR_DRIVER_TIMEOUT: 'yes',
  USER_AUDIO_FORMAT: 'no',
  FAILED_TO_SPEAK: 'yes',
  FAILED_TO_THINK: 'yes',
  SERVER_GOING_AWAY: 'soon',
  NON_EXISTENT_FUNCTION_CALLED: 'no',
  AGENT_ID_NOT_SUPPORTED: 'no',
  INVALID_AGENT_ID: 'no',
  MAXIMUM_SESSION_LENGTH_REACHED: 'soon'
}

/** Errors that say the settings, or an update of them, cannot work (deepgram.md section 5.1). */
const SETTINGS_ERRORS: ReadonlySet<string> = new Set<ErrorCode>([
  'INVALID_SETTINGS',
  'SETTINGS_ALREADY_APPLIED',
  'NON_SETTINGS_MESSAGE_BEFORE_SETTINGS',
  'INVALID_AGENT_ID',
  'AGENT_ID_NOT_SUPPORTED'
])

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(RETRY, code)
}

/** The end of a session as the service tells it. A code that is not known says nothing of the settings, so it may work again. */
export function errorEvent(code: string, description: string | undefined): ServiceEvent {
  return {
    kind: 'error',
    code,
    message: description === undefined || description === '' ? code : description,
    settings: SETTINGS_ERRORS.has(code),
    retry: isKnown(code) ? RETRY[code] : 'yes'
  }
}
