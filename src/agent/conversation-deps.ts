import type { Clock } from '../shared/runtime.ts'
import type { Part } from './mouth.ts'
import type { SpeechEvent } from './speech/contract.ts'
import type { Thinker } from './think/contract.ts'
import type { ThinkFailure } from './thinking.ts'
import type { ToolCallsDeps } from './tool-calls.ts'
import type { OutgoingMessage } from './wire.ts'

/** Where the pages and observations differ (deepgram.md section 12). */
export interface WireSwitches {
  /** `EndOfTurn` on Flux; observed, not documented. */
  readonly endOfTurn: boolean
  /** `FunctionCallResponse` repeats the client's own answers to it. */
  readonly echoResponses: boolean
  /** `AgentThinking` with the reasoning of models that give it; documented, never observed. */
  readonly agentThinking: boolean
}

/** What the conversation needs from its surroundings. */
export interface ConversationDeps {
  readonly clock: Clock
  readonly switches: WireSwitches
  readonly thinker: Thinker
  readonly callEndpoint: ToolCallsDeps['callEndpoint']
  /** Local time of day, for the brain. */
  now(): Date
  send(message: OutgoingMessage): void
  sendAudio(pcm: Uint8Array): void
  mayAudioGo(): boolean
  request(utterance: number, audio: Part['audio']): void
  /** The agent was silent and is going to speak. */
  turnBegins(): void
  /** It has finished: its last sample would have been played. Not told of a turn that was cut. */
  fellSilent(): void
  cancel(upTo: number): void
  /** Ends the user's turn, if one is open at the engine. */
  endTurn(): void
  /** Calls back, in order, when all audio of the client so far is dealt with; `length` of text waits until then. */
  afterAudio(then: () => void, length: number): void
  /** True while something waits for audio before it. */
  isWaiting(): boolean
  /** No model answers any more, or one calls what is not there: the session ends. */
  failed(failure: ThinkFailure): void
}

/** Something that a client tells the agent beside what the user says. */
export interface Told {
  /** `system` is context: only the agent hears of it. */
  readonly role: 'user' | 'system'
  readonly text: string
  /** False: taken in silently; it may show in later answers. */
  readonly wantsAnswer: boolean
}

/** The engine's reports that belong to the conversation. */
export type Heard = Exclude<SpeechEvent, { kind: 'opened' | 'barrier' | 'settled' | 'failed' }>
