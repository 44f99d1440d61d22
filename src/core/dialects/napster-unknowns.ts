/**
 * Choices about what the sheet of the Napster API leaves open (napster.md, its UNK marks and section 13). Read tolerantly, sent
 * conservatively; each is here and nowhere else, so that a fact that becomes known changes one line.
 */

/**
 * Longest wait for the first `message_received` of type `session`, which is taken for a welcome. Every capture has it, no page promises
 * when; without it the connection goes on.
 */
export const WELCOME_MS = 2_000

/**
 * Longest wait for `avatar_state_changed` with `ready`. One live client does not read it and waits 1.5 s after the open instead; without
 * it the connection goes on.
 */
export const READY_MS = 6_000

/** Sessions were seen to die without a word at about 60 minutes; no page names a limit. */
export const RENEW_AFTER_MS = 55 * 60_000

/**
 * A session that died without a word may keep its socket, pongs and all: an answer that is owed and does not begin for so long is none. A
 * healthy one tells nothing either while its model thinks, and some think for half a minute: ending one of those loses its answer, while
 * the dead one only waits a little longer for its successor.
 */
export const SILENT_MS = 40_000

/** A tool's answer must have reached the model 10 s after the call; the way there is not known, so the interim answer leaves before. */
export const TOOL_INTERIM_MS = 8_000

/** No event confirms `set_settings` or a message without a response. One that raised no `error` for so long raised none. */
export const NO_OBJECTION_MS = 1_500

/** Where a `delay` is false it is left out: the page calls it optional with that default (rule N9). */
export const WRITE_FALSE_DELAY: boolean = false

/** What `delay` of `send_function_output` means is not told; every example has false. */
export const TOOL_OUTPUT_DELAY = false

/** What the model gets of a late result waits until the agent has finished its sentence: `delay: false` would cut it off. */
export const LATE_RESULT_DELAY = true

/**
 * Key of audio inside `send_audio` and `audio_received`: the newest page and all captures have `data`, older pages `audio`. Sent as the
 * first, read as either.
 */
export const AUDIO_KEYS = ['data', 'audio'] as const

/** Where the envelope has its name: `event`, but MCP events are flat and have `type`. */
export const NAME_KEYS = ['event', 'type'] as const

/** `speech_started` is named by the page and was seen as an action of a message, as an event of its own, and under the provider's name. */
export const SPEECH_STARTED_EVENTS: ReadonlySet<string> = new Set([
  'speech_started',
  'input_audio_buffer.speech_started'
])

/** Actions of a user message that say that a voice begins; `interrupted`: it cuts in. */
export const SPEECH_STARTED_ACTIONS: ReadonlySet<string> = new Set(['speech_started', 'interrupted'])

/** Messages say `cancelled`, the state of talking says `canceled`; both are read in both. */
export const CANCELLED: ReadonlySet<string> = new Set(['cancelled', 'canceled'])

/**
 * A `message_received` of type `function_call` was seen beside `function_implicitly_called`. Whether calls that the service makes itself
 * have one too is not told, so it starts no tool.
 */
export const FUNCTION_CALL_MESSAGES_START_TOOLS: boolean = false

/** `avatar_connection_warning` without `disconnect_after`: as the vendor's own client reads it. */
export const IDLE_WARNING_S = 30

/**
 * One client heard no reply to a text before it had sent some audio, another did. Parley sends silence while its microphone is closed,
 * which is audio too, and begins with so much of it.
 */
export const PRIMING_SILENCE_MS = 100

/** Ids of calls, and of replies that are over, which are remembered per connection: no page says how late a late frame may be. */
export const REMEMBERED_IDS = 500

/** Characters of one message whose end has not come: no size is told. */
export const LONGEST_MESSAGE = 100_000
