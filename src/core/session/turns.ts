import type { Activity, SessionEvent } from '../../shared/events.ts'
import type { WireStep } from '../dialects/dialect.ts'
import type { AudioSink, Clock, PlaybackReport } from '../ports.ts'
import { ActivityKeeper, type ActivityInput } from './activity.ts'
import { CaptionBook } from './caption-book.ts'
import { moveGate, passAudio, type DropGate, type GateInput } from './drop-gate.ts'
import type { TurnLatencies } from './latency/turn-latencies.ts'
import { Replies, type CutBy } from './replies.ts'

/** `typed`: it is the echo of a text that is shown already. `late`: the agent has begun to answer it. */
export interface UserText {
  typed: boolean
  late: boolean
}

/** Statements that may still be spoken. */
const STATEMENTS_KEPT = 20

/**
 * What the agent has to say to a function's answer. `reply`: it was answered, and the agent has not spoken since. `next-reply`: the same, once
 * the reply that comes in has come to its end.
 */
type Owed = 'nothing' | 'reply' | 'next-reply'

/** What the turns of a conversation reach their surroundings through. */
export interface TurnsPorts {
  clock: Clock
  sink: AudioSink
  outputSampleRateHz: number
  outputIsWav: boolean
  /** Of the dialect. */
  silentMs: number | undefined
  latencies: TurnLatencies
  emit: (event: SessionEvent) => void
  newCaptionId: () => string
  onActivity: (activity: Activity) => void
  /** A tool works for the agent's turn. */
  working: () => boolean
  microphoneOpen: () => boolean
  /** The service ended the user's turn or began to answer. */
  onUserTurnOver: () => void
}

/** Whose turn it is: what of the agent is heard, what is written down, and who is doing what. */
export class Turns {
  readonly #ports: TurnsPorts
  readonly #captions: CaptionBook
  readonly #replies: Replies
  readonly #activity: ActivityKeeper
  #gate: DropGate = { kind: 'open' }
  #owed: Owed = 'nothing'
  /** Statements that were sent and have not begun, oldest first. */
  #statements: string[] = []

