import type { Writable } from 'node:stream'
import type { CommandResult } from '../../../shared/commands.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type { WireEntry } from '../../../core/session/session.ts'
import type { EventLines } from '../event-lines.ts'

/** Beyond this nothing new is begun until the reader has read. */
const PAUSE_BYTES = 256 * 1024

/** Beyond this, what is only told (messages of the wire, most events) is left out and counted. */
const TOLD_BYTES = 1024 * 1024

/** Beyond this everything is. Results cannot come here by themselves: no more lines are taken long before. */
const MOST_BYTES = 8 * 1024 * 1024

/** What the door itself reports, beside the events of the session. */
export type DoorEvent =
  /** What became of a line. `id` is that of the line. */
  | ({ kind: 'result'; type: string; id?: string | number } & CommandResult)
  /** A line that was not understood; nothing was done for it. */
  | { kind: 'error'; line: number; id?: string | number; reason: string }
  /** More was written than can be dealt with: stdin is not read until there is room again. */
  | { kind: 'input'; paused: boolean; waitingLines: number }
  /** Stdout was not read fast enough, and so many lines were left out. */
  | { kind: 'lines-dropped'; lines: number }

/** Events that a program acts on: they are the last to be left out. */
const NEEDED = new Set(['result', 'error', 'input', 'lines-dropped', 'state', 'tool-call', 'notice'])

/** JSON lines to a reader that may be slow, or gone: what waits for it is bounded, and what is left out is counted and told. */
export class DoorOutput {
  readonly #stream: Writable
  readonly #lines: EventLines
  readonly #tell: (line: string) => void
  #dropped = 0
  #told = false
  #onRoom: () => void = () => undefined
  readonly #drained = () => {
    this.#tellDropped()
    this.#onRoom()
  }

  /** `tell`: one line for a person. */
  constructor(stream: Writable, lines: EventLines, tell: (line: string) => void) {
    this.#stream = stream
    this.#lines = lines
    this.#tell = tell
    stream.on('drain', this.#drained)
  }

  /** Called whenever there is room again. */
  set onRoom(run: () => void) {
    this.#onRoom = run
  }

  /** The reader lags behind: nothing new should begin. */
  get full(): boolean {
    return !this.#gone && this.#stream.writableLength > PAUSE_BYTES
  }

  wire(entry: WireEntry): void {
    this.#write(() => this.#lines.wire(entry), TOLD_BYTES)
  }

  local(event: SessionEvent | DoorEvent): void {
    this.#write(() => this.#lines.local(event), NEEDED.has(event.kind) ? MOST_BYTES : TOLD_BYTES)
  }

  /** Tells what was left out, if anything. The stream stays open. */
  close(): void {
    this.#stream.off('drain', this.#drained)
    this.#tellDropped()
  }

  get #gone(): boolean {
    return this.#stream.destroyed || !this.#stream.writable
  }

  #write(line: () => string, most: number): void {
    if (this.#gone) return
    if (this.#stream.writableLength < most) this.#stream.write(`${line()}\n`)
    else this.#drop()
  }

  #drop(): void {
    this.#dropped += 1
    if (this.#told) return
    this.#told = true
    this.#tell('Standard output is not read fast enough: lines are left out until it is. See "lines-dropped" there.')
  }

  #tellDropped(): void {
    const lines = this.#dropped
    if (lines === 0) return
    this.#dropped = 0
    this.local({ kind: 'lines-dropped', lines })
  }
}
