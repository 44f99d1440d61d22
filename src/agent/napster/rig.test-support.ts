import { NAPSTER_TOOL_DEADLINE_MS } from '../../shared/protocol/napster.ts'
import type { Link } from '../link.ts'
import { ManualClock } from '../manual-clock.test-support.ts'
import { keptLog } from '../rig.test-support.ts'
import { ScriptedEngine, type Script } from '../scripted-engine.test-support.ts'
import { ScriptedFunctions, ScriptedThinker } from '../scripted-thinker.test-support.ts'
import type { HistoryMessage } from '../settings-schema.ts'
import { configOf, whyAborted, type Tuning } from './agent-config.ts'
import { NapsterConnection } from './connection.ts'
import type { CloseReason, NapsterEvent, NapsterMessage } from './events.ts'

/** What a rig leaves open. */
export interface NapsterRigOptions {
  settings?: Tuning['settings']
  functions?: Tuning['functions']
  modality?: 'audio' | 'text'
  initialSpeech?: string
  context?: readonly HistoryMessage[]
  voiceId?: string
  script?: Script
  idleCloseMs?: number
  sessionLimitMs?: number
  creditMs?: number
}

/** A frame that was sent, with the time of the manual clock. */
export interface SentEvent {
  readonly atMs: number
  readonly frame: NapsterEvent
}

type DataOf<E extends NapsterEvent['event']> = Extract<NapsterEvent, { event: E }>['data']

/** A Napster connection with a scripted engine, a manual clock and a socket in memory. */
export class NapsterRig {
  readonly clock = new ManualClock()
  readonly engine: ScriptedEngine
  readonly thinker = new ScriptedThinker()
  readonly functions = new ScriptedFunctions()
  readonly log = keptLog()
  readonly sent: SentEvent[] = []
  readonly ended: CloseReason[] = []
  closed = false
  terminated = false
  paused = false
  bufferedBytes = 0
  readonly connection: NapsterConnection

  constructor(options: NapsterRigOptions = {}) {
    this.engine = new ScriptedEngine(options.script)
    const tuning = { settings: options.settings ?? {}, functions: options.functions ?? [] }
    this.connection = new NapsterConnection(
      {
        sessionId: 'session_1',
        config: configOf(tuning, options.voiceId, options.context ?? []),
        tuning,
        modality: options.modality ?? 'audio',
        initialSpeech: options.initialSpeech,
        refusal: whyAborted(tuning.settings, options.voiceId)
      },
      {
        link: this.link(),
        engine: this.engine,
        stream: 1,
        transcriber: 'none',
        thinker: this.thinker,
        callFunction: this.functions.call,
        toolDeadlineMs: NAPSTER_TOOL_DEADLINE_MS,
        idleCloseMs: options.idleCloseMs ?? Infinity,
        sessionLimitMs: options.sessionLimitMs ?? Infinity,
        creditMs: options.creditMs ?? Infinity,
        clock: this.clock,
        log: this.log,
        now: () => new Date(Date.UTC(2026, 10, 21, 9, 5)),
        ended: (reason) => void this.ended.push(reason)
      }
    )
  }

  /** One frame as it stands on the wire. */
  raw(text: string): void {
    this.connection.onText(text)
  }

  command(type: string, data?: unknown): void {
    this.raw(JSON.stringify({ type, data }))
  }

  say(text: string, more: object = {}): void {
    this.command('send_message', { role: 'user', text, trigger_response: true, ...more })
  }

  tellContext(text: string, more: object = {}): void {
    this.command('send_message', { role: 'system', text, trigger_response: false, ...more })
  }

  set(data: object): void {
    this.command('set_settings', data)
  }

  /** Audio of the user. */
  hear(pcm: Uint8Array): void {
    this.command('send_audio', { data: Buffer.from(pcm).toString('base64') })
  }

  /** The user speaks and is understood, at once. */
  speak(turn: number, text: string | null): void {
    this.engine.userStarts(turn)
    this.engine.userStops(turn, text)
  }

  /** Asks, lets the agent finish, and answers what it said. */
  ask(text: string): string {
    const before = this.completed.length
    this.say(text)
    this.clock.advance(60_000)
    return this.completed.slice(before).join(' ')
  }

  get events(): NapsterEvent[] {
    return this.sent.map(({ frame }) => frame)
  }

  /** Data of the events of one name, in order. */
  all<E extends NapsterEvent['event']>(name: E): DataOf<E>[] {
    return this.events.flatMap((frame) => (frame.event === name ? [frame.data as DataOf<E>] : []))
  }

  get messages(): NapsterMessage[] {
    return this.all('message_received').map(({ message }) => message)
  }

  /** What the agent said, one entry per completed response. */
  get completed(): string[] {
    return this.messages.flatMap((message) =>
      message.type === 'message' && message.role === 'assistant' && message.action === 'completed'
        ? [message.content]
        : []
    )
  }

  /** What the user said or typed. */
  get echoed(): string[] {
    return this.messages.flatMap((message) =>
      message.type === 'message' && message.role === 'user' && message.action === 'completed' ? [message.content] : []
    )
  }

  get errors(): string[] {
    return this.all('error').map(({ message }) => message)
  }

  get talk(): string[] {
    return this.all('talk_state_changed').map(({ state }) => state)
  }

  /** Everything sent, one line per frame; runs of audio as one. */
  get trace(): string[] {
    const trace: string[] = []
    for (const frame of this.events) {
      if (frame.event !== 'audio_received') trace.push(label(frame))
      else if (trace.at(-1) !== 'audio') trace.push('audio')
    }
    return trace
  }

  /** Bytes of PCM that were sent. */
  get audioBytes(): number {
    return this.all('audio_received').reduce((sum, { data }) => sum + Buffer.from(data, 'base64').length, 0)
  }

  /** Forgets what was sent so far. */
  clear(): void {
    this.sent.length = 0
  }

  private link(): Link {
    const buffered = (): number => this.bufferedBytes
    return {
      sendText: (text) => this.sent.push({ atMs: this.clock.nowMs(), frame: JSON.parse(text) as NapsterEvent }),
      sendBinary: () => {
        throw new Error('a binary frame on the Napster door')
      },
      close: () => {
        this.closed = true
      },
      terminate: () => {
        this.terminated = true
      },
      pause: () => {
        this.paused = true
      },
      resume: () => {
        this.paused = false
      },
      get bufferedBytes() {
        return buffered()
      }
    }
  }
}

function label(frame: NapsterEvent): string {
  switch (frame.event) {
    case 'message_received': {
      const { message } = frame.data
      const { action } = message
      if (message.type === 'session') return `session ${action}`
      const text = 'content' in message ? `: ${message.content}` : 'reason' in message ? `: ${message.reason}` : ''
      return `${message.role} ${action}${text}`
    }
    case 'avatar_state_changed':
      return `avatar ${frame.data.state}`
    case 'talk_state_changed':
      return `talk ${frame.data.state}`
    case 'function_implicitly_called':
      return `call ${frame.data.name}`
    case 'error':
      return `error ${frame.data.code}`
    case 'provider_connection_aborted':
      return `aborted ${frame.data.error.code}`
    default:
      return frame.event
  }
}
