import { assertNever } from '../shared/assert-never.ts'
import type { InjectBehavior } from '../shared/protocol/deepgram.ts'
import type { Clock } from '../shared/runtime.ts'
import { addPrompt, emptyMind, heard, learn, type Mind } from './brain/mind.ts'
import { reply } from './brain/reply.ts'
import { splitSentences } from './brain/sentences.ts'
import { Mouth, type Part } from './mouth.ts'
import { sentences, statement } from './parts.ts'
import type { AgentConfig } from './settings.ts'
import type { HistoryMessage } from './settings-schema.ts'
import type { SpeechEvent, TranscriberInfo } from './speech/contract.ts'
import type { OutgoingMessage } from './wire.ts'

/** Parts that may wait to be spoken; an injection beyond it is refused, so that a client cannot fill memory. */
export const MAX_QUEUED_PARTS = 1000
/** Longest statement that can be injected, in UTF-16 units. */
export const MAX_STATEMENT_LENGTH = 25_000
/** Things the user said or typed that may wait for the user to finish; the oldest are dropped. */
const MAX_PENDING = 16

/** What the conversation needs from its surroundings. */
export interface ConversationDeps {
  readonly clock: Clock
  /** Local time of day, for the brain. */
  now(): Date
  send(message: OutgoingMessage): void
  sendAudio(pcm: Uint8Array): void
  mayAudioGo(): boolean
  request(utterance: number, audio: Part['audio']): void
  cancel(upTo: number): void
  /** Calls back, in order, when all audio of the client so far is dealt with; `length` of text waits until then. */
  afterAudio(then: () => void, length: number): void
  /** True while something waits for audio before it. */
  isWaiting(): boolean
}

type Heard = Extract<SpeechEvent, { kind: 'turn-started' | 'turn-silent' | 'turn-ended' | 'speech' | 'speech-failed' }>

/** Something that is answered. */
type Due =
  | { kind: 'greeting'; text: string }
  | { kind: 'words'; text: string }
  | { kind: 'sound'; turn: number }
  | { kind: 'sentence'; text: string }

/**
 * The turn-taking of one session: who has the floor, what is said next, what is refused. It hears messages and speech
 * events, speaks through its {@link Mouth}, and knows neither sockets nor engines.
 *
 * The user is mid-turn from speech start to end of turn; the agent from then on, while the words are transcribed and
 * thought about, until its last sample would have finished playing (rules I3, I4, I7).
 *
 * What an answer says is settled in the order in which words and prompts come (rule P4); it is spoken when the user is
 * silent and the session is live.
 */
export class Conversation {
  private mind: Mind
  private live = false
  /** Turns in which the user still speaks. */
  private readonly openTurns = new Set<number>()
  /** Turns that are over and not understood yet. */
  private readonly unreadTurns = new Set<number>()
  /** Typed words and statements that wait for audio before them. */
  private unread = 0
  /** Counts interruptions: a statement that waits is forgotten like one that is queued. */
  private interruptions = 0
  /** Answers that wait for the floor. */
  private pending: Part[][] = []
  /** As the engine reported it. */
  transcriber: TranscriberInfo = { kind: 'none' }
  private toldWhatToConnect = false
  private readonly mouth: Mouth
  private readonly deps: ConversationDeps
  private readonly config: AgentConfig
  /** True when `Settings` had a longer prompt than fits; told once the settings are applied. */
  private readonly promptCut: boolean

  constructor(config: AgentConfig, deps: ConversationDeps) {
    this.deps = deps
    this.config = config
    const prompted = addPrompt(emptyMind({ ownModel: config.ownModel }), config.prompt)
    this.mind = config.context.reduce(absorb, prompted.mind)
    this.promptCut = prompted.truncated
    this.mouth = new Mouth({
      clock: deps.clock,
      outputSampleRateHz: config.outputSampleRateHz,
      container: config.outputContainer,
      request: (utterance, audio) => deps.request(utterance, audio),
      cancel: (upTo) => deps.cancel(upTo),
      announce: (text) => this.tell('assistant', text),
      sendAudio: (pcm) => deps.sendAudio(pcm),
      done: () => deps.send({ type: 'AgentAudioDone' }),
      failed: (message) => deps.send({ type: 'Warning', code: 'SPEAK_REQUEST_FAILED', description: message }),
      mayAudioGo: () => deps.mayAudioGo()
    })
  }

  /** The settings are applied: greets, and answers what was said meanwhile. */
  start(): void {
    this.deps.send({ type: 'SettingsApplied' })
    this.live = true
    if (this.promptCut) this.warnPromptTooLong()
    if (this.config.greeting.trim() !== '') {
      this.pending.unshift(this.partsFor({ kind: 'greeting', text: this.config.greeting }))
    }
    this.sayPending()
  }

  /** Stops speaking for good; called when the session ends. */
  stop(): void {
    this.live = false
    this.mouth.cut()
  }

  /** `InjectUserMessage`: as if the user had said it; cuts a speaking agent off. */
  userText(content: string): void {
    if (this.mouth.midTurn) {
      this.interrupt()
      this.deps.send({ type: 'UserStartedSpeaking' })
    }
    if (content.trim() !== '') this.tell('user', content)
    const behind = this.thinking || this.deps.isWaiting()
    this.inOrder(behind, content, () => this.answer({ kind: 'words', text: content }))
  }

  /** `InjectAgentMessage` (rules I2 to I9). A refused message is forgotten (I8). */
  agentText(message: string, behavior: InjectBehavior): void {
    const refusal = this.whyRefused(message, behavior)
    if (refusal !== undefined) {
      this.deps.send({ type: 'InjectionRefused', message: refusal })
      return
    }
    const { interruptions } = this
    this.inOrder(this.thinking, message, () => {
      if (interruptions !== this.interruptions) return
      this.mind = heard(learn(this.mind, 'agent', message), 'agent', message)
      this.mouth.say(statement(message))
    })
  }

