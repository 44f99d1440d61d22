import type { CommandResult } from '../../shared/commands.ts'
import type { SessionEvent } from '../../shared/events.ts'
import type { Clock } from '../ports.ts'

/** Announcements that wait at most; one more is not taken. */
export const ANNOUNCEMENT_LIMIT = 100

/** A refused announcement is tried again when somebody's turn ends, or after this long, each time twice as long. */
export const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 10_000

export interface AnnouncementPorts {
  clock: Clock
  /** Asks the agent to say `text` after what it says now; resolves once it is said or refused. Never rejects. */
  say(text: string): Promise<CommandResult>
  /** The service is ready and the user is not mid-turn (rule I7). */
  mayAsk(): boolean
  emit(event: SessionEvent): void
}

interface Announcement {
  text: string
  tell: (result: CommandResult) => void
}

/** An ordered list of things that the agent shall say, one after the other, none lost (rule I14). */
export class Announcements {
  readonly #ports: AnnouncementPorts
  #waiting: Announcement[] = []
  /** The service has it and has not said it yet. */
  #asked: Announcement | undefined
  #refusals = 0
  #cancelRetry: (() => void) | undefined
  #closed = false

  constructor(ports: AnnouncementPorts) {
    this.#ports = ports
  }

  /** True while nothing waits. */
  get idle(): boolean {
    return this.count === 0
  }

  /** Those that wait, and the one that the service has. */
  get count(): number {
    return this.#waiting.length + (this.#asked === undefined ? 0 : 1)
  }

  /** Resolves once it was said. */
  add(text: string): Promise<CommandResult> {
    return new Promise((resolve) => {
      const announcement: Announcement = {
        text,
        tell: (result) => {
          const reason = result.outcome === 'applied' ? {} : { reason: result.reason }
          this.#ports.emit({ kind: 'command', command: 'announce', outcome: result.outcome, ...reason })
          resolve(result)
        }
      }
      if (this.#closed) announcement.tell({ outcome: 'failed', reason: 'The session has ended.' })
      else if (this.#waiting.length >= ANNOUNCEMENT_LIMIT) {
        const reason = `${ANNOUNCEMENT_LIMIT} announcements wait already, so this one was dropped. Wait until some were said.`
        announcement.tell({ outcome: 'failed', reason })
      } else {
        this.#waiting.push(announcement)
        if (this.#cancelRetry === undefined) this.pump()
      }
    })
  }

  /** Somebody's turn began or ended, or the service is ready: the next one is asked for if it may be. */
  pump(): void {
    if (this.#closed || this.#asked !== undefined || !this.#ports.mayAsk()) return
    this.#stopRetry()
    const announcement = this.#waiting.shift()
    if (announcement === undefined) return
    this.#asked = announcement
    void this.#ask(announcement)
  }

  /** The connection was lost: what was not said is the first that is asked for on the next one. */
  dropped(): void {
    this.#stopRetry()
    this.#putBack()
  }

  close(): void {
    if (this.#closed) return
    this.dropped()
    this.#closed = true
    const waiting = this.#waiting
    this.#waiting = []
    for (const { tell } of waiting) tell({ outcome: 'failed', reason: 'The session ended before this was said.' })
  }

  async #ask(announcement: Announcement): Promise<void> {
    this.#answered(announcement, await this.#ports.say(announcement.text))
  }

  #answered(announcement: Announcement, result: CommandResult): void {
    if (this.#asked !== announcement) return
    if (result.outcome === 'refused') {
      this.#putBack()
      this.#retryLater()
      return
    }
    this.#asked = undefined
    this.#refusals = 0
    announcement.tell(result)
    this.pump()
  }

  #putBack(): void {
    if (this.#asked !== undefined) this.#waiting.unshift(this.#asked)
    this.#asked = undefined
  }

  #retryLater(): void {
    const waitMs = Math.min(RETRY_MS * 2 ** this.#refusals, LONGEST_RETRY_MS)
    this.#refusals += 1
    this.#cancelRetry = this.#ports.clock.after(waitMs, () => {
      this.#cancelRetry = undefined
      this.pump()
    })
  }

  #stopRetry(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
  }
}
