import type { SessionEvent } from '../shared/events.ts'
import type { AgentProfile } from '../shared/profile.ts'
import type {
  AudioSink,
  Clock,
  FileStore,
  Http,
  Log,
  SecretStore,
  TokenGrant,
  ToolSet,
  Transport,
  TransportHandlers,
  TransportRequest,
  TransportSocket
} from './ports.ts'
import type { EarlierConversation } from './session/earlier.ts'
import { Session, type WireEntry } from './session/session.ts'

interface Timer {
  atMs: number
  run: () => void
}

/** Time that moves only when the test says so. */
export class ManualClock implements Clock {
  #nowMs = 1_000
  readonly #timers = new Set<Timer>()

  nowMs(): number {
    return this.#nowMs
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, ms), run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  every(ms: number, run: () => void): () => void {
    let cancel: (() => void) | undefined
    let on = true
    const arm = (): void => {
      cancel = this.after(ms, () => {
        run()
        if (on) arm()
      })
    }
    arm()
    return () => {
      on = false
      cancel?.()
    }
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.size
  }

  /** Time passes while no timer may run, as in a process that is held up. */
  jump(ms: number): void {
    this.#nowMs += ms
  }

  advance(ms: number): void {
    const end = this.#nowMs + ms
    for (;;) {
      const next = [...this.#timers].toSorted((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined || next.atMs > end) break
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
    }
    this.#nowMs = end
  }
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** One frame that the session sent. */
export type Sent = { atMs: number; message: Record<string, unknown> } | { atMs: number; pcm: Uint8Array }

/** A dialled socket whose peer is the test. */
export class ScriptedSocket implements TransportSocket {
  readonly sent: Sent[] = []
  readonly request: TransportRequest
  /** Handlers as the session gave them, for late events of a socket that is over. */
  readonly handlers: TransportHandlers
  readonly #clock: Clock
  bufferedBytes = 0
  closed: number | undefined
  /** When each ping was sent. */
  readonly pingsMs: number[] = []
  /** The peer answers every ping at once. */
  pongs = false

  constructor(request: TransportRequest, handlers: TransportHandlers, clock: Clock) {
    this.request = request
    this.handlers = handlers
    this.#clock = clock
  }

  sendText(text: string): void {
    this.sent.push({ atMs: this.#clock.nowMs(), message: JSON.parse(text) as Record<string, unknown> })
  }

  sendBinary(pcm: Uint8Array): void {
    this.sent.push({ atMs: this.#clock.nowMs(), pcm: pcm.slice() })
  }

  ping(): void {
    this.pingsMs.push(this.#clock.nowMs())
    if (this.pongs) this.handlers.onPong()
  }

  close(code: number): void {
    this.closed = code
  }

  terminate(): void {
    this.closed = 1006
  }

  say(message: unknown): void {
    this.handlers.onText(JSON.stringify(message))
  }

  /** The service takes the connection up to SettingsApplied. */
  accept(): void {
    this.handlers.onOpen()
    this.say({ type: 'Welcome', request_id: 'r' })
    this.say({ type: 'SettingsApplied' })
  }

  /** The Settings that were sent. */
  get settings(): Record<string, unknown> | undefined {
    return this.messages.find(({ type }) => type === 'Settings')
  }

  get messages(): Record<string, unknown>[] {
    return this.sent.flatMap((frame) => ('message' in frame ? [frame.message] : []))
  }

  get audio(): { atMs: number; pcm: Uint8Array }[] {
    return this.sent.flatMap((frame) => ('pcm' in frame ? [frame] : []))
  }
}

/** What the sink was told, in order. */
export type SinkCall = { kind: 'write'; reply: number; pcm: Uint8Array } | { kind: 'end' | 'flush'; reply: number }

export const PROFILE: AgentProfile = {
  schemaVersion: 1,
  name: 'Test',
  service: 'builtin',
  settings: {
    audio: {
      input: { encoding: 'linear16', sample_rate: 16_000 },
      output: { encoding: 'linear16', sample_rate: 16_000, container: 'none' }
    },
    agent: { think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be brief.' } }
  }
}

/** One 20 ms block at 16 kHz, every byte `value`. */
export function block(value: number): Uint8Array {
  return new Uint8Array(640).fill(value)
}

export function profile(settings: AgentProfile['settings'], rest: Partial<AgentProfile> = {}): AgentProfile {
  return { ...PROFILE, ...rest, ...(settings === undefined ? {} : { settings }) }
}

export function secretStore(values: Record<string, string>, key?: string): SecretStore {
  return { secret: (name) => Promise.resolve(values[name]), serviceKey: () => Promise.resolve(key) }
}

export function memoryStore(values: Record<string, unknown> = {}): FileStore & { values: Record<string, unknown> } {
  return { values, read: (key) => values[key], write: (key, value) => void (values[key] = structuredClone(value)) }
}

export class ScriptedTransport implements Transport {
  readonly sockets: ScriptedSocket[] = []
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  open(request: TransportRequest, handlers: TransportHandlers): ScriptedSocket {
    const socket = new ScriptedSocket(request, handlers, this.#clock)
    this.sockets.push(socket)
    return socket
  }
}

/** Lets promises settle; the clock stands still. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

export interface RigOptions {
  profile?: AgentProfile
  url?: string
  secrets?: SecretStore
  builtinUrl?: () => Promise<string>
  tokens?: TokenGrant
  http?: Http
  tools?: ToolSet
  log?: Log
  /** In [0, 1); 0.5 without it. */
  random?: () => number
  reconnect?: boolean
  earlier?: EarlierConversation
}

/** A session with a scripted peer, a manual clock and a sink that writes down what it is told. */
export class SessionRig {
  readonly clock = new ManualClock()
  readonly transport = new ScriptedTransport(this.clock)
  readonly events: SessionEvent[] = []
  readonly wire: WireEntry[] = []
  readonly calls: SinkCall[] = []
  readonly session: Session
  /** Runs with every event, for listeners that act at once. */
  listener: (event: SessionEvent) => void = () => {}

  constructor(options: RigOptions = {}) {
    const sink: AudioSink = {
      write: (reply, pcm) => void this.calls.push({ kind: 'write', reply, pcm: pcm.slice() }),
      end: (reply) => void this.calls.push({ kind: 'end', reply }),
      flush: (reply) => void this.calls.push({ kind: 'flush', reply })
    }
    this.session = new Session(
      {
        transport: this.transport,
        clock: this.clock,
        random: options.random ?? (() => 0.5),
        log: options.log ?? silentLog,
        secrets: options.secrets ?? secretStore({}),
        builtinAgent: { url: options.builtinUrl ?? (() => Promise.resolve('ws://127.0.0.1:1')) },
        sink,
        ...(options.tokens === undefined ? {} : { tokens: options.tokens }),
        ...(options.http === undefined ? {} : { http: options.http }),
        ...(options.tools === undefined ? {} : { tools: options.tools }),
        onEvent: (event) => {
          this.events.push(event)
          this.listener(event)
        },
        onWire: (entry) => this.wire.push(entry)
      },
      {
        profile: options.profile ?? PROFILE,
        ...(options.url === undefined ? {} : { url: options.url }),
        ...(options.reconnect === undefined ? {} : { reconnect: options.reconnect }),
        ...(options.earlier === undefined ? {} : { earlier: options.earlier })
      }
    )
  }

  /** A rig whose session has dialled. */
  static async dialled(options: RigOptions = {}): Promise<SessionRig> {
    const rig = new SessionRig(options)
    rig.session.connect()
    await settle()
    return rig
  }

  /** A rig whose Settings were sent. */
  static async configuring(options: RigOptions = {}): Promise<SessionRig> {
    const rig = await SessionRig.dialled(options)
    rig.socket.handlers.onOpen()
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    return rig
  }

  static async live(options: RigOptions = {}): Promise<SessionRig> {
    const rig = await SessionRig.configuring(options)
    rig.socket.say({ type: 'SettingsApplied' })
    return rig
  }

  get socket(): ScriptedSocket {
    const socket = this.transport.sockets.at(-1)
    if (socket === undefined) throw new Error('nothing was dialled')
    return socket
  }

  /** Lets the waiting attempt come, and the service take it. */
  async reconnect(withinMs = 31_000): Promise<void> {
    const before = this.transport.sockets.length
    for (let waitedMs = 0; this.transport.sockets.length === before; waitedMs += 10) {
      if (waitedMs >= withinMs) throw new Error('nothing was dialled again')
      this.clock.advance(10)
      await settle()
    }
    this.socket.accept()
  }

  get activity(): string {
    const { state } = this.session
    return state.phase === 'live' ? state.activity : state.phase
  }

  get phases(): string[] {
    return this.events.flatMap((event) => (event.kind === 'state' ? [event.state.phase] : []))
  }

  of<K extends SessionEvent['kind']>(kind: K): Extract<SessionEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<SessionEvent, { kind: K }> => event.kind === kind)
  }

  /** The captions as a person sees them: the newest of each id, in order of their first appearance. */
  get captions(): { role: string; text: string; interrupted: boolean }[] {
    const byId = new Map(this.of('caption').map(({ caption }) => [caption.id, caption]))
    return [...byId.values()].map(({ role, text, interrupted }) => ({ role, text, interrupted }))
  }

  /** Starts a reply of `ms` whose audio is at the sink. */
  reply(ms: number, text?: string): void {
    if (text !== undefined) this.socket.say({ type: 'ConversationText', role: 'assistant', content: text })
    this.socket.handlers.onBinary(new Uint8Array(ms * 32).fill(1))
  }

  /** The sink has played `ms` of `reply` in all. */
  played(reply: number, ms: number, drained = false): void {
    this.session.playback({ reply, playedSamples: ms * 16, drained })
  }

  /** Speaks for `ms`, one block of `value` each 20 ms. */
  speak(ms: number, value = 7): void {
    for (let at = 0; at < ms; at += 20) {
      this.session.pushAudio(block(value))
      this.clock.advance(20)
    }
  }
}
