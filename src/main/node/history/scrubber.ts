import type { Clock } from '../../../shared/runtime.ts'
import type { HistoryFile } from './history-file.ts'

/** Another program may read the history for a while; it is asked again so much later. */
const RETRY_MS = 10_000

/** Takes out of SQLite's files what was removed: at once, or as soon as nobody else reads them. */
export class Scrubber {
  readonly #clock: Clock
  readonly #file: Pick<HistoryFile, 'try'>
  #cancel: (() => void) | undefined

  constructor(clock: Clock, file: Pick<HistoryFile, 'try'>) {
    this.#clock = clock
    this.#file = file
  }

  scrub(): void {
    this.close()
    const result = this.#file.try((store) => store.scrub())
    const again = result === 'later' || (typeof result === 'object' && !result.done)
    if (again) this.#cancel = this.#clock.after(RETRY_MS, () => this.scrub())
  }

  /** Closing the database takes out the rest; idempotent. */
  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