  /** The user is silent and waits for an answer whose words are not known yet. */
  private get thinking(): boolean {
    return this.unreadTurns.size > 0 || this.unread > 0
  }

  /** At once, or `behind` the turns and prompts that came before and are not dealt with yet. */
  private inOrder(behind: boolean, text: string, run: () => void): void {
    if (!behind) {
      run()
      return
    }
    this.unread += 1
    this.deps.afterAudio(() => {
      this.unread -= 1
      run()
    }, text.length)
  }

  private interrupt(): void {
    this.interruptions += 1
    this.mouth.cut()
  }

  private whyRefused(message: string, behavior: InjectBehavior): string | undefined {
    if (this.openTurns.size > 0) return 'The user is speaking.'
    if (behavior === 'default' && this.thinking) return 'The agent is thinking.'
    if (behavior === 'default' && this.mouth.midTurn) return 'The agent is speaking.'
    if (message.length > MAX_STATEMENT_LENGTH) return `The message is longer than ${MAX_STATEMENT_LENGTH} characters.`
    if (this.mouth.backlog + this.unread >= MAX_QUEUED_PARTS) return 'Too many messages are queued already.'
    return undefined
  }

  /** `UpdatePrompt`, once all audio before it is dealt with: counts from its acknowledgement on (rule P4). */
  addPrompt(prompt: string): void {
    const added = addPrompt(this.mind, prompt)
    this.mind = added.mind
    if (added.truncated) this.warnPromptTooLong()
    this.deps.send({ type: 'PromptUpdated' })
  }

  /** What the ears and the voice report. */
  onSpeech(event: Heard): void {
    switch (event.kind) {
      case 'turn-started':
        this.openTurns.add(event.turn)
        this.interrupt()
        this.deps.send({ type: 'UserStartedSpeaking' })
        return
      case 'turn-silent':
        this.openTurns.delete(event.turn)
        this.unreadTurns.add(event.turn)
        this.sayPending()
        return
      case 'turn-ended':
        this.openTurns.delete(event.turn)
        this.unreadTurns.delete(event.turn)
        this.endTurn(event)
        return
      case 'speech':
      case 'speech-failed':
        this.mouth.onSpeech(event)
    }
  }

  private endTurn(event: Extract<SpeechEvent, { kind: 'turn-ended' }>): void {
    const text = event.text?.trim() ?? ''
    this.tell('user', text === '' ? `(speech, ${(event.durationMs / 1000).toFixed(1)} s)` : text)
    if (event.message !== undefined) {
      const message = event.message.slice(0, 300)
      this.deps.send({ type: 'Warning', code: 'TRANSCRIBER_FAILED', description: message })
      this.answer({ kind: 'sentence', text: `I heard you, but I could not turn it into text. ${message}` })
    } else if (event.text === null) this.answer({ kind: 'sound', turn: event.turn })
    else this.answer({ kind: 'words', text })
  }

  private answer(due: Due): void {
    this.pending.push(this.partsFor(due))
    if (this.pending.length > MAX_PENDING) this.pending.shift()
    this.sayPending()
  }

  /** Speaks only when the floor is free of the user; what the agent is saying then is cut first by its caller. */
  private sayPending(): void {
    if (!this.live || this.openTurns.size > 0 || this.pending.length === 0) return
    const parts = this.pending.flat()
    this.pending = []
    this.mouth.say(parts)
  }

  private partsFor(due: Due): Part[] {
    switch (due.kind) {
      case 'greeting':
        this.mind = heard(learn(this.mind, 'agent', due.text), 'agent', due.text)
        return statement(due.text)
      case 'sentence':
        return sentences(splitSentences(due.text))
      case 'words': {
        const answer = reply(this.mind, due.text, this.deps.now())
        this.mind = answer.mind
        return sentences(answer.sentences)
      }
      case 'sound':
        return [
          { announce: '(your own words, played back)', audio: { kind: 'replay', turn: due.turn } },
          ...this.micCheckNotice()
        ]
      default:
        return assertNever(due)
    }
  }

  /** Said once per session. */
  private micCheckNotice(): Part[] {
    if (this.toldWhatToConnect) return []
    this.toldWhatToConnect = true
    return sentences([
      'That was a mic check: I hear you, but nothing here turns speech into text.',
      this.transcriber.kind === 'none' && this.transcriber.missing === 'whisper-model'
        ? 'To be understood, give whisper-cli the model it lacks: a ggml file in ~/.cache/whisper.cpp, or named by WHISPER_MODEL.'
        : 'To be understood, install whisper-cli or pocketsphinx, or connect a Deepgram account.'
    ])
  }

  private tell(role: 'user' | 'assistant', content: string): void {
    this.deps.send({ type: 'ConversationText', role, content })
    if (this.config.history) this.deps.send({ type: 'History', role, content })
  }

  private warnPromptTooLong(): void {
    this.deps.send({
      type: 'Warning',
      code: 'PROMPT_TOO_LONG',
      description: `The prompt and its additions are longer than ${this.mind.promptLimit} characters; the rest was dropped.`
    })
  }
}

function absorb(mind: Mind, message: HistoryMessage): Mind {
  if ('function_calls' in message && Array.isArray(message.function_calls)) {
    return message.function_calls.reduce(
      (knowing: Mind, call) => learn(knowing, 'tool', `The tool ${call.name} answered ${call.response}`),
      mind
    )
  }
  if (!('content' in message) || typeof message.content !== 'string') return mind
  const role = message.role === 'assistant' ? 'agent' : 'user'
  return heard(learn(mind, role, message.content), role, message.content)
}
