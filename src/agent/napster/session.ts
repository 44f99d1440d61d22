import { NAPSTER_SAMPLE_RATE_HZ, type NapsterCommand } from '../../shared/protocol/napster.ts'
import { Conversation } from '../conversation.ts'
import type { ConversationDeps, Heard, Told } from '../conversation-deps.ts'
import type { Entry } from '../dialogue.ts'
import { Inflow } from '../inflow.ts'
import type { AgentConfig } from '../settings.ts'
import type { SpeechEngine, TranscriberInfo } from '../speech/contract.ts'
import type { OutgoingMessage } from '../wire.ts'
import { listenOf, thinkOf, whyTooLong, type Tuning } from './agent-config.ts'
import type { CommandRefusal } from './command.ts'
import { RestError } from './errors.ts'
import type { Outlet } from './outlet.ts'
import { TIMED_OUT_RESULT, ToolDeadlines } from './tool-deadlines.ts'

/** Messages that may wait for the agent to finish. */
export const MAX_DELAYED = 100

/** What a session needs from its connection. */
export interface SessionDeps extends Omit<
  ConversationDeps,
  'request' | 'turnBegins' | 'fellSilent' | 'cancel' | 'endTurn' | 'send' | 'sendAudio' | 'switches'
> {
  readonly engine: SpeechEngine
  readonly stream: number
  readonly transcriber: string
  readonly outlet: Outlet
  /** Calls back once all audio so far has passed the turn detector. */
  heardSoFar(then: () => void): void
  /** The amount of audio in flight changed: look at {@link Session.full} again. */
  flowChanged(): void
  /** How long a tool may take. */
  readonly toolDeadlineMs: number
  /** A tool did not answer in time. */
  toolTimedOut(callId: string): void
  refuse(refusal: CommandRefusal): void
}

/** What a session begins with. */
export interface SessionStart {
  readonly config: AgentConfig
  readonly tuning: Tuning
  readonly modality: 'audio' | 'text'
  readonly initialSpeech: string | undefined
}

/** Only commands that the conversation has to do with. */
export type SessionCommand = Exclude<NapsterCommand, { type: 'send_audio' | 'ping' }>

/** One Napster session: the conversation, the user's audio where there is any, and what commands change. */
export class NapsterSession {
  private readonly conversation: Conversation
  private readonly inflow: Inflow
  private readonly deadlines: ToolDeadlines
  /** Wait until the agent has finished speaking (rule N11). */
  private readonly delayed: Told[] = []
  private tuning: Tuning
  private engineAsked = false
  private readonly begun: SessionStart
  private readonly deps: SessionDeps

