import type { Command, CommandResult } from '../../shared/commands.ts'
import type { Activity } from '../../shared/events.ts'
import type { EffectiveAgent, ServiceEvent, WireMessage } from '../dialects/dialect.ts'
import type { PlaybackReport } from '../ports.ts'
import type { ConversationPorts } from './conversation-ports.ts'
import type { QueueLengths } from './session-types.ts'
import { AgentBook } from './agent-book.ts'
import { Announcements } from './announcements.ts'
import { CommandDesk } from './command-desk.ts'
import { DroppedAudio } from './dropped-audio.ts'
import { TurnLatencies } from './latency/turn-latencies.ts'
import { Microphone, type TalkMode } from './microphone.ts'
import { Nudge } from './nudge.ts'
import { Refusals } from './refusals.ts'
import { takeEvent, type ConversationEvent, type EventParts } from './service-events.ts'
import { Tools } from './tools/tools.ts'
import { Turns, type UserText } from './turns.ts'
import { Upkeep } from './upkeep.ts'

export type { ConversationPorts } from './conversation-ports.ts'

/** What is said in one session, across its sockets, from the first key press while it connects to its end. */
export class Conversation {
  readonly #ports: ConversationPorts
  readonly #desk: CommandDesk
  readonly #dropped: DroppedAudio
  readonly #microphone: Microphone
  readonly #turns: Turns
  readonly #tools: Tools
  readonly #latencies: TurnLatencies
  readonly #nudge: Nudge
  readonly #announcements: Announcements
  readonly #parts: EventParts
  readonly #book: AgentBook
  /** While the service is there. */
  #upkeep: Upkeep | undefined
  /** The key of push-to-talk is held. */
  #keyHeld = false
  #closed = false

