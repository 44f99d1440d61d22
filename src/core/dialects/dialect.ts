import type { Command } from '../../shared/commands.ts'
import type { SupportTable, TurnLatency } from '../../shared/events.ts'
import type { PromptUse } from '../../shared/prompt.ts'
import type { Json } from '../secrets/placeholders.ts'
import type { EffectiveAgent } from './effective-agent.ts'

export type { EffectiveAgent } from './effective-agent.ts'

/** One JSON text frame. */
export type WireMessage = { [key: string]: Json }

/** One function that the agent called. `arguments` is JSON text as the service sent it, perhaps broken (C30). */
export interface CalledFunction {
  id: string
  name: string
  arguments: string
  /** Parley must answer it; otherwise it is only shown (C29). */
  clientSide: boolean
  /** Some models need it again with the call in a later history. */
  thoughtSignature?: string
}

/** Milliseconds; absent where the service told nothing. */
export type ServiceLatency = TurnLatency['service']

/** What a service tells, in words of no service. */
export type ServiceEvent =
  /** The service is there and waits for the settings. */
  | { kind: 'welcome' }
  | { kind: 'settings-applied' }
  | { kind: 'user-started' }
  /** `late`: the agent has begun to answer it already; it belongs before that answer, which goes on. */
  | { kind: 'user-text'; text: string; late?: true }
  | { kind: 'turn-ended' }
  /** `replaces`: it takes the place of so many of the texts that were told last, because the service has the whole of them now. */
  | { kind: 'agent-text'; text: string; replaces?: number }
  /** Audio of the agent that came inside a text message, in the service's output encoding. */
  | { kind: 'agent-audio'; bytes: Uint8Array }
  /** All of a reply is there, and none of it will be heard (text modality). */
  | { kind: 'reply-complete' }
  /** The service cut its reply off; audio of it that still comes must not be heard. */
  | { kind: 'agent-cancelled' }
  /**
   * The service did not take a message that it confirms only by its silence; the session goes on. `fields`: those that its words name, as
   * {@link WireStep.fields} spells them.
   */
  | { kind: 'command-refused'; reason: string; fields?: readonly string[] }
  | { kind: 'agent-thinking' }
  | { kind: 'agent-started'; latency: ServiceLatency }
  /** All audio of the reply was sent, not played. */
  | { kind: 'agent-audio-done' }
  | { kind: 'listen-updated' }
  | { kind: 'think-updated' }
  | { kind: 'speak-updated' }
  | { kind: 'prompt-updated' }
  | { kind: 'injection-refused'; reason: string }
  | { kind: 'tool-calls'; functions: CalledFunction[] }
  /** These calls must not be answered any more (C32). */
  | { kind: 'tool-calls-cancelled'; functions: { id: string; name: string }[] }
  /** The service waits for this answer no longer; without an id, for the oldest open one. */
  | { kind: 'tool-call-overdue'; id?: string }
  /** Result of a call that the service made, or the echo of Parley's own answer. */
  | { kind: 'tool-response'; id?: string; name: string; content: string }
  /** One or more parts of a turn's latency, to be merged (C35). */
  | { kind: 'latency'; latency: ServiceLatency }
  /** One entry for the next {@link Dialect.opening}, with the service's own fields and nothing else. */
  | { kind: 'history'; item: WireMessage }
  /**
   * `endTurnUnsupported`: the end of the user's turn cannot be forced (C42). `endsSoon`: the service will end the session in minutes.
   * `injectionRefused`: a statement was refused; it comes with or instead of `injection-refused` (deepgram.md section 7.3).
   */
  | {
      kind: 'warning'
      code: string
      message: string
      endTurnUnsupported?: true
      endsSoon?: true
      injectionRefused?: true
    }
  /**
   * The session is over. `settings`: the service did not accept the settings or an update of them.
   * `retry`: a new connection with the same settings may work (C38); `soon`: the service leaves by itself, whatever it was told last.
   */
  | { kind: 'error'; code: string; message: string; settings: boolean; retry: 'no' | 'yes' | 'soon' }
  /** Known or not, it changes nothing. */
  | { kind: 'unknown' }

/** Commands that {@link Dialect.plan} turns into messages. The others happen in the client, or ({@link Dialect.toolResponse}) need what only the session knows. */
export type WireCommand = Exclude<Command, { kind: 'stop-speaking' | 'tool-result' | 'revert-changes' }>

/** Replaces each `{{secret:NAME}}` in a value by its secret; the identity where the placeholders are to be shown. */
export type Fill = <T extends Json>(value: T) => T

/**
 * Makes one message. It is made twice: shown with the placeholders, and sent with `fill` resolving them. `fill` is given only what the
 * profile or a whole block of a command holds; what was typed, said or recorded is never searched for placeholders.
 */
export type Compose = (fill: Fill) => WireMessage

/** What tells that a message was dealt with; each may be missing (C43). */
export type Ack =
  | 'listen-updated'
  | 'think-updated'
  | 'speak-updated'
  | 'prompt-updated'
  /** The text comes back as the user's. */
  | 'user-echo'
  /** The text is spoken, or refused. */
  | 'spoken'
  /** The user's turn ends, or the service says that it cannot force that. */
  | 'turn-ended'
  /** The service never confirms it; it may object (`command-refused`). */
  | 'no-objection'

