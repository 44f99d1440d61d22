import type { Activity } from '../../../shared/events.ts'
import type { Clock } from '../../../shared/runtime.ts'

/** Nobody has the turn for so long: nothing more comes by itself. */
const QUIET_MS = 1_000

/** An agent that sends text but no audio so long has nothing to be played. */
const NO_AUDIO_MS = 10_000

/** An agent that neither thinks nor says a word for so long will not answer what was taken. */
const NO_WORD_MS = 30_000

/** A reply that is expected. */
export interface OwedReply {
  /** It will not come: the service did not take what asked for it. */
  withdraw(): void
}

/** Knows whether everything that the agent was asked to say has been said and heard. */
export class Replies {
  readonly #clock: Clock
  readonly #modality: 'audio' | 'text'
  readonly #open = new Map<OwedReply, { text: boolean; audio: boolean }>()
  #activity: Activity | undefined
  #waiters: (() => void)[] = []
  #cancelWait: () => void = () => undefined
  /** An answer was lost with a connection. */
  lost = false

  constructor(clock: Clock, modality: 'audio' | 'text') {
    this.#clock = clock
    this.#modality = modality
  }

  /** Something asks the agent to speak. */
  owed(): OwedReply {
    const reply: OwedReply = {
      withdraw: () => {
        if (this.#open.delete(reply)) this.#changed()
      }
    }
    this.#open.set(reply, { text: false, audio: false })
    this.#changed()
    return reply
  }

  /** The agent said something. */
  heard(what: 'text' | 'audio'): void {
    for (const heard of this.#open.values()) heard[what] = true
    this.#changed()
  }

  /** The reply being heard was cut; `by` the user, it was for the sake of the newest of what was said. */
  interrupted(by: 'user' | 'stop-speaking'): void {
    const newest = [...this.#open.keys()].at(-1)
    for (const [reply, heard] of this.#open) {
      if (by === 'user' && reply === newest) this.#open.set(reply, { text: false, audio: false })
      else if (heard.text || heard.audio) this.#open.delete(reply)
    }
    this.#changed()
  }

  /** The agent is to be silent: what it was about to say aloud, though nothing of it was heard yet, does not come. */
  stopped(): void {
    if (this.#activity !== 'agentSpeaking') return
    this.#open.clear()
    this.#changed()
  }

  /** `answerLost`: what was asked on the connection before will not be answered. */
  reconnected(answerLost: boolean): void {
    if (!answerLost) return
    if (this.#open.size > 0) this.lost = true
    this.#open.clear()
    this.#changed()
  }

  /** Undefined while the session is not live. A reply is over when the agent has been heard and nobody has the turn any more. */
  activity(activity: Activity | undefined): void {
    this.#activity = activity
    if (activity === 'listening') {
      for (const [reply, { text, audio }] of this.#open) {
        if (audio || (text && this.#modality === 'text')) this.#open.delete(reply)
      }
    }
    this.#changed()
  }

  /** Resolves when no reply is owed and nobody has had the turn for a moment; not before the session is live. */
  over(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve)
      this.#changed()
    })
  }

  /** What waits is never told. Idempotent. */
  close(): void {
    this.#cancelWait()
    this.#waiters = []
    this.#open.clear()
  }

  #changed(): void {
    this.#cancelWait()
    this.#cancelWait = () => undefined
    if (this.#waiters.length === 0 || this.#activity !== 'listening') return
    const owed = [...this.#open.values()]
    const silent = owed.some(({ text, audio }) => !text && !audio)
    // What was heard as text only may still get its audio.
    const waitMs = owed.length === 0 ? QUIET_MS : silent ? NO_WORD_MS : NO_AUDIO_MS
    this.#cancelWait = this.#clock.after(waitMs, () => this.#tell())
  }

  #tell(): void {
    for (const resolve of this.#waiters.splice(0)) resolve()
  }
}