  constructor(ports: TurnsPorts) {
    const { clock, emit, latencies } = ports
    this.#ports = ports
    this.#activity = new ActivityKeeper({
      clock,
      silentMs: ports.silentMs,
      mayGiveUp: (activity) => !ports.working() && !(activity === 'userSpeaking' && ports.microphoneOpen()),
      onGaveUp: () => {
        this.#owed = 'nothing'
      },
      onChange: ports.onActivity
    })
    this.#captions = new CaptionBook({
      newId: ports.newCaptionId,
      emit: (caption) => emit({ kind: 'caption', caption })
    })
    this.#replies = new Replies({
      clock,
      sink: ports.sink,
      sampleRateHz: ports.outputSampleRateHz,
      wav: ports.outputIsWav,
      onFirstSample: (reply, atMs) => latencies.firstSample(reply, atMs),
      onPlayed: (playedMs) => emit({ kind: 'reply-played', playedMs }),
      onInterrupted: (by, playedMs) => emit({ kind: 'interrupted', by, playedMs }),
      onAllPlayed: () => {
        this.#captions.played()
        this.#silent()
      }
    })
  }

  get activity(): Activity {
    return this.#activity.activity
  }

  playback(report: PlaybackReport): void {
    this.#replies.report(report)
  }

  /** Audio of the agent, as one frame came; true if it began a reply. */
  audio(frame: Uint8Array): boolean {
    if (frame.length === 0) return false
    if (this.#owed === 'reply') this.#owed = 'nothing'
    const { pass, gate } = passAudio(this.#gate, this.#ports.clock.nowMs())
    this.#gate = gate
    if (!pass) return false
    const begins = this.#replies.write(frame)
    if (this.#replies.current !== undefined) this.#ports.latencies.replyAudio(this.#replies.current)
    if (!begins) return false
    this.#owed = 'nothing'
    this.#ports.onUserTurnOver()
    this.#activity.move('reply-began')
    return true
  }

  userStarted(): void {
    if (!this.#cut('user')) this.#captions.newTurn()
    this.#owed = 'nothing'
    this.#ports.latencies.userStarted()
    this.#moveGate('user-started')
    this.#activity.move('user-started')
  }

  /** The service told the user's words. */
  userText(text: string, { typed, late }: UserText): void {
    if (late) {
      if (!typed) this.#captions.late(text)
      this.#ports.latencies.userText({ typed, late })
      return
    }
    this.#moveGate('user-text')
    this.#replies.end()
    this.#captions.newTurn()
    this.#owed = 'nothing'
    if (!typed) this.#captions.add('user', text)
    this.#ports.latencies.userText({ typed, late })
    this.#userTurnOver('user-turn-ended')
  }

  turnEnded(): void {
    this.#ports.latencies.turnEnded()
    this.#moveGate('turn-ended')
    this.#userTurnOver('user-turn-ended')
  }

  agentThinking(): void {
    this.#moveGate('agent-thinking')
    this.#userTurnOver('agent-thinking')
  }

  /** The service says that it begins to send a reply. */
  agentStarted(): void {
    this.#moveGate('agent-started')
    this.#ports.onUserTurnOver()
  }

  /** `replaces`: so many texts that came last are part of it. */
  agentText(text: string, replaces: number): void {
    if (this.#isStatement(text.trim())) this.#moveGate('statement')
    this.#captions.agent(text, { late: this.#gate.kind !== 'open', replaces })
  }

  audioDone(): void {
    this.#moveGate('reply-end')
    if (this.#owed === 'next-reply') this.#owed = 'reply'
    this.#replies.end()
    this.#captions.endReply()
  }

  /** All of a reply is there, and none of it will be heard. */
  replyComplete(): void {
    this.#moveGate('reply-end')
    this.#replies.end()
    this.#captions.endReply()
    if (this.#replies.active) return
    this.#captions.played()
    this.#ports.emit({ kind: 'reply-played', playedMs: 0 })
    if (this.#ports.working()) return
    this.#owed = 'nothing'
    this.#activity.move('reply-complete')
  }

  /** The service cut its reply off: nothing more of it is heard, whoever caused that. */
  agentCancelled(): void {
    const speaking = this.#cut('user')
    if (!speaking) this.#captions.interrupt()
    this.#moveGate('cancelled')
    if (speaking) this.#silent()
  }

  /** The agent called functions, perhaps before the user's turn is over. */
  toolsCalled(): void {
    this.#moveGate('tools-called')
    this.#activity.move('tools-called')
  }

  /** The agent got a function's answer and has something to say to it. */
  toolAnswered(): void {
    this.#owed = 'reply'
  }

  /** The agent got the late result of a function, to be answered when it has finished speaking. */
  lateToolAnswered(): void {
    this.#owed = this.#replies.receiving ? 'next-reply' : 'reply'
  }

  /** A function call is over: what is waited for may still come. */
  toolOver(): void {
    this.#activity.waitOn()
  }

  stopSpeaking(): void {
    const moreComes = this.#replies.current !== undefined
    if (!this.#cut('stop-speaking')) return
    if (moreComes) this.#moveGate('stop-speaking')
    this.#silent()
  }

  /** A message of a command goes out. */
  sending({ ack, takesTurn, says = '', shows }: WireStep): void {
    // The next that is heard is this, and no late reply to the user.
    if (ack === 'spoken' && this.activity === 'listening') this.#ports.latencies.giveUp()
    if (ack === 'spoken') this.#statements = [...this.#statements, says.trim()].slice(-STATEMENTS_KEPT)
    if (takesTurn === 'agent') this.#replace()
    else if (takesTurn === 'user') this.#typed()
    if (shows !== undefined) this.#captions.add(shows.role, shows.text)
    if (takesTurn === 'user') this.#activity.move('user-turn-ended')
  }

  /** The connection was lost: what was received plays on, and nobody waits for the rest. */
  dropped(): void {
    this.#replies.end()
    this.#captions.newTurn()
    this.#gate = { kind: 'open' }
    this.#owed = 'nothing'
    this.#ports.latencies.giveUp()
    this.#activity.move('gave-up')
  }

  /** `flush`: what is still queued must not be heard. */
  close(flush: boolean): void {
    this.#activity.close()
    this.#replies.close(flush)
  }

  #userTurnOver(activity: ActivityInput): void {
    this.#ports.onUserTurnOver()
    this.#activity.move(activity)
  }

  /** A typed text takes the turn from a speaking agent, as a spoken one does. */
  #typed(): void {
    const agentHasTurn = this.activity === 'agentSpeaking' || this.activity === 'thinking'
    this.#owed = 'nothing'
    if (this.#cut('user')) this.#activity.move('all-played')
    if (agentHasTurn) this.#moveGate('typed-text')
    this.#captions.endReply()
    this.#ports.latencies.typed()
  }

  /** An injected statement takes the place of what is being said. */
  #replace(): void {
    const speaking = this.#cut('user')
    if (speaking || this.activity === 'thinking' || this.#gate.kind === 'stopped') this.#moveGate('replaced')
    this.#captions.endReply()
    if (speaking) this.#silent()
  }

  /** `text` begins a statement that was sent; those before it will not come any more. */
  #isStatement(text: string): boolean {
    const at = text === '' ? -1 : this.#statements.findIndex((statement) => statement.startsWith(text))
    if (at < 0) return false
    this.#statements = this.#statements.slice(at + 1)
    return true
  }

  /** Nothing is left to play; the agent's turn goes on while a tool works for it. */
  #silent(): void {
    this.#activity.move(this.#owed !== 'nothing' || this.#ports.working() ? 'filler-played' : 'all-played')
  }

  #cut(by: CutBy): boolean {
    if (!this.#replies.cut(by)) return false
    this.#captions.interrupt()
    return true
  }

  #moveGate(input: GateInput): void {
    this.#gate = moveGate(this.#gate, input, this.#ports.clock.nowMs())
  }
}
