import type { SessionEvent } from '../../shared/events.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { AudioSink, PlaybackReport } from '../ports.ts'
import { Conversation, type ConversationPorts } from './conversation.ts'
import { History } from './reconnect/history.ts'
import type { Retrying } from './reconnect/retrying.ts'

export type ThreadPorts = Omit<ConversationPorts, 'onActivity'> & {
  dialect: Dialect
  retrying: Retrying
  onActivity(): void
}

/** What outlives a connection: the conversation, what a new connection must know of it, and when that is tried. */
export class Thread {
  readonly conversation: Conversation
  readonly history: History
  readonly retrying: Retrying
  #owedSinceMs: number | undefined

  constructor(ports: ThreadPorts) {
    const { clock, dialect, emit } = ports
    const history = new History(dialect.outputSampleRateHz)
    this.history = history
    this.retrying = ports.retrying
    this.conversation = new Conversation({
      ...ports,
      sink: heardBy(history, ports.sink),
      emit: (event: SessionEvent) => {
        history.session(event)
        emit(event)
      },
      onActivity: (activity) => {
        this.#owedSinceMs = activity === 'thinking' ? clock.nowMs() : undefined
        ports.onActivity()
      }
    })
  }

  /** Since when the service owes an answer; undefined while it does not. */
  get owedSinceMs(): number | undefined {
    return this.#owedSinceMs
  }

  playback(report: PlaybackReport): void {
    this.history.played(report)
    this.conversation.playback(report)
  }

  close(flush: boolean): void {
    this.retrying.close()
    this.conversation.close(flush)
  }
}

function heardBy(history: History, sink: AudioSink): AudioSink {
  return {
    write: (reply, pcm) => {
      history.wrote(reply, pcm)
      sink.write(reply, pcm)
    },
    end: (reply) => sink.end(reply),
    flush: (reply) => {
      history.flushed(reply)
      sink.flush(reply)
    }
  }
}
