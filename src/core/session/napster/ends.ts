import type { EndReason } from '../../../shared/events.ts'

type Sentence = Pick<EndReason, 'code' | 'message'>

const IDLE: Sentence = {
  code: 'idle',
  message: 'Napster ended the session because nobody said anything for a while. Connect again to go on.'
}

/** The provider of the agent left; an event that may be lost says why. Without it a voice that does not exist looks like an accident. */
const PROVIDER_LEFT = 'provider_connection_aborted'

/** Ends that the service has a name for, as an event or as the `closeReason` of a session (napster.md sections 7.5 and 7.6). */
const ENDS: Readonly<Record<string, Sentence>> = {
  idle_timeout: IDLE,
  session_expired: {
    code: 'idle',
    message:
      'The session at Napster has expired: nobody said anything for a while, or it had lasted its longest time. Connect again to go on.'
  },
  no_credits_left: {
    code: 'no-credits',
    message: 'The Napster account has no credits left. Buy credits in the Napster dashboard and connect again.'
  },
  connection_aborted: {
    code: 'service-closed',
    message: 'Somebody ended this session at Napster itself, not in Parley. Connect again to go on.'
  },
  rejected: {
    code: 'forbidden',
    message: "Napster rejected the session. Check the account's rights and the agent in the Napster dashboard."
  },
  invalid_voice: {
    code: 'settings-refused',
    message: 'Napster cannot use the voice of this agent. Give the agent another voice at Napster and connect again.'
  },
  invalid_credentials: {
    code: 'settings-refused',
    message:
      'The AI provider of this agent does not accept the credentials that Napster has for it. Correct them in the Napster dashboard and connect again.'
  },
  instructions_too_long: {
    code: 'settings-refused',
    message: 'The instructions of this agent are too long for its AI provider. Shorten them and connect again.'
  },
  [PROVIDER_LEFT]: {
    code: 'service-error',
    message:
      "The AI provider of this agent ended the session. If this happens again, check the agent's voice and instructions, and the credentials of the provider, in the Napster dashboard."
  },
  connection_failed: {
    code: 'service-error',
    message:
      'Napster could not reach the AI provider of this agent. If this lasts, check the provider and its credentials in the Napster dashboard.'
  }
}

/** Reasons of a closed session after which a new connection would not be what anybody wants. */
const FINAL: ReadonlySet<string> = new Set([
  'idle_timeout',
  'session_expired',
  'no_credits_left',
  'connection_aborted',
  'rejected'
])

/** What an error of the service means for a person; undefined where its own words must do. */
export function napsterEnd(serviceCode: string): EndReason | undefined {
  const end = Object.hasOwn(ENDS, serviceCode) ? ENDS[serviceCode] : undefined
  return end === undefined ? undefined : { ...end, serviceCode }
}

/**
 * The end that a `closeReason` tells; undefined where a new connection is to be made. `before`: those told in this session before. After a
 * provider that left without a word one more connection is tried, and no second one.
 */
export function finalEnd(closeReason: string, before: ReadonlySet<string>): EndReason | undefined {
  const repeated = closeReason === PROVIDER_LEFT && before.has(closeReason)
  return repeated || FINAL.has(closeReason) ? napsterEnd(closeReason) : undefined
}
