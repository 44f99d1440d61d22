import type { Command, CommandResult } from '../../shared/commands.ts'
import type { Activity, Caption, SessionEvent } from '../../shared/events.ts'
import type { Dialect, ServiceEvent, WireCommand, WireMessage } from '../dialects/dialect.ts'
import type { AudioSink, Clock, PlaybackReport } from '../ports.ts'
import { nextActivity, type ActivityInput } from './activity.ts'
import { CaptionBook } from './caption-book.ts'
import { CommandDesk } from './command-desk.ts'
import { moveGate, passAudio, type DropGate, type GateInput } from './drop-gate.ts'
import { DroppedAudio } from './dropped-audio.ts'
import { KeepAlive } from './keep-alive.ts'
import { Microphone, type TalkMode } from './microphone.ts'
import { Replies, type CutBy } from './replies.ts'

/** Nobody waits longer than this for an answer, or for the end of a turn with a closed microphone. */
export const GIVE_UP_MS = 30_000

/** What a conversation reaches its session and host through. */
export interface ConversationPorts {
  clock: Clock
  sink: AudioSink
  dialect: Dialect
  send: (message: WireMessage) => void
  sendAudio: (pcm: Uint8Array) => void
  congested: () => boolean
  emit: (event: SessionEvent) => void
  onActivity: (activity: Activity) => void
  newCaptionId: () => string
}

/** What is said on one socket, from the first key press while it connects to its end. */
export class Conversation {
  readonly #ports: ConversationPorts
  readonly #captions: CaptionBook
  readonly #desk: CommandDesk
  readonly #dropped: DroppedAudio
  readonly #microphone: Microphone
  readonly #replies: Replies
  readonly #appended: string[] = []
  #activity: Activity = 'listening'
  #gate: DropGate = { kind: 'open' }
  #keepAlive: KeepAlive | undefined
  #cancelGiveUp: () => void = () => {}
  #closed = false

