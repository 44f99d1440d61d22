import type { InjectBehavior } from '../shared/protocol/deepgram.ts'
import { Answers } from './answers.ts'
import type { ConversationDeps, Heard, Told } from './conversation-deps.ts'
import { Dialogue, type Entry } from './dialogue.ts'
import { whyRefused } from './injection-rules.ts'
import { Mouth } from './mouth.ts'
import { Replies } from './replies.ts'
import { Reporter } from './reporter.ts'
import type { AgentConfig } from './settings.ts'
import type { ListenConfig } from './settings-listen.ts'
import type { ThinkItem } from './settings-schema.ts'
import type { SpeechEvent, TranscriberInfo, TurnTrigger } from './speech/contract.ts'
import { Thinking, type ThinkFailure } from './thinking.ts'
import { TurnLatency } from './turn-latency.ts'
import { UserTurns } from './turns.ts'
import type { OutgoingMessage } from './wire.ts'

export type { WireSwitches } from './conversation-deps.ts'

/**
 * The turn-taking of one session: who has the floor, what is said next, what is refused. It hears messages and speech
 * events, answers through its {@link Replies}, speaks through its {@link Mouth}, and knows neither sockets nor engines.
 *
 * The user is mid-turn from speech start to end of turn; the agent from then on, while the words are transcribed and
 * thought about and while functions are waited for, until its last sample would have finished playing (rules I3, I4, I7).
 *
 * What the small brain answers is settled in the order in which words and prompts come (rule P4); a model is asked when the
 * user is silent, with all that was said until then. Both are spoken when the user is silent and the session is live.
 */
export class Conversation {
  private readonly dialogue = new Dialogue()
  private readonly turns = new UserTurns()
  private readonly thinking: Thinking
  private readonly answers: Answers
  private readonly reporter: Reporter
  private readonly latency: TurnLatency
  private readonly mouth: Mouth
  private readonly replies: Replies
  private listen: ListenConfig
  /** Counts interruptions: a statement that waits is forgotten like one that is queued. */
  private interruptions = 0
  private readonly deps: ConversationDeps
  private readonly greeting: string

  constructor(config: AgentConfig, deps: ConversationDeps) {
    const { clock } = deps
    const { history } = config
    const send = (message: OutgoingMessage): void => deps.send(message)
    this.deps = deps
    this.listen = config.listen
    this.greeting = config.greeting
    this.thinking = new Thinking(config.think, deps)
    for (const message of config.context) this.thinking.brain.absorb(this.dialogue.absorb(message))
    this.answers = new Answers({ thinking: this.thinking, dialogue: this.dialogue, clock })
    this.reporter = new Reporter({ history, agentThinking: deps.switches.agentThinking, send })
    this.latency = new TurnLatency({ clock, experimental: config.experimental, send })
    this.mouth = new Mouth({
      clock,
      outputSampleRateHz: config.audio.output.sampleRateHz,
      container: config.audio.output.container,
      turnBegins: () => deps.turnBegins(),
      request: (utterance, audio) => deps.request(utterance, audio),
      cancel: (upTo) => deps.cancel(upTo),
      announce: (text) => this.reporter.agentSaid(text),
      begins: (part, ttsMs) => this.latency.audioBegins(part.reply, ttsMs),
      sendAudio: (pcm) => deps.sendAudio(pcm),
      done: () => send({ type: 'AgentAudioDone' }),
      failed: (message) => this.reporter.warn('SPEAK_REQUEST_FAILED', message),
      fellSilent: () => deps.fellSilent(),
      mayAudioGo: () => deps.mayAudioGo()
    })
    const { thinking, answers, dialogue, turns, mouth, latency, reporter } = this
    const { echoResponses } = deps.switches
    const tools = { echoResponses, history, send, callEndpoint: deps.callEndpoint }
    const failed = (failure: ThinkFailure): void => deps.failed(failure)
    this.replies = new Replies({ thinking, answers, dialogue, turns, mouth, latency, reporter, tools, failed })
  }

  /** As the engine reported it. */
  set transcriber(info: TranscriberInfo) {
    this.answers.transcriber = info
  }

  /** The settings are applied: greets, and answers what was said meanwhile. */
  start(): void {
    this.deps.send({ type: 'SettingsApplied' })
    if (this.thinking.promptCut) this.warnPromptTooLong()
    const greets = this.greeting.trim() !== ''
    this.replies.start(greets ? this.answers.known(this.answers.statement(this.greeting)) : undefined)
  }

