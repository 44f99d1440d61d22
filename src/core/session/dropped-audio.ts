import type { SessionEvent } from '../../shared/events.ts'
import type { Clock } from '../ports.ts'

type Dropped = Extract<SessionEvent, { kind: 'audio-dropped' }>

/** Counts what bounded queues dropped and tells of it at most once a second. */
export class DroppedAudio {
  readonly #clock: Clock
  readonly #emit: (event: Dropped) => void
  readonly #ms: Record<Dropped['where'], { total: number; told: number }> = {
    capture: { total: 0, told: 0 },
    'before-live': { total: 0, told: 0 },
    playback: { total: 0, told: 0 }
  }
  #cancel: (() => void) | undefined

  constructor(clock: Clock, emit: (event: Dropped) => void) {
    this.#clock = clock
    this.#emit = emit
  }

  add(where: Dropped['where'], ms: number): void {
    this.#ms[where].total += ms
    this.#cancel ??= this.#clock.after(1_000, () => this.tell())
  }

  /** Tells what has not been told. */
  tell(): void {
    this.#cancel?.()
    this.#cancel = undefined
    for (const where of ['capture', 'before-live', 'playback'] as const) {
      const count = this.#ms[where]
      if (count.total === count.told) continue
      count.told = count.total
      this.#emit({ kind: 'audio-dropped', where, ms: count.total })
    }
  }
}
