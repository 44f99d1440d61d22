import type { Clock } from '../../../shared/runtime.ts'
import type { HistoryFile } from './history-file.ts'

const EVERY_MS = 60 * 60_000

/** Nobody waits for it, so it comes after the start. */
const FIRST_MS = 5_000

/** Work at a time, and the pause after it: a conversation may begin, and its sound goes first. */
const SLICE_MS = 30
const PAUSE_MS = 30

/** While somebody talks nothing is removed; it is tried again then. */
const BUSY_MS = 60_000

const MS_PER_DAY = 24 * 60 * 60_000

export interface RetentionDeps {
  clock: Clock
  /** Time of day, in ms since 1970. */
  nowMs: () => number
  file: HistoryFile
  /** Null: for ever. */
  days: () => number | null
  /** A conversation runs. */
  busy: () => boolean
  /** Something was removed; called once, after the last of it. */
  onRemoved: () => void
}

/** Removes conversations that are older than the person wants, once an hour and at the start. */
export class Retention {
  readonly #deps: RetentionDeps
  #cancel: (() => void) | undefined
  #removed = 0

  constructor(deps: RetentionDeps) {
    this.#deps = deps
    this.#in(FIRST_MS)
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #in(ms: number): void {
    this.#cancel = this.#deps.clock.after(ms, () => this.#run())
  }

  #run(): void {
    if (this.#deps.busy()) return this.#in(BUSY_MS)
    if (this.#slice()) return this.#in(PAUSE_MS)
    if (this.#removed > 0) {
      this.#removed = 0
      this.#deps.onRemoved()
    }
    this.#in(EVERY_MS)
  }

  /** True if there may be more. */
  #slice(): boolean {
    const { clock, nowMs, file, days } = this.#deps
    const kept = days()
    if (kept === null) return false
    const beforeMs = nowMs() - kept * MS_PER_DAY
    const startedMs = clock.nowMs()
    const result = file.try((store) => {
      let more = false
      do {
        const [oldest] = store.endedBefore(beforeMs, 1)
        more = oldest !== undefined
        if (oldest !== undefined && store.remove(oldest)) this.#removed += 1
      } while (more && clock.nowMs() - startedMs < SLICE_MS)
      return more
    })
    return typeof result === 'object' && result.done
  }
}