  /** Stops speaking and thinking for good; called when the session ends. */
  stop(): void {
    this.replies.stop()
    this.mouth.cut()
  }

  /** `InjectUserMessage`: as if the user had said it; cuts a speaking or thinking agent off. */
  userText(content: string): void {
    if (this.mouth.midTurn) this.bargeIn()
    const behind = this.turns.areBeingRead || this.deps.isWaiting()
    const isSaid = content.trim() !== ''
    if (isSaid) this.userSaid(content, 'manual')
    this.inOrder(behind, 'words', content, () => {
      this.latency.turnEnded()
      if (isSaid) this.dialogue.said('user', content)
      this.replies.answer(this.answers.words(content, { draft: false }))
    })
  }

  /**
   * A message of the client, now: a speaking agent stops (rule N10), and one that thinks or waits for functions does where an
   * answer is wanted. Functions that are waited for are waited for still when none is wanted.
   */
  tell({ role, text, wantsAnswer }: Told): void {
    if (wantsAnswer ? this.mouth.midTurn : this.mouth.isHeard) this.hush({ keepCalls: !wantsAnswer })
    const behind = this.turns.areBeingRead || this.deps.isWaiting()
    if (role === 'user' && text.trim() !== '') this.userSaid(text, 'manual')
    this.inOrder(behind, 'words', text, () => {
      if (text.trim() !== '') this.dialogue.said(role, text, { isAside: !wantsAnswer })
      if (wantsAnswer) this.answerTold(role, text)
      else if (role === 'user') this.thinking.brain.learn('user', text)
      else this.thinking.brain.learnContext(text)
      this.replies.sayPending()
    })
  }

  /** The agent speaks first, as the instruction says. */
  open(instruction: string): void {
    this.dialogue.said('system', `The conversation begins. Open it like this: ${instruction}`)
    this.replies.answer(this.answers.context(instruction, 'opening'))
  }

  /** The agent thinks, waits for a function or speaks; until its last sample would have finished playing. */
  get agentIsMidTurn(): boolean {
    return this.mouth.midTurn
  }

  /** What was said and called so far. */
  get entries(): readonly Entry[] {
    return this.dialogue.entries
  }

  /** `InjectAgentMessage` (rules I2 to I9, deepgram.md section 7.3). A refused message is forgotten (I8). */
  agentText(message: string, behavior: InjectBehavior): void {
    const refusal = whyRefused(message.length, behavior, this.floor())
    if (refusal !== undefined) {
      this.deps.send({ type: 'InjectionRefused', message: refusal })
      return
    }
    if (behavior === 'interrupt') {
      this.takeFloor()
      this.mouth.say(this.answers.statement(message))
      return
    }
    const { interruptions } = this
    this.inOrder(this.turns.areBeingRead, 'statement', message, () => {
      if (interruptions !== this.interruptions) return
      const parts = this.answers.statement(message)
      const { current } = this.replies
      if (current === undefined) this.mouth.say(parts)
      else current.queue(parts)
    })
  }

  /** `FunctionCallResponse`; one that nobody waits for is ignored. */
  functionResponse(id: string, content: string): void {
    this.replies.respond(id, content)
  }

  /** `ForceEndTurn`. */
  forceEndTurn(): void {
    if (this.listen.version === 'v2') this.deps.endTurn()
    else {
      const why = 'Only Flux models (listen provider version "v2") can be told to end a turn.'
      this.reporter.warn('FORCE_END_TURN_UNSUPPORTED', why)
    }
  }

  /** `UpdatePrompt`, once all audio before it is dealt with: counts from its acknowledgement on (rule P4). */
  addPrompt(prompt: string): void {
    if (this.thinking.addPrompt(prompt)) this.warnPromptTooLong()
    this.deps.send({ type: 'PromptUpdated' })
  }

  /** `UpdateThink`, once all audio before it is dealt with. What was said so far is kept. */
  replaceThink(items: readonly ThinkItem[]): void {
    if (this.thinking.replace(items)) this.warnPromptTooLong()
    this.deps.send({ type: 'ThinkUpdated' })
  }

