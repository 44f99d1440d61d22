import type { SessionEvent, ToolCall } from '../../shared/events.ts'
import type { Dialect, ServiceEvent } from '../dialects/dialect.ts'
import type { AudioSink, Clock, PlaybackReport } from '../ports.ts'
import { Conversation, type ConversationPorts } from './conversation.ts'
import type { EarlierConversation } from './earlier.ts'
import { History } from './reconnect/history.ts'
import type { Retrying } from './reconnect/retrying.ts'

export type ThreadPorts = Omit<ConversationPorts, 'onActivity'> & {
  dialect: Dialect
  retrying: Retrying
  earlier: EarlierConversation
  onActivity(): void
}

/** More texts than these are not held by a service at the same time. */
const DELAYED_LIMIT = 20

/** What outlives a connection: the conversation, what a new connection must know of it, and when that is tried. */
export class Thread {
  readonly conversation: Conversation
  readonly history: History
  readonly retrying: Retrying
  /** The first connection too is opened with a history. */
  readonly continues: boolean
  readonly #clock: Clock
  /** Calls that are not answered yet, by id: the service waits itself. */
  readonly #openCalls = new Set<string>()
  /** Typed texts that the service holds until the agent has finished speaking: they are said when they come back. */
  readonly #delayed = new Set<string>()
  #thinking = false
  #owedSinceMs: number | undefined

  constructor(ports: ThreadPorts) {
    const { clock, dialect, emit } = ports
    const history = new History(dialect.outputSampleRateHz, ports.earlier)
    this.#clock = clock
    this.history = history
    this.continues = history.items().length > 0
    this.retrying = ports.retrying
    this.conversation = new Conversation({
      ...ports,
      sink: heardBy(history, ports.sink),
      emit: (event: SessionEvent) => {
        history.session(event)
        if (event.kind === 'tool-call') this.#called(event.call)
        emit(withHeard(event, history))
      },
      sending: (step) => {
        if (step.ack === 'user-echo' && step.says !== undefined) this.#typed(step.says, step.delayed === true)
        ports.sending(step)
      },
      onActivity: (activity) => {
        this.#thinking = activity === 'thinking'
        this.#owe()
        ports.onActivity()
      }
    })
  }

  /** Since when the service owes an answer; undefined while it does not. */
  get owedSinceMs(): number | undefined {
    return this.#owedSinceMs
  }

  /** What the live service tells, but audio. */
  event(event: Exclude<ServiceEvent, { kind: 'agent-audio' }>): void {
    if (event.kind !== 'user-text') {
      this.history.service(event)
      this.conversation.event(event)
      return
    }
    const { text, late = false } = event
    const heard = this.conversation.heardText(text)
    if (heard === 'absorbed') return
    const delayed = heard === 'echo' && this.#delayed.delete(text.trim())
    this.history.userSaid(text, { echo: heard === 'echo' && !delayed, late })
    this.conversation.userText(text, { typed: heard === 'echo', late })
  }

  playback(report: PlaybackReport): void {
    this.history.played(report)
    this.conversation.playback(report)
  }

  close(flush: boolean): void {
    this.retrying.close()
    this.conversation.close(flush)
  }

  #typed(text: string, delayed: boolean): void {
    if (!delayed) return this.history.typed(text)
    if (this.#delayed.size < DELAYED_LIMIT) this.#delayed.add(text.trim())
  }

  #called({ id, status }: ToolCall): void {
    if (status === 'running' || status === 'waiting-for-person') this.#openCalls.add(id)
    else this.#openCalls.delete(id)
    this.#owe()
  }

  /** From now on the service owes an answer, or owes none. */
  #owe(): void {
    const owes = this.#thinking && this.#openCalls.size === 0
    this.#owedSinceMs = owes ? this.#clock.nowMs() : undefined
  }
}

function withHeard(event: SessionEvent, history: History): SessionEvent {
  const heard = event.kind === 'interrupted' ? history.heardOfCut() : undefined
  return event.kind === 'interrupted' && heard !== undefined ? { ...event, heard } : event
}

function heardBy(history: History, sink: AudioSink): AudioSink {
  return {
    write: (reply, pcm) => {
      history.wrote(reply, pcm)
      sink.write(reply, pcm)
    },
    end: (reply) => sink.end(reply),
    flush: (reply) => {
      sink.flush(reply)
      history.flushed(reply)
    }
  }
}