  constructor(start: SessionStart, deps: SessionDeps) {
    const { engine, stream, outlet } = deps
    const { config, modality } = start
    this.begun = start
    this.tuning = start.tuning
    this.deps = deps
    this.deadlines = new ToolDeadlines(deps.clock, deps.toolDeadlineMs, (callId) => {
      deps.toolTimedOut(callId)
      this.conversation.functionResponse(callId, TIMED_OUT_RESULT)
    })
    this.conversation = new Conversation(config, {
      ...deps,
      switches: { endOfTurn: false, echoResponses: false, agentThinking: false },
      send: (message) => this.tell(message),
      sendAudio: (pcm) => outlet.audio(pcm),
      turnBegins: () => outlet.turnBegins(),
      fellSilent: () => {
        outlet.fellSilent()
        this.deliverDelayed()
      },
      request: (utterance, audio) => {
        if (modality === 'text') this.sayNothing(utterance)
        else if (audio.kind === 'replay') engine.post({ kind: 'replay', stream, utterance, turn: audio.turn })
        else
          engine.post({
            kind: 'speak',
            stream,
            utterance,
            text: audio.text,
            voice: config.speak.entries[0]?.voice ?? ''
          })
      },
      cancel: (upTo) => {
        if (modality === 'audio') engine.post({ kind: 'cancel', stream, upTo })
        outlet.cut('client_cancelled')
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

  /** Asks the engine for the stream. Not in text modality, which has no engine. */
  open(): void {
    const { engine, stream, transcriber } = this.deps
    this.engineAsked = true
    engine.post({
      kind: 'open',
      stream,
      inputSampleRateHz: NAPSTER_SAMPLE_RATE_HZ,
      outputSampleRateHz: NAPSTER_SAMPLE_RATE_HZ,
      transcriber,
      listen: listenOf(this.tuning.settings)
    })
  }

  /** The engine is open: audio that came so far goes on in order. */
  opened(transcriber: TranscriberInfo): void {
    this.conversation.transcriber = transcriber
    this.inflow.release()
  }

  /** The session is ready: the agent opens by itself where it was told to. */
  start(): void {
    this.conversation.start()
    const { initialSpeech } = this.begun
    if (initialSpeech !== undefined && initialSpeech.trim() !== '') this.conversation.open(initialSpeech)
  }

  stop(): void {
    this.deadlines.stop()
    this.delayed.length = 0
    this.conversation.stop()
    if (this.engineAsked) this.deps.engine.post({ kind: 'close', stream: this.deps.stream })
  }

  /** The client is so far ahead that reading on would only fill memory. */
  get full(): boolean {
    return this.inflow.full
  }

  /** What was said and called so far. */
  get entries(): readonly Entry[] {
    return this.conversation.entries
  }

  /** Audio of the user. */
  hear(pcm: Uint8Array): void {
    this.inflow.push(pcm)
  }

  onSpeech(event: Heard): void {
    if (event.kind === 'turn-ended' && event.message !== undefined) this.deps.outlet.notUnderstood()
    this.conversation.onSpeech(event)
    this.deliverDelayed()
  }

  onCommand(command: SessionCommand): void {
    switch (command.type) {
      case 'send_message':
        this.onMessage(command.data)
        break
      case 'set_settings':
        this.onSettings(command.data)
        break
      case 'send_function_output':
        this.onOutput(command.data)
    }
    this.deliverDelayed()
  }

  private onMessage(data: Extract<SessionCommand, { type: 'send_message' }>['data']): void {
    const told = { role: data.role, text: data.text, wantsAnswer: data.trigger_response }
    if (data.delay !== true) this.conversation.tell(told)
    else if (this.delayed.length < MAX_DELAYED) this.delayed.push(told)
    else {
      const message = `${MAX_DELAYED} messages wait for the agent to finish already.`
      this.deps.refuse({ code: 'invalid_command', message })
    }
  }

  /** Whatever waits is delivered in order as soon as the agent neither thinks nor speaks. */
  private deliverDelayed(): void {
    while (!this.conversation.agentIsMidTurn) {
      const told = this.delayed.shift()
      if (told === undefined) return
      this.conversation.tell(told)
    }
  }

  /** Omitted fields keep their values, also inside `turn_detection` (rule N15). Nothing changes when it is refused. */
  private onSettings(data: Extract<SessionCommand, { type: 'set_settings' }>['data']): void {
    const { instructions, temperature, turn_detection: turnDetection, functions } = data
    const settings = {
      ...this.tuning.settings,
      ...(instructions === undefined ? {} : { instructions }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(turnDetection === undefined
        ? {}
        : { turnDetection: { ...this.tuning.settings.turnDetection, ...turnDetection } })
    }
    const tuning = { settings, functions: functions ?? this.tuning.functions }
    const refusal = data.mcp === undefined ? whyRefused(tuning) : NO_MCP
    if (refusal !== undefined) {
      this.deps.refuse(refusal)
      return
    }
    this.tuning = tuning
    if (turnDetection !== undefined && this.begun.modality === 'audio') {
      const { engine, stream } = this.deps
      engine.post({ kind: 'listen-options', stream, listen: listenOf(settings) })
    }
    if (instructions === undefined && temperature === undefined && functions === undefined) return
    const think = thinkOf(tuning)
    this.deps.afterAudio(() => this.conversation.replaceThink(think), instructions?.length ?? 0)
  }

  private onOutput({
    call_id: callId,
    output
  }: Extract<SessionCommand, { type: 'send_function_output' }>['data']): void {
    switch (this.deadlines.answered(callId)) {
      case 'open':
        this.conversation.functionResponse(callId, typeof output === 'string' ? output : JSON.stringify(output))
        return
      case 'late':
        return
      case 'unknown': {
        const message = `There was no call with the call_id ${JSON.stringify(callId.slice(0, 80))}.`
        this.deps.refuse({ code: 'invalid_command', message })
      }
    }
  }

  private tell(message: OutgoingMessage): void {
    if (message.type === 'FunctionCallRequest') for (const { id } of message.functions) this.deadlines.called(id)
    if (message.type === 'FunctionCallCancelled') for (const { id } of message.functions) this.deadlines.giveUp(id)
    this.deps.outlet.message(message)
  }

  /** Without a voice each sentence is said as soon as it is known. */
  private sayNothing(utterance: number): void {
    const { stream } = this.deps
    this.conversation.onSpeech({ kind: 'speech', stream, utterance, pcm: new Uint8Array(0), last: true })
  }
}

const NO_MCP: CommandRefusal = { code: 'not_supported', message: 'The built-in agent has no MCP servers.' }

function whyRefused(tuning: Tuning): CommandRefusal | undefined {
  const tooLong = whyTooLong(tuning.settings)
  if (tooLong !== undefined) return { code: 'instructions_too_long', message: tooLong }
  try {
    thinkOf(tuning)
    return undefined
  } catch (error) {
    if (error instanceof RestError) return { code: 'invalid_command', message: error.message }
    throw error
  }
}
