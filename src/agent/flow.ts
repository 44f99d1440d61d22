import type { Link } from './link.ts'

/** Messages that may wait for audio before them, or for the engine, before the socket is no longer read; and their length. */
const MAX_OUTSTANDING = 100
const MAX_OUTSTANDING_LENGTH = 4_000_000

/** What a client has sent that is not dealt with yet. */
export interface Outstanding {
  readonly messages: number
  /** Of their texts, in UTF-16 units. */
  readonly length: number
  /** Audio is as far ahead of the detector as it may be. */
  readonly audioFull: boolean
}

/** Reads the socket only while there is room for what it brings. */
export class Flow {
  private paused = false
  private readonly link: Link
  private readonly changed: (paused: boolean) => void

  constructor(link: Link, changed: (paused: boolean) => void) {
    this.link = link
    this.changed = changed
  }

  regulate({ messages, length, audioFull }: Outstanding): void {
    const full = audioFull || messages > MAX_OUTSTANDING || length > MAX_OUTSTANDING_LENGTH
    if (full === this.paused) return
    this.paused = full
    this.changed(full)
    if (full) this.link.pause()
    else this.link.resume()
  }

  /** The session is over: the rest is read and dropped. */
  release(): void {
    if (this.paused) this.link.resume()
  }
}