  constructor(ports: ConversationPorts) {
    const { clock, dialect } = ports
    this.#ports = ports
    this.#captions = new CaptionBook({
      newId: ports.newCaptionId,
      emit: (caption: Caption) => ports.emit({ kind: 'caption', caption })
    })
    this.#desk = new CommandDesk({
      clock,
      emit: ports.emit,
      idle: () => this.#activity === 'listening',
      send: (command) => this.#sendCommand(command)
    })
    this.#dropped = new DroppedAudio(clock, ports.emit)
    this.#microphone = new Microphone(
      {
        clock,
        sendAudio: (pcm) => {
          this.#keepAlive?.audioSent()
          ports.sendAudio(pcm)
        },
        congested: ports.congested,
        onDropped: (where, ms) => this.#dropped.add(where, ms)
      },
      dialect.inputSampleRateHz
    )
    this.#replies = new Replies({
      clock,
      sink: ports.sink,
      sampleRateHz: dialect.outputSampleRateHz,
      wav: dialect.outputIsWav,
      onPlayed: (playedMs) => ports.emit({ kind: 'reply-played', playedMs }),
      onInterrupted: (by, playedMs) => ports.emit({ kind: 'interrupted', by, playedMs }),
      onAllPlayed: () => {
        this.#captions.played()
        this.#move('all-played')
      }
    })
  }

  get activity(): Activity {
    return this.#activity
  }

  /** The service accepted the settings: what waited goes out. */
  ready(): void {
    const { clock, dialect } = this.#ports
    this.#keepAlive = new KeepAlive(clock, () => this.#ports.send(dialect.keepAlive))
    this.#tellPrompt()
    this.#microphone.ready()
    this.#desk.ready()
    this.#dropped.tell()
  }

  talk(open: boolean, mode: TalkMode): void {
    if (this.#microphone.talk(open, mode)) this.#ports.emit({ kind: 'talk', open })
  }

  pushAudio(pcm: Uint8Array): void {
    this.#microphone.push(pcm)
  }

  playback(report: PlaybackReport): void {
    this.#replies.report(report)
  }

  execute(command: Command): Promise<CommandResult> {
    if (command.kind !== 'stop-speaking') return this.#desk.execute(command)
    this.#stopSpeaking()
    this.#ports.emit({ kind: 'command', command: command.kind, outcome: 'applied' })
    return Promise.resolve({ outcome: 'applied' })
  }

  /** Audio of the agent, as one frame came. */
  audio(frame: Uint8Array): void {
    if (frame.length === 0) return
    const { pass, gate } = passAudio(this.#gate, this.#ports.clock.nowMs())
    this.#gate = gate
    if (!pass || !this.#replies.write(frame)) return
    this.#microphone.turnEnded()
    this.#desk.replyBegan()
    this.#move('reply-began')
  }

  event(event: ServiceEvent): void {
    switch (event.kind) {
      case 'user-started':
        return this.#userStarted()
      case 'user-text':
        return this.#userText(event.text)
      case 'turn-ended':
        return this.#turnEnded('turn-ended', 'user-turn-ended')
      case 'agent-thinking':
        return this.#turnEnded('agent-thinking', 'agent-thinking')
      case 'agent-started':
        this.#moveGate('agent-started')
        return this.#microphone.turnEnded()
      case 'agent-text':
        this.#desk.agentText(event.text)
        return this.#captions.agent(event.text, this.#gate.kind !== 'open')
      case 'agent-audio-done':
        return this.#audioDone()
      case 'prompt-updated':
        return this.#desk.promptUpdated()
      case 'injection-refused':
        this.#desk.refused(event.reason, this.#activity === 'userSpeaking')
        return
      default:
        return
    }
  }

  /** `flush`: what is still queued must not be heard. Commands that wait are answered. */
  close(flush: boolean): void {
    if (this.#closed) return
    this.#closed = true
    this.#keepAlive?.close()
    this.#cancelGiveUp()
    this.#microphone.close()
    this.#replies.close(flush)
    this.#desk.close()
    this.#dropped.tell()
  }

  #userStarted(): void {
    if (!this.#cut('user')) this.#captions.newTurn()
    this.#moveGate('user-started')
    this.#move('user-started')
  }

  #userText(text: string): void {
    this.#microphone.turnEnded()
    this.#moveGate('user-text')
    this.#replies.end()
    this.#captions.newTurn()
    if (!this.#desk.userEcho(text)) this.#captions.user(text)
    this.#move('user-turn-ended')
  }

  #turnEnded(gate: GateInput, activity: ActivityInput): void {
    this.#microphone.turnEnded()
    this.#moveGate(gate)
    this.#move(activity)
  }

  #audioDone(): void {
    this.#moveGate('reply-end')
    this.#replies.end()
    this.#captions.endReply()
  }

  #stopSpeaking(): void {
    const moreComes = this.#replies.receiving
    if (!this.#cut('stop-speaking')) return
    if (moreComes) this.#moveGate('stop-speaking')
    this.#move('all-played')
  }

  #cut(by: CutBy): boolean {
    if (!this.#replies.cut(by)) return false
    this.#captions.interrupt()
    return true
  }

  #sendCommand(command: WireCommand): void {
    if (command.kind === 'user-text') this.#typed(command.text)
    this.#ports.send(this.#ports.dialect.command(command))
    if (command.kind !== 'append-prompt') return
    this.#appended.push(command.text)
    this.#tellPrompt()
  }

  /** A typed text takes the turn from a speaking agent, as a spoken one does. */
  #typed(text: string): void {
    const agentHasTurn = this.#activity === 'agentSpeaking' || this.#activity === 'thinking'
    if (this.#cut('user')) this.#move('all-played')
    if (agentHasTurn) this.#moveGate('typed-text')
    this.#captions.endReply()
    this.#captions.user(text)
    this.#move('user-turn-ended')
  }

  #tellPrompt(): void {
    this.#ports.emit({ kind: 'prompt', ...this.#ports.dialect.promptUse(this.#appended) })
  }

  #moveGate(input: GateInput): void {
    this.#gate = moveGate(this.#gate, input, this.#ports.clock.nowMs())
  }

  #move(input: ActivityInput): void {
    const next = nextActivity(this.#activity, input)
    if (this.#closed || next === this.#activity) return
    this.#activity = next
    this.#armGiveUp()
    this.#ports.onActivity(next)
  }

  #armGiveUp(): void {
    this.#cancelGiveUp()
    this.#cancelGiveUp = () => {}
    if (this.#activity !== 'thinking' && this.#activity !== 'userSpeaking') return
    this.#cancelGiveUp = this.#ports.clock.after(GIVE_UP_MS, () => {
      if (this.#activity === 'userSpeaking' && this.#microphone.open) this.#armGiveUp()
      else this.#move('gave-up')
    })
  }
}
