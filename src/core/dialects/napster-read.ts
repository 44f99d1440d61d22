import { PCM16_BYTES } from '../../shared/audio/format.ts'
import { decodeBase64 } from './base64.ts'
import type { Dialect, Reader, ServiceEvent } from './dialect.ts'
import { argumentsText } from './json.ts'
import { endEvent, isEnd, refusalText, warning, warningEvent } from './napster-errors.ts'
import { audioOf, messageOf, readFrame, textAt, type Frame, type Message } from './napster-frame.ts'
import { namedFields } from './napster-messages.ts'
import { NapsterReplies } from './napster-replies.ts'
import {
  FUNCTION_CALL_MESSAGES_START_TOOLS,
  REMEMBERED_IDS,
  SPEECH_STARTED_ACTIONS,
  SPEECH_STARTED_EVENTS
} from './napster-unknowns.ts'
import { NapsterUsers } from './napster-users.ts'
import { Remembered } from './remembered.ts'

type Events = readonly ServiceEvent[]

const UNKNOWN: Events = [{ kind: 'unknown' }]

/** Reads the messages of one connection (napster.md section 7); a frame that is not understood is `unknown`, and the session goes on. */
export function newReader(modality: Dialect['modality']): Reader {
  const reader = new NapsterReader(modality)
  return (message) => {
    const events = reader.read(message)
    return events.length === 0 ? UNKNOWN : events
  }
}

class NapsterReader {
  readonly #modality: Dialect['modality']
  readonly #replies: NapsterReplies
  readonly #users = new NapsterUsers()
  readonly #calls = new Remembered(REMEMBERED_IDS)
  #welcomed = false
  #ready = false
  /** The user's speech that was told last has not ended. Its id, '' where it has none. */
  #speech: string | undefined
  /** Words of the user are to come; whether the agent has begun to answer them. */
  #owed: 'no' | 'yes' | 'answered' = 'no'
  /** The service has said that it will end an idle session, and nobody has said anything since. */
  #idleWarned = false

  constructor(modality: Dialect['modality']) {
    this.#modality = modality
    this.#replies = new NapsterReplies(modality)
  }

  read(message: unknown): Events {
    const frame = readFrame(message)
    if (frame === undefined) return []
    const { name } = frame
    if (isEnd(name)) return [endEvent(frame, this.#idleWarned)]
    if (SPEECH_STARTED_EVENTS.has(name)) return this.#live(this.#speechStarted(textAt(frame.data, 'item_id')))
    switch (name) {
      case 'message_received':
        return this.#message(messageOf(frame))
      case 'avatar_state_changed':
        return lower(frame.data['state']) === 'ready' ? this.#live([]) : this.#there()
      case 'talk_state_changed':
        return this.#talk(lower(frame.data['state']))
      case 'audio_received':
        return this.#audio(frame)
      case 'function_implicitly_called':
        return this.#called(frame.data['call_id'], frame.data['name'], frame.data['arguments'])
      case 'function_call_timeout':
        return [overdue(textAt(frame.data, 'call_id'))]
      case 'error':
        return [this.#error(frame)]
      default: {
        const told = warningEvent(frame)
        if (name === 'avatar_connection_warning') this.#idleWarned = true
        return told === undefined ? [] : [told]
      }
    }
  }

  /** The service is there; told once. */
  #there(): Events {
    if (this.#welcomed) return []
    this.#welcomed = true
    return [{ kind: 'welcome' }]
  }

  /** The conversation goes on: what tells of it says that the service is ready too, should that have been left out. */
  #live(events: Events): Events {
    const there = this.#there()
    if (this.#ready) return [...there, ...events]
    this.#ready = true
    return [...there, { kind: 'settings-applied' }, ...events]
  }

  #message(message: Message): Events {
    if (message.type === 'session') return this.#there()
    if (message.type === 'function_call') {
      return FUNCTION_CALL_MESSAGES_START_TOOLS
        ? this.#called(message['call_id'], message['name'], message.content)
        : []
    }
    if (message.role === 'user') return this.#live(this.#user(message))
    if (message.role === 'assistant') return this.#live(this.#assistant(message))
    return []
  }

  #user(message: Message): Events {
    const action = message.action ?? ''
    if (SPEECH_STARTED_ACTIONS.has(action)) return this.#speechStarted(message.item_id)
    if (action === 'delta') this.#users.delta(message)
    if (action === 'completed') return this.#userCompleted(message)
    return action === 'failed' ? this.#userCompleted({ ...message, content: '' }) : []
  }

  /** Told in up to three places; without ids only the first until something else happens. */
  #speechStarted(id = ''): Events {
    const same = this.#speech !== undefined && (id === '' || this.#speech === '' || id === this.#speech)
    if (same) {
      this.#speech = id === '' ? this.#speech : id
      return []
    }
    this.#speech = id
    this.#owed = 'yes'
    this.#idleWarned = false
    return [...this.#replies.cut(), { kind: 'user-started' }]
  }

  #userCompleted(message: Message): Events {
    const heard = this.#users.completed(message)
    const late = this.#owed === 'answered'
    this.#speech = undefined
    if (heard.kind === 'nothing') return []
    this.#owed = 'no'
    this.#idleWarned = false
    this.#replies.userTurnOver()
    if (heard.kind === 'words') return [{ kind: 'user-text', text: heard.text, ...(late ? { late } : {}) }]
    return late ? [] : [{ kind: 'turn-ended' }]
  }

  #assistant(message: Message): Events {
    return this.#answering(this.#replies.message(message))
  }

  #talk(state: string): Events {
    return this.#live(this.#answering(this.#replies.talk(state)))
  }

  /** An agent that says something has begun to answer what the user said, and the user's turn is over, though the words are still to come. */
  #answering(events: Events): Events {
    if (!events.some(({ kind }) => kind === 'agent-thinking' || kind === 'agent-started')) return events
    this.#speech = undefined
    this.#idleWarned = false
    if (this.#owed !== 'yes') return events
    this.#owed = 'answered'
    return [{ kind: 'turn-ended' }, ...events]
  }

  #audio(frame: Frame): Events {
    const text = audioOf(frame)
    if (this.#modality === 'text' || text === undefined || !this.#replies.audio()) return []
    const bytes = decodeBase64(text)
    const whole = bytes?.subarray(0, bytes.length - (bytes.length % PCM16_BYTES))
    if (whole === undefined || whole.length === 0) return []
    this.#speech = undefined
    return this.#live([{ kind: 'agent-audio', bytes: whole }])
  }

  /** May be delivered twice (napster.md section 7.3). */
  #called(id: unknown, name: unknown, given: unknown): Events {
    if (typeof id !== 'string' || id === '' || typeof name !== 'string' || name === '') return []
    if (!this.#calls.add(id)) return []
    const call = { id, name, arguments: argumentsText(given), clientSide: true }
    return this.#live([{ kind: 'tool-calls', functions: [call] }])
  }

  #error(frame: Frame): ServiceEvent {
    const reason = refusalText(frame)
    if (!this.#ready) return warning('napster-error', `Napster says: ${reason}`)
    const fields = namedFields(reason)
    return { kind: 'command-refused', reason, ...(fields.length === 0 ? {} : { fields }) }
  }
}

function overdue(id: string | undefined): ServiceEvent {
  return { kind: 'tool-call-overdue', ...(id === undefined || id === '' ? {} : { id }) }
}

function lower(state: unknown): string {
  return typeof state === 'string' ? state.toLowerCase() : ''
}
