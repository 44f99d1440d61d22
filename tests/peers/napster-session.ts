import type { IncomingHttpHeaders } from 'node:http'
import type { WebSocket } from 'ws'
import type { Spelling } from './napster-spelling.ts'

/** A client command as it came. */
export interface NapsterCommand {
  atMs: number
  /** The frame, byte for byte. */
  text: string
  type: string
  data: Record<string, unknown>
}

/** Fields of one `message_received` (napster.md section 7.2). */
export type MessageFields = { type: string; action: string } & Record<string, unknown>

const SAMPLE_RATE_HZ = 16_000

/** A 300 Hz tone, PCM16 mono at 16 kHz. */
export function napsterTone(ms: number): Buffer {
  const frames = (SAMPLE_RATE_HZ / 1000) * ms
  const pcm = Buffer.alloc(frames * 2)
  for (let i = 0; i < frames; i += 1) {
    pcm.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 300 * i) / SAMPLE_RATE_HZ)), i * 2)
  }
  return pcm
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // Kept among the strange frames.
    return undefined
  }
}

/** One connection that was created: what its client sent, and the hand that plays the service's part on its socket. */
export class NapsterSession {
  readonly id: string
  readonly token: string
  /** The body of the request that created it. */
  readonly request: Record<string, unknown>
  readonly commands: NapsterCommand[] = []
  /** Frames of the client that are no commands: binary ones, and text that is no `{type, data}`. */
  readonly strange: string[] = []
  upgrade: { path: string; headers: IncomingHttpHeaders } | undefined
  socket: WebSocket | undefined
  /** How the client closed the socket. */
  closeCode: number | undefined
  /** What `GET /public/sessions/{id}` tells. */
  closeReason: string | undefined
  pings = 0
  readonly #spelling: Spelling
  #lastItem = 0

  constructor(id: string, token: string, request: Record<string, unknown>, spelling: Spelling) {
    this.id = id
    this.token = token
    this.request = request
    this.#spelling = spelling
  }

  get over(): boolean {
    return this.closeReason !== undefined || this.closeCode !== undefined
  }

  /** Data of the commands of a type, in order. */
  of(type: string): Record<string, unknown>[] {
    return this.commands.flatMap((command) => (command.type === type ? [command.data] : []))
  }

  /** Frames of the client without its audio, byte for byte. */
  get texts(): string[] {
    return this.commands.flatMap(({ type, text }) => (type === 'send_audio' ? [] : [text]))
  }

  /** All audio of the client. */
  get heard(): Buffer {
    return Buffer.concat(this.of('send_audio').map(({ data }) => Buffer.from(String(data), 'base64')))
  }

  receive(text: string, isBinary: boolean): NapsterCommand | undefined {
    const json = isBinary ? undefined : parsed(text)
    const data = json?.['data']
    if (typeof json?.['type'] !== 'string' || typeof data !== 'object' || data === null) {
      this.strange.push(isBinary ? `binary, ${text.length} bytes` : text)
      return undefined
    }
    const command = { atMs: performance.now(), text, type: json['type'], data: data as Record<string, unknown> }
    this.commands.push(command)
    return command
  }

  /** One text frame exactly as it is. */
  raw(text: string): void {
    this.socket?.send(text)
  }

  event(name: string, data?: unknown): void {
    this.raw(JSON.stringify({ [this.#spelling.eventKey]: name, ...(data === undefined ? {} : { data }) }))
  }

  message(fields: MessageFields): void {
    const message = { timestamp: new Date().toISOString(), ...fields }
    this.event('message_received', this.#spelling.nested ? { message } : message)
  }

  /** The marker and the two states that a new connection begins with (section 12, step 6). */
  markers(): void {
    this.message({ type: 'session', action: 'created' })
    this.event('avatar_state_changed', { state: 'preparing' })
    this.event('avatar_state_changed', { state: 'ready', details: { mode: 'audio_only' } })
  }

  talk(state: 'preparing' | 'started' | 'ended' | 'canceled'): void {
    this.event('talk_state_changed', { state: state === 'canceled' ? this.#spelling.cancelled.talk : state })
  }

  audio(pcm: Uint8Array): void {
    this.event('audio_received', { [this.#spelling.audioKey]: Buffer.from(pcm).toString('base64') })
  }

  /** The user's words, as they were understood or typed. Returns the item's id. */
  user(content: string): string {
    const item_id = this.#newId('item')
    this.message({ type: 'message', role: 'user', action: 'completed', content, item_id })
    return item_id
  }

  userStarts(): void {
    const item_id = this.#newId('item')
    const { speechStarted } = this.#spelling
    if (speechStarted === 'message') {
      this.message({ type: 'message', role: 'user', action: 'speech_started', item_id })
    } else this.event(speechStarted === 'event' ? 'speech_started' : 'input_audio_buffer.speech_started', { item_id })
  }

  /** Begins a reply; its parts come from the hand that is returned. */
  reply(): NapsterReply {
    const ids = { item_id: this.#newId('item'), response_id: this.#newId('resp') }
    const assistant = (action: string, more: object) =>
      this.message({ type: 'message', role: 'assistant', action, ...ids, ...more })
    return {
      ids,
      begin: () => {
        this.talk('preparing')
        assistant('created', {})
        this.talk('started')
      },
      delta: (content) => assistant('delta', { content }),
      completed: (content) => assistant('completed', { content }),
      cancel: (reason = 'turn_detected') => {
        assistant(this.#spelling.cancelled.action, { reason })
        this.talk('canceled')
      },
      failed: (error) => assistant('failed', { error })
    }
  }

  /** A whole spoken reply: text in two deltas, `ms` of a tone at once, the full text, the end of talk. */
  answer(text: string, ms = 100): void {
    const reply = this.reply()
    const half = Math.ceil(text.length / 2)
    reply.begin()
    reply.delta(text.slice(0, half))
    this.audio(napsterTone(ms))
    reply.delta(text.slice(half))
    reply.completed(text)
    this.talk('ended')
  }

  /** A whole reply of a text session: no talk states, no audio (section 7.5). */
  answerInText(text: string): void {
    const reply = this.reply()
    const half = Math.ceil(text.length / 2)
    reply.delta(text.slice(0, half))
    reply.delta(text.slice(half))
    reply.completed(text)
  }

  call(callId: string, name: string, input: Record<string, unknown>): void {
    const given = this.#spelling.argumentsAs === 'object' ? input : JSON.stringify(input)
    this.event('function_implicitly_called', { call_id: callId, name, arguments: given })
  }

  /** The service closes the socket; why is told over REST only. */
  end(closeReason: string, code = 1000): void {
    this.closeReason = closeReason
    this.socket?.close(code)
  }

  /** The wire is cut without a word. */
  cut(): void {
    this.socket?.terminate()
  }

  #newId(kind: string): string {
    this.#lastItem += 1
    return `${kind}_${this.id}_${this.#lastItem}`
  }
}

/** One reply in parts. */
export interface NapsterReply {
  readonly ids: { item_id: string; response_id: string }
  begin(): void
  delta(content: string): void
  completed(content: string): void
  cancel(reason?: string): void
  failed(error: string): void
}
