import { containerOf, fromPcm16 } from './audio-edge.ts'
import type { ClientMessage } from '../shared/protocol/deepgram.ts'
import { Conversation } from './conversation.ts'
import type { ConversationDeps, Heard } from './conversation-deps.ts'
import { Inflow } from './inflow.ts'
import type { AgentConfig } from './settings.ts'
import { patchListen, type ListenConfig } from './settings-listen.ts'
import { attempt, type SettingsRefusal } from './settings-refusal.ts'
import { readSpeak } from './settings-speak.ts'
import { readThink } from './settings-think.ts'
import type { SpeechEngine, TranscriberInfo } from './speech/contract.ts'
import type { ThinkFailure } from './thinking.ts'
import { Voices } from './voices.ts'

/** What a session needs from its connection. */
export interface SessionDeps extends Omit<
  ConversationDeps,
  'request' | 'turnBegins' | 'fellSilent' | 'cancel' | 'endTurn' | 'failed'
> {
  readonly engine: SpeechEngine
  /** Number of this session's stream at the engine. */
  readonly stream: number
  readonly transcriber: string
  /** Calls back once all audio so far has passed the turn detector. */
  heardSoFar(then: () => void): void
  /** The amount of audio in flight changed: look at {@link Session.full} again. */
  flowChanged(): void
  /** A message cannot be obeyed; the session ends. */
  refuse(refusal: SettingsRefusal): void
  /** Nothing can think or speak any more; the session ends. */
  failed(failure: ThinkFailure | SpeakFailure): void
  /** The user's audio is not what the settings say. */
  wrongAudio(description: string): void
}

/** No entry of the speak list could speak. */
interface SpeakFailure {
  readonly code: 'FAILED_TO_SPEAK'
  readonly description: string
}

/** What there is once `Settings` have been accepted: the conversation, the user's audio, and what updates change. */
export class Session {
  private readonly conversation: Conversation
  private readonly inflow: Inflow
  private listen: ListenConfig
  private readonly voices: Voices
  private isFirstFrame = true
  private readonly deps: SessionDeps
  private readonly config: AgentConfig

  constructor(config: AgentConfig, deps: SessionDeps) {
    const { engine, stream } = deps
    this.config = config
    this.deps = deps
    this.listen = config.listen
    this.voices = new Voices(config.speak.entries, {
      clock: deps.clock,
      ask: (utterance, text, { voice, speed }) =>
        engine.post({ kind: 'speak', stream, utterance, text, voice, ...(speed === 1 ? {} : { speed }) }),
      warn: (code, description) => deps.send({ type: 'Warning', code, description }),
      failed: (description) => deps.failed({ code: 'FAILED_TO_SPEAK', description })
    })
    this.conversation = new Conversation(config, {
      ...deps,
      sendAudio: (pcm) => deps.sendAudio(fromPcm16(config.audio.output, pcm)),
      turnBegins: () => this.voices.turnBegins(),
      fellSilent: () => undefined,
      request: (utterance, audio) => {
        if (audio.kind === 'speak') this.voices.request(utterance, audio.text)
        else engine.post({ kind: 'replay', stream, utterance, turn: audio.turn })
      },
      cancel: (upTo) => {
        this.voices.cancel(upTo)
        engine.post({ kind: 'cancel', stream, upTo })
      },
      endTurn: () => engine.post({ kind: 'end-turn', stream })
    })
    this.inflow = new Inflow({
      format: config.audio.input,
      post: (pcm) => engine.post({ kind: 'audio', stream, pcm }),
      barrier: (then) => deps.heardSoFar(then),
      changed: () => deps.flowChanged()
    })
  }

  /** Asks the engine for the stream. */
  open(): void {
    const { engine, stream, transcriber } = this.deps
    const { audio, listen } = this.config
    engine.post({
      kind: 'open',
      stream,
      inputSampleRateHz: audio.input.sampleRateHz,
      outputSampleRateHz: audio.output.sampleRateHz,
      transcriber,
      listen: listen.options
    })
  }

  /** The engine is open: audio that came since Settings goes on in order. */
  opened(transcriber: TranscriberInfo): void {
    this.conversation.transcriber = transcriber
    this.inflow.release()
  }

  start(): void {
    this.conversation.start()
  }

  stop(): void {
    this.conversation.stop()
    this.deps.engine.post({ kind: 'close', stream: this.deps.stream })
  }

  /** The client is so far ahead that reading on would only fill memory. */
  get full(): boolean {
    return this.inflow.full
  }

  /** A binary frame of the client. */
  hear(frame: Uint8Array): void {
    if (this.isFirstFrame && frame.length > 0) {
      this.isFirstFrame = false
      const container = containerOf(frame)
      if (container !== undefined) {
        const { encoding } = this.config.audio.input
        this.deps.wrongAudio(`The audio begins like ${container}; send raw ${encoding} samples without a container.`)
        return
      }
    }
    this.inflow.push(frame)
  }

  onSpeech(event: Heard): void {
    const isSpeech = event.kind === 'speech' || event.kind === 'speech-failed'
    if (isSpeech && this.voices.onSpeech(event)) return
    this.conversation.onSpeech(event)
  }

  /** Any message but `Settings`, in the order in which they came. */
  onMessage(message: Exclude<ClientMessage, { type: 'Settings' }>): void {
    const { conversation } = this
    switch (message.type) {
      case 'KeepAlive':
        return
      case 'InjectUserMessage':
        conversation.userText(message.content)
        return
      case 'InjectAgentMessage':
        conversation.agentText(message.message, message.behavior ?? 'default')
        return
      case 'FunctionCallResponse':
        conversation.functionResponse(message.id, message.content)
        return
      case 'ForceEndTurn':
        conversation.forceEndTurn()
        return
      case 'UpdatePrompt':
        this.deps.afterAudio(() => conversation.addPrompt(message.prompt), message.prompt.length)
        return
      case 'UpdateThink':
        this.update(
          () => readThink(message.think, ['think']),
          (items) => conversation.replaceThink(items),
          JSON.stringify(message.think).length
        )
        return
      case 'UpdateSpeak':
        this.update(
          () => readSpeak(message.speak, ['speak']),
          (speak) => {
            this.voices.replace(speak.entries)
            this.deps.send({ type: 'SpeakUpdated' })
          }
        )
        return
      case 'UpdateListen':
        this.updateListen(message.listen.provider)
    }
  }

  /** Read at once, so that a mistake is told at once; obeyed and acknowledged behind the audio that came before. */
  private update<T>(read: () => T, apply: (value: T) => void, length = 0): void {
    const result = attempt(read)
    if (result.ok) this.deps.afterAudio(() => apply(result.value), length)
    else this.deps.refuse(result.refusal)
  }

  /** The ears obey from here on in the stream; patches that follow build on this one. */
  private updateListen(patch: Readonly<Record<string, unknown>>): void {
    this.update(
      () => {
        this.listen = patchListen(this.listen, patch)
        this.deps.engine.post({ kind: 'listen-options', stream: this.deps.stream, listen: this.listen.options })
        return this.listen
      },
      (listen) => this.conversation.replaceListen(listen)
    )
  }
}
