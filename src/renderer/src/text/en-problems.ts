import type { ErrorCode, WarningCode } from '../../../shared/protocol/deepgram.ts'

/** What an error code of the service means to a person, and what to do. The service's own sentence stands between them. */
export const serviceErrors = {
  INTERNAL_SERVER_ERROR: { title: 'The service has a problem', advice: 'It is not yours. Try again in a moment.' },
  CLIENT_MESSAGE_TIMEOUT: {
    title: 'The service heard nothing from Parley',
    advice: 'The network stood still for too long. Check it and try again.'
  },
  UNPARSABLE_CLIENT_MESSAGE: {
    title: 'The service did not understand a message',
    advice: 'The block it names in the agent’s settings has a field that it does not know. Correct it.'
  },
  NON_SETTINGS_MESSAGE_BEFORE_SETTINGS: {
    title: 'The service got a message too early',
    advice: 'This is a fault of Parley. Try again; the log has the details.'
  },
  SETTINGS_ALREADY_APPLIED: {
    title: 'The service got its settings twice',
    advice: 'This is a fault of Parley. Try again; the log has the details.'
  },
  INVALID_SETTINGS: {
    title: 'The service refused the settings',
    advice: 'A value cannot work, often a model or voice that does not exist. Correct it in the agent’s settings.'
  },
  FAILED_TO_START_LISTENING: {
    title: 'The service could not start to listen',
    advice: 'Check model and language under "listen" in the agent’s settings, or try again.'
  },
  ASR_CONNECTION_CLOSED: { title: 'The service stopped hearing you', advice: 'It is not your microphone. Try again.' },
  ASR_DRIVER_TIMEOUT: { title: 'The service stopped hearing you', advice: 'It is not your microphone. Try again.' },
  USER_AUDIO_FORMAT: {
    title: 'The service cannot read this audio format',
    advice: 'Correct "audio.input" in the agent’s settings.'
  },
  FAILED_TO_SPEAK: {
    title: 'The agent cannot speak',
    advice: 'Every voice of its settings failed. Check "speak", and keys in it, or try again.'
  },
  FAILED_TO_THINK: {
    title: 'The agent cannot think',
    advice: 'Every model of its settings failed. Check “think”, and keys in it, or try again.'
  },
  SERVER_GOING_AWAY: { title: 'The service is restarting', advice: 'Talk again in a moment.' },
  NON_EXISTENT_FUNCTION_CALLED: {
    title: 'A function was called that the agent does not have',
    advice: 'Check the "functions" in the agent’s settings.'
  },
  AGENT_ID_NOT_SUPPORTED: {
    title: 'This server keeps no saved agents',
    advice: 'Write the agent out in its settings instead of its id.'
  },
  INVALID_AGENT_ID: {
    title: 'There is no saved agent with this id',
    advice: 'Check "agent" in the settings, and that the key belongs to the same project.'
  },
  MAXIMUM_SESSION_LENGTH_REACHED: {
    title: 'The service ends a conversation after two hours',
    advice: 'Talk again to go on.'
  }
} satisfies Record<ErrorCode, { title: string; advice: string }>

/** Titles for the codes of Napster (napster.md sections 2, 7.5 and 7.6). What they mean and what to do is in main's own sentence. */
export const napsterErrors = {
  idle_timeout: 'The conversation ended in silence',
  session_expired: 'The conversation has expired',
  no_credits_left: 'The account has no credits left',
  invalid_voice: 'The voice of this agent was refused',
  invalid_credentials: 'The key behind this agent was refused',
  instructions_too_long: 'The instructions of this agent are too long',
  connection_failed: 'Napster could not reach the model of this agent',
  ConcurrentSessionLimitReached: 'Too many conversations run on this account',
  RequestRateLimitExceeded: 'Too many conversations were started at once'
} as const

/** What a warning of the service means to a person. */
export const serviceWarnings = {
  INJECT_AGENT_MESSAGE_DURING_USER_SPEECH: 'It was not said, because you were speaking.',
  INJECT_AGENT_MESSAGE_DURING_AGENT_SPEECH: 'It was not said, because the agent was speaking.',
  PROMPT_TOO_LONG: 'The prompt is too long. The agent keeps its first 25,000 characters; shorten it.',
  THINK_REQUEST_FAILED: 'A model of the agent failed, so the next one in its settings is tried.',
  SPEAK_REQUEST_FAILED: 'A voice of the agent failed, so the next one in its settings is tried.',
  FUNCTION_CALL_FAILED: 'A function that the service calls failed. Check its address and headers in the settings.',
  SLOW_THINK_REQUEST: 'The model is slow. You can wait, or change it in the tune panel.',
  SLOW_SPEAK_REQUEST: 'The voice is slow. You can wait, or change it in the tune panel.',
  FORCE_END_TURN_UNSUPPORTED:
    'This agent’s listening model cannot end a turn on request. Stop speaking, and silence ends it; a Flux model can.',
  GPT_4O_STREAM_END_ERROR: 'The model’s answer broke off. Ask again.',
  MAXIMUM_SESSION_LENGTH_APPROACHING:
    'The service ends a conversation after two hours. Parley connects again in a quiet moment before that.',
  TRANSCRIBER_FAILED: 'The transcriber failed, so the agent did not understand you. You can type.'
} satisfies Record<WarningCode, string>
