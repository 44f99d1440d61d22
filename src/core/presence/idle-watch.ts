import type { Clock } from '../ports.ts'
import { type Idle, type IdleInput, idleVerdict, nothingIdle, reduceIdle } from './idle.ts'

const TICK_MS = 1_000
/** A timer that comes so late slept with the machine: nobody saw the warning. */
const SLEPT_MS = 10_000

interface IdleWatchPorts {
  clock: Clock
  /** Null: never. Read whenever it matters. */
  limitMs: () => number | null
  /** Every second of the last minute; null once it does not end any more. */
  onEndsIn: (seconds: number | null) => void
  /** The conversation has been silent for too long. */
  onEnd: () => void
}

/** Ends a conversation in which nothing is said, with a warning before (idle.ts decides). */
export class IdleWatch {
  readonly #ports: IdleWatchPorts
  #idle: Idle = nothingIdle
  #cancel: (() => void) | undefined
  #warned = false

  constructor(ports: IdleWatchPorts) {
    this.#ports = ports
  }

  tell(input: IdleInput): void {
    const next = reduceIdle(this.#idle, input, this.#ports.clock.nowMs())
    if (next === this.#idle) return
    this.#idle = next
    this.look()
  }

  /** Also to be called when the limit has changed. */
  look(): void {
    this.#cancel?.()
    this.#cancel = undefined
    const { clock, limitMs, onEndsIn, onEnd } = this.#ports
    const verdict = idleVerdict(this.#idle, clock.nowMs(), limitMs())
    if (verdict.kind === 'warn') {
      this.#warned = true
      onEndsIn(Math.ceil(verdict.endsInMs / 1000))
      this.#after(Math.min(TICK_MS, verdict.endsInMs))
      return
    }
    if (this.#warned) {
      this.#warned = false
      onEndsIn(null)
    }
    if (verdict.kind === 'wait') this.#after(verdict.forMs)
    if (verdict.kind === 'end') onEnd()
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #after(ms: number): void {
    const { clock } = this.#ports
    const dueMs = clock.nowMs() + ms
    this.#cancel = clock.after(ms, () => {
      if (clock.nowMs() - dueMs > SLEPT_MS) this.tell({ kind: 'stay' })
      else this.look()
    })
  }
}