/** One message of a command and the sign that it was dealt with. */
export interface WireStep {
  compose: Compose
  ack: Ack
  /** The text that comes back with `user-echo` or `spoken`. */
  says?: string
  /** What stands in the conversation when this is sent, and whose it is. */
  shows?: { role: 'user' | 'parley'; text: string }
  /** It takes the turn from a speaking agent as words of the user do (`user`), or another statement of the agent takes its place (`agent`). */
  takesTurn?: 'user' | 'agent'
  /** It is refused where anybody is mid-turn. */
  ifQuiet?: true
  /** The service holds it until the agent has finished speaking, so its sign may take as long as a reply. */
  delayed?: true
  /** The echo may come in several parts, each a piece of `says`. */
  echoInParts?: true
  /** What an objection of the service may call this: its fields, by their names on the wire, and its type. */
  fields?: readonly string[]
  /** What to say of the command when the wait ended without a sign; a sentence for a person. */
  unconfirmed?: string
}

/** What to do for one command. */
export type Plan =
  /** `steps` go out one after the other, each after the sign of the one before it or a short wait; `effective` holds from then on. */
  | { kind: 'send'; steps: readonly WireStep[]; effective: EffectiveAgent }
  /** The microphone sends silence until the service ends the turn. */
  | { kind: 'trailing-silence' }
  /** It cannot work; nothing is sent. `reason` is a sentence for a person. */
  | { kind: 'impossible'; reason: string }

/** Between PCM16 mono inside Parley and the bytes on the wire; blocks are whole samples. */
export interface AudioCodec {
  encode(pcm: Uint8Array): Uint8Array
  decode(bytes: Uint8Array): Uint8Array
}

/** Reads the messages of one connection, in order; it may remember what came before on that connection and nothing else. */
export type Reader = (message: unknown) => readonly ServiceEvent[]

/** The time that a connection has to become live, and what happens when a sign does not come. */
export interface Handshake {
  /** Longest wait for `welcome` once the socket is open. */
  readonly welcomeMs: number
  /** Longest wait for `settings-applied` after `welcome`. */
  readonly appliedMs: number
  /** `go-on`: the sign is optional, and the connection goes on as if it had come. */
  readonly late: 'fail' | 'go-on'
}

/** A service that waits only so long for a tool's answer. */
export interface ToolDeadline {
  /** When the interim answer goes out, early enough to arrive. */
  readonly interimMs: number
  readonly interim: string
  /** Brings the real answer afterwards. */
  late(name: string, content: string): WireStep
}

/** The pure code that turns commands into a service's messages and messages into events. */
export interface Dialect {
  /** `text`: no audio either way; no microphone is opened. */
  readonly modality: 'audio' | 'text'
  readonly handshake: Handshake
  /** Age at which a connection is replaced in a quiet moment, before the service ends it. */
  readonly renewAfterMs: number
  /** A connection that is opened anew may begin with a greeting that must not be heard again. */
  readonly greetsAgain: boolean
  /** The service itself holds what shall follow the reply; otherwise the command desk does. */
  readonly serviceDelays: boolean
  /**
   * Longest silence, in ms, of a service that owes an answer, although its connection answers pings; after it the connection counts as
   * dead. Absent: an answer may take as long as it takes.
   */
  readonly silentMs?: number
  /** Undefined where the service waits as long as it takes. */
  readonly toolDeadline: ToolDeadline | undefined
  /** Writes one message of encoded microphone audio where the service takes audio inside text; undefined: audio is binary. */
  readonly audioText: ((bytes: Uint8Array) => string) | undefined
  readonly inputSampleRateHz: number
  readonly outputSampleRateHz: number
  /** The service puts a WAV header before its audio. */
  readonly outputIsWav: boolean
  /** Encodes what the microphone sends. */
  readonly inputCodec: AudioCodec
  /** Decodes what the agent says. */
  readonly outputCodec: AudioCodec
  /** Undefined where the service needs none. */
  readonly keepAlive: WireMessage | undefined
  /** The agent as the profile describes it; a session keeps the changes in one that lives as long as it does, across sockets. */
  readonly agent: EffectiveAgent
  /** One binary message holds this much audio. */
  blockMs(agent: EffectiveAgent): number
  /**
   * First message of a socket. With `history` (the {@link ServiceEvent} items of the conversation so far, both shapes) it opens a
   * connection anew, or goes on from an earlier one: what was changed since stays, the conversation comes along where the service takes it,
   * and there is no greeting.
   * Undefined where the service needs no such message.
   */
  opening(agent: EffectiveAgent, history?: readonly WireMessage[]): Compose | undefined
  /**
   * What must follow the first `settings-applied` of a session, in order. The command desk sends it. `earlier`: a conversation from before
   * that the opening was given, as far as that could not hold it.
   */
  afterOpening(agent: EffectiveAgent, earlier?: readonly WireMessage[]): readonly WireStep[]
  /** What must follow `settings-applied` of an opening with history, in order: what that opening could not hold. The command desk sends it. */
  afterReopening(agent: EffectiveAgent, history: readonly WireMessage[]): readonly WireStep[]
  /** What to do for `command` given the agent as it is now; checked before anything is sent. */
  plan(command: WireCommand, agent: EffectiveAgent): Plan
  /** The answer to one call of the agent. */
  toolResponse(id: string, name: string, content: string): WireMessage
  /** For one connection. */
  newReader(): Reader
  /** How much of its limit the prompt with everything added uses. */
  promptUse(agent: EffectiveAgent): PromptUse
  /** What can be done with the agent as it is now, by command kind and its variants (`SupportKey`). */
  support(agent: EffectiveAgent): SupportTable
}