  constructor(ports: ConversationPorts) {
    const { clock, dialect, emit } = ports
    this.#ports = ports
    this.#book = new AgentBook({ clock, dialect, emit })
    this.#dropped = new DroppedAudio(clock, emit)
    this.#latencies = new TurnLatencies({
      clock,
      inputSampleRateHz: dialect.inputSampleRateHz,
      emit: (latency) => emit({ kind: 'latency', latency })
    })
    this.#desk = this.#newDesk()
    this.#microphone = this.#newMicrophone()
    this.#turns = this.#newTurns()
    this.#tools = this.#newTools()
    const say = (text: string, behavior: 'if-quiet' | 'queue'): Promise<CommandResult> =>
      this.#desk.execute({ kind: 'agent-speech', text, behavior }, { report: false })
    this.#nudge = new Nudge({ clock, say: (text) => void say(text, 'if-quiet') }, ports.profile.nudge)
    this.#announcements = new Announcements({
      clock,
      emit,
      say: (text) => say(text, 'queue'),
      mayAsk: () => this.#live && !this.#keyHeld && this.activity !== 'userSpeaking'
    })
    this.#parts = {
      turns: this.#turns,
      desk: this.#desk,
      tools: this.#tools,
      latencies: this.#latencies,
      book: this.#book,
      refusals: new Refusals(clock),
      emit,
      userActed: () => this.#userActed()
    }
  }

  get activity(): Activity {
    return this.#turns.activity
  }

  /** The agent with every update so far. */
  get agent(): EffectiveAgent {
    return this.#book.agent
  }

  /** The same; undefined where it is as the profile has it. */
  get changedAgent(): EffectiveAgent | undefined {
    return this.#book.changed
  }

  /** Nobody is mid-turn and nothing is under way: a moment for a new connection. */
  get quiet(): boolean {
    return this.#silence && this.#desk.quiet && this.#tools.open === 0 && this.#announcements.idle
  }

  /** No reply is heard or awaited and no tool runs, whatever the user does. */
  get betweenReplies(): boolean {
    const { activity } = this
    return this.#live && activity !== 'agentSpeaking' && activity !== 'thinking' && this.#tools.open === 0
  }

  get queueLengths(): QueueLengths {
    return {
      audioBlocks: this.#microphone.waitingBlocks,
      commands: this.#desk.waiting,
      announcements: this.#announcements.count,
      toolCalls: this.#tools.open
    }
  }

  /** The service accepted the settings: what waited goes out. `history`: what the connection was opened with; `again`: it is not the first one. */
  ready(history: readonly WireMessage[] | undefined, again: boolean): void {
    const { dialect } = this.#ports
    this.#book.reopened()
    this.#book.tell()
    if (this.#closed) return
    this.#upkeep = this.#newUpkeep()
    this.#microphone.ready()
    const { agent } = this
    this.#desk.ready(again ? dialect.afterReopening(agent, history ?? []) : dialect.afterOpening(agent, history))
    this.#dropped.tell()
    this.#turnsChanged()
  }

  /** The connection was lost: nothing that was sent is answered any more, and what was received plays on. */
  dropped(): void {
    this.#upkeep?.close()
    this.#upkeep = undefined
    this.#microphone.dropped(this.activity === 'userSpeaking')
    this.#announcements.dropped()
    this.#desk.dropped()
    this.#tools.dropped()
    this.#turns.dropped()
    this.#turnsChanged()
  }

  /**
   * The service ended the connection with `error`, perhaps over a change that it had not taken: that is undone. Returns what was changed;
   * undefined where no change can be the cause.
   */
  changeRefused(error: Extract<ServiceEvent, { kind: 'error' }>): string | undefined {
    const what = this.#book.refused(error)
    if (what === undefined) return undefined
    this.#desk.updatesRefused(`The service did not take the change of ${what}: ${error.message}`)
    if (!this.#closed) this.#book.tell()
    return what
  }

  /** The agent becomes as the profile has it, with the next connection. */
  revert(): void {
    this.#book.revert()
  }

  /** The profile has the agent as it is now. */
  changesSaved(): void {
    this.#book.saved()
  }

  talk(open: boolean, mode: TalkMode): void {
    if (!this.#microphone.talk(open, mode)) return
    this.#keyHeld = open && mode === 'push-to-talk'
    this.#latencies.talk(open, mode)
    this.#ports.emit({ kind: 'talk', open })
    this.#turnsChanged()
  }

  /** The machine is about to sleep: nothing is heard of the user any more, and the rest of a reply must not burst out when it wakes up. */
  sleep(): void {
    this.#turns.stopSpeaking()
    this.talk(false, 'open')
  }

  pushAudio(pcm: Uint8Array): void {
    if (this.#microphone.open) this.#latencies.captured(pcm)
    this.#microphone.push(pcm)
  }

  playback(report: PlaybackReport): void {
    this.#turns.playback(report)
  }

  /** Never rejects. */
  execute(command: Exclude<Command, { kind: 'revert-changes' }>): Promise<CommandResult> {
    switch (command.kind) {
      case 'stop-speaking':
        return this.#done(command, this.#stopSpeaking())
      case 'tool-result':
        return this.#done(command, this.#tools.answer(command.id, command.content))
      case 'announce':
        return this.#announcements.add(command.text)
      case 'user-text':
        this.#userActed()
        return this.#desk.execute(command)
      default:
        return this.#desk.execute(command)
    }
  }

  /** Audio of the agent (PCM16), as one frame came. */
  audio(frame: Uint8Array): void {
    if (this.#turns.audio(frame)) this.#desk.replyBegan()
  }

  /** What a text of the user's is: new, the echo of one that is shown already, or of one that nothing shall come of. */
  heardText(text: string): 'new' | 'echo' | 'absorbed' {
    if (this.#desk.absorbed(text)) return 'absorbed'
    return this.#desk.userEcho(text) ? 'echo' : 'new'
  }

  userText(text: string, how: UserText): void {
    this.#turns.userText(text, how)
    this.#desk.turnEnded()
    this.#userActed()
  }

  /** Everything that the service tells but texts of the user and audio. */
  event(event: ConversationEvent): void {
    takeEvent(event, this.#parts)
  }

  /** `flush`: what is still queued must not be heard. Commands that wait are answered. */
  close(flush: boolean): void {
    if (this.#closed) return
    this.#closed = true
    this.#upkeep?.close()
    this.#upkeep = undefined
    this.#nudge.close()
    this.#microphone.close()
    this.#turns.close(flush)
    this.#tools.close()
    this.#announcements.close()
    this.#desk.close()
    this.#dropped.tell()
  }

  get #live(): boolean {
    return this.#upkeep !== undefined
  }

  /** Nobody has the turn or is about to take it. */
  get #silence(): boolean {
    return this.#live && !this.#keyHeld && this.activity === 'listening'
  }

  #newDesk(): CommandDesk {
    const { clock, dialect, emit, secrets, send, sending } = this.#ports
    return new CommandDesk({
      clock,
      emit,
      secrets,
      send,
      activity: () => this.activity,
      plan: (command) => dialect.plan(command, this.agent),
      serviceDelays: dialect.serviceDelays,
      changed: (agent, command, steps) => this.#book.sent(agent, command, steps),
      refused: (step) => this.#book.undo(step),
      sending: (step) => {
        sending(step)
        this.#turns.sending(step)
      },
      trailingSilence: () => this.#microphone.endTurn()
    })
  }

  #newMicrophone(): Microphone {
    const { clock, dialect, sendAudio, congested } = this.#ports
    return new Microphone(
      {
        clock,
        sendAudio: (pcm) => {
          this.#upkeep?.audioSent()
          this.#latencies.audioSent(pcm)
          sendAudio(pcm)
        },
        congested,
        onDropped: (where, ms) => this.#dropped.add(where, ms)
      },
      dialect.inputSampleRateHz,
      () => dialect.blockMs(this.agent)
    )
  }

  #newTurns(): Turns {
    const { clock, sink, dialect, emit, newCaptionId, onActivity } = this.#ports
    return new Turns({
      clock,
      sink,
      emit,
      newCaptionId,
      outputSampleRateHz: dialect.outputSampleRateHz,
      outputIsWav: dialect.outputIsWav,
      silentMs: dialect.silentMs,
      latencies: this.#latencies,
      onActivity: (activity) => {
        onActivity(activity)
        this.#turnsChanged()
        this.#desk.activityChanged()
      },
      working: () => this.#tools.open > 0,
      microphoneOpen: () => this.#microphone.open,
      onUserTurnOver: () => this.#microphone.turnEnded()
    })
  }

  #newTools(): Tools {
    const { clock, dialect, emit, profile, send, tools } = this.#ports
    return new Tools({
      clock,
      tools,
      profileTools: profile.tools,
      deadline: dialect.toolDeadline,
      late: (step) => {
        this.#turns.lateToolAnswered()
        this.#desk.tell(step)
      },
      respond: (id, name, content) => {
        this.#turns.toolAnswered()
        const message = dialect.toolResponse(id, name, content)
        send(() => message)
      },
      emit: (call) => emit({ kind: 'tool-call', call }),
      onOver: () => this.#turns.toolOver()
    })
  }

  #newUpkeep(): Upkeep {
    const { clock, dialect, send, sendAudio, congested } = this.#ports
    const { keepAlive } = dialect
    return new Upkeep({
      clock,
      dialect,
      sendKeepAlive: () => {
        if (keepAlive !== undefined) send(() => keepAlive)
      },
      sendAudio,
      microphoneIdle: () => this.#microphone.idle && !congested(),
      busy: () => this.activity !== 'listening'
    })
  }

  /** Somebody's turn began or ended. */
  #turnsChanged(): void {
    if (this.#closed) return
    this.#nudge.quiet(this.#silence)
    this.#announcements.pump()
  }

  /** The user spoke or typed: another silence begins after it. */
  #userActed(): void {
    this.#nudge.userTurn()
    this.#turnsChanged()
  }

  #stopSpeaking(): CommandResult {
    const support = this.#ports.dialect.support(this.agent)['stop-speaking']
    if (support?.kind === 'unsupported') return { outcome: 'failed', reason: support.why }
    this.#turns.stopSpeaking()
    return { outcome: 'applied' }
  }

  #done(command: Command, result: CommandResult): Promise<CommandResult> {
    const reason = result.outcome === 'applied' ? {} : { reason: result.reason }
    this.#ports.emit({ kind: 'command', command: command.kind, outcome: result.outcome, ...reason })
    return Promise.resolve(result)
  }
}
