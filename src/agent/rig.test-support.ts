import { Connection } from './connection.ts'
import type { Link } from './link.ts'
import { ManualClock } from './manual-clock.test-support.ts'
import { ScriptedEngine, type Script } from './scripted-engine.test-support.ts'
import { ScriptedFunctions, ScriptedThinker } from './scripted-thinker.test-support.ts'
import type { WireSwitches } from './conversation-deps.ts'
import { DEFAULT_SWITCHES } from './server.ts'
import { SESSION_LIMIT_MS } from './session-clock.ts'
import type { OutgoingMessage } from './wire.ts'
import type { InjectBehavior } from '../shared/protocol/deepgram.ts'
import type { Log } from '../shared/runtime.ts'

/** One frame that the agent sent, with the time of the manual clock. */
export type Sent =
  { readonly atMs: number; readonly message: OutgoingMessage } | { readonly atMs: number; readonly bytes: Uint8Array }

/** Settings that ask for nothing in particular, at 16 kHz both ways. */
export function settings(agent: object = {}, audio: object = {}): object {
  return {
    type: 'Settings',
    flags: { history: false },
    audio: {
      input: { encoding: 'linear16', sample_rate: 16_000 },
      output: { encoding: 'linear16', sample_rate: 16_000, container: 'none' },
      ...audio
    },
    agent
  }
}

/** A log that keeps its lines. */
export function keptLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const line = (message: string, fields?: object): void => {
    lines.push(`${message} ${JSON.stringify(fields ?? {})}`)
  }
  return { lines, debug: line, info: line, warn: line, error: line }
}

/** What a rig leaves open. */
export interface RigOptions {
  idleTimeoutMs?: number
  sessionLimitMs?: number
  switches?: Partial<WireSwitches>
}

/** A connection with a scripted engine, a manual clock and a socket in memory. */
export class Rig {
  readonly clock = new ManualClock()
  readonly engine: ScriptedEngine
  readonly thinker = new ScriptedThinker()
  readonly functions = new ScriptedFunctions()
  readonly sent: Sent[] = []
  readonly log = keptLog()
  closed = false
  terminated = false
  paused = false
  bufferedBytes = 0
  readonly connection: Connection

  constructor(script: Script = {}, options: RigOptions = {}) {
    this.engine = new ScriptedEngine(script)
    this.connection = new Connection({
      link: this.link(),
      engine: this.engine,
      stream: 1,
      requestId: '00000000-0000-4000-8000-000000000001',
      transcriber: 'none',
      thinker: this.thinker,
      callFunction: this.functions.call,
      switches: { ...DEFAULT_SWITCHES, ...options.switches },
      idleTimeoutMs: options.idleTimeoutMs ?? 1_000_000_000,
      sessionLimitMs: options.sessionLimitMs ?? 1000 * SESSION_LIMIT_MS,
      clock: this.clock,
      log: this.log,
      now: () => new Date(2026, 10, 21, 9, 5)
    })
  }

  /** A rig whose settings are applied already. */
  static live(agent: object = {}, script: Script = {}, audio: object = {}, options: RigOptions = {}): Rig {
    const rig = new Rig(script, options)
    rig.send(settings(agent, audio))
    return rig
  }

  send(message: object): void {
    this.connection.onText(JSON.stringify(message))
  }

  sendAudio(pcm: Uint8Array): void {
    this.connection.onBinary(pcm)
  }

  inject(message: string, behavior?: InjectBehavior): void {
    this.send({ type: 'InjectAgentMessage', message, ...(behavior === undefined ? {} : { behavior }) })
  }

  type(content: string): void {
    this.send({ type: 'InjectUserMessage', content })
  }

  /** Everything sent but latency reports, which have tests of their own; runs of audio frames as one entry. */
  get trace(): string[] {
    const trace: string[] = []
    for (const entry of this.sent) {
      if ('bytes' in entry) {
        if (trace.at(-1) !== 'audio') trace.push('audio')
      } else if (entry.message.type !== 'LatencyReport') trace.push(label(entry.message))
    }
    return trace
  }

  /** Messages of one type, in order. */
  all<T extends OutgoingMessage['type']>(type: T): Extract<OutgoingMessage, { type: T }>[] {
    return this.messages.filter((one): one is Extract<OutgoingMessage, { type: T }> => one.type === type)
  }

  /** The user speaks and is understood, at once. */
  speak(turn: number, text: string | null): void {
    this.engine.userStarts(turn)
    this.engine.userStops(turn, text)
  }

  /** The client answers a call. */
  respond(id: string | undefined, name: string, content: string): void {
    this.send({ type: 'FunctionCallResponse', id: id ?? '', name, content })
  }

  get messages(): OutgoingMessage[] {
    return this.sent.flatMap((entry) => ('message' in entry ? [entry.message] : []))
  }

  /** What the agent said, one entry per ConversationText. */
  get said(): string[] {
    return this.messages.flatMap((message) =>
      message.type === 'ConversationText' && message.role === 'assistant' ? [message.content] : []
    )
  }

  get audioBytes(): number {
    return this.sent.reduce((sum, entry) => sum + ('bytes' in entry ? entry.bytes.length : 0), 0)
  }

  count(type: OutgoingMessage['type']): number {
    return this.messages.filter((message) => message.type === type).length
  }

  /** Forgets what was sent so far. */
  clear(): void {
    this.sent.length = 0
  }

  private link(): Link {
    const buffered = (): number => this.bufferedBytes
    return {
      sendText: (text) => this.sent.push({ atMs: this.clock.nowMs(), message: JSON.parse(text) as OutgoingMessage }),
      sendBinary: (bytes) => this.sent.push({ atMs: this.clock.nowMs(), bytes }),
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

function label(message: OutgoingMessage): string {
  switch (message.type) {
    case 'ConversationText':
      return `${message.type} ${message.role}: ${message.content}`
    case 'History':
      return 'role' in message
        ? `${message.type} ${message.role}: ${message.content}`
        : `${message.type} ${message.function_calls.map(({ name }) => name).join(', ')}`
    case 'FunctionCallRequest':
    case 'FunctionCallCancelled':
      return `${message.type} ${message.functions.map(({ name }) => name).join(', ')}`
    case 'FunctionCallResponse':
      return `${message.type} ${message.name}: ${message.content}`
    case 'AgentThinking':
      return `${message.type}: ${message.content}`
    case 'EndOfTurn':
      return `${message.type} ${message.trigger}`
    case 'Error':
    case 'Warning':
      return `${message.type} ${message.code}`
    default:
      return message.type
  }
}