  /** `UpdateListen`, once all audio before it is dealt with. */
  replaceListen(listen: ListenConfig): void {
    this.listen = listen
    this.deps.send({ type: 'ListenUpdated' })
  }

  /** What the ears and the voice report. */
  onSpeech(event: Heard): void {
    switch (event.kind) {
      case 'turn-started':
        this.turns.started(event.turn)
        this.bargeIn()
        return
      case 'turn-eager':
        this.replies.beginDraft(event.turn, event.text.trim())
        return
      case 'turn-resumed':
        this.bargeIn()
        return
      case 'turn-silent':
        this.turns.silent(event.turn)
        this.latency.turnEnded()
        this.replies.sayPending()
        return
      case 'turn-ended':
        this.turns.ended(event.turn)
        this.endTurn(event)
        return
      case 'speech':
      case 'speech-failed':
        this.mouth.onSpeech(event)
    }
  }

  private endTurn(event: Extract<SpeechEvent, { kind: 'turn-ended' }>): void {
    const { replies, answers } = this
    const text = event.text?.trim() ?? ''
    this.userSaid(text === '' ? `(speech, ${(event.durationMs / 1000).toFixed(1)} s)` : text, event.trigger)
    if (event.sttMs !== null) this.latency.transcribed(event.sttMs)
    if (event.message !== undefined) {
      const message = event.message.slice(0, 300)
      this.reporter.warn('TRANSCRIBER_FAILED', message)
      replies.dropDraft()
      replies.answer(answers.problem(`I heard you, but I could not turn it into text. ${message}`))
    } else if (event.text === null) replies.answer(answers.sound(event.turn))
    else if (!replies.confirmDraft(event.turn, text)) {
      if (text !== '') this.dialogue.said('user', text)
      replies.answer(answers.words(text, { draft: false }))
    }
  }

  /** The user takes the floor: the agent stops, and what it was thinking or waiting for is given up. */
  private bargeIn(): void {
    this.deps.send({ type: 'UserStartedSpeaking' })
    this.quiet()
    this.replies.cancel()
    this.replies.dropDraft()
  }

  private answerTold(role: Told['role'], text: string): void {
    if (role === 'user') this.latency.turnEnded()
    this.replies.answer(
      role === 'user' ? this.answers.words(text, { draft: false }) : this.answers.context(text, 'context')
    )
  }

  /** The agent stops for a message of the client. */
  private hush({ keepCalls }: { keepCalls: boolean }): void {
    this.quiet()
    if (keepCalls && this.replies.current?.isCalling === true) this.mouth.expect()
    else this.replies.cancel()
    this.replies.dropDraft()
  }

  /** An injection takes the floor, also from the user; functions that are waited for are waited for still. */
  private takeFloor(): void {
    if (this.turns.userIsSpeaking) this.deps.endTurn()
    this.quiet()
    if (this.replies.current?.isCalling === true) this.mouth.expect()
    else this.replies.cancel()
  }

  /** What was not heard is taken out of the dialogue. */
  private quiet(): void {
    this.interruptions += 1
    for (const { part, share } of this.mouth.cut()) {
      if (part.entry !== undefined) this.dialogue.heard(part.entry, share)
    }
  }

  /** At once, or `behind` the turns and prompts that came before and are not dealt with yet. */
  private inOrder(behind: boolean, what: 'words' | 'statement', text: string, run: () => void): void {
    if (!behind) {
      run()
      return
    }
    const noLonger = this.turns.waits(what)
    this.deps.afterAudio(() => {
      noLonger()
      run()
    }, text.length)
  }

  private floor() {
    const { turns, mouth, replies } = this
    return {
      userIsSpeaking: turns.userIsSpeaking,
      agentIsThinking: turns.areBeingRead || replies.current?.isThinking === true,
      agentWaitsForFunction: replies.current?.isCalling === true,
      agentIsSpeaking: mouth.midTurn,
      backlog: mouth.backlog + turns.waiting + (replies.current?.backlog ?? 0)
    }
  }

  private userSaid(content: string, trigger: TurnTrigger): void {
    const { version, languageHints } = this.listen
    const endOfTurn = this.deps.switches.endOfTurn && version === 'v2' ? trigger : undefined
    this.reporter.userSaid(content, { languageHints, endOfTurn })
  }

  private warnPromptTooLong(): void {
    this.reporter.promptTooLong(this.thinking.brain.promptLimit)
  }
}
