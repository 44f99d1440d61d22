import {
  closesAtMs,
  quietTalkKey,
  reduceTalkKey,
  type TalkKey,
  type TalkKeyInput,
  type TalkSignal
} from '../../../core/shortcuts/talk-key.ts'
import type { TalkKeyMode } from '../../../shared/ipc/shortcut-calls.ts'
import type { Clock } from '../../../shared/runtime.ts'

interface TalkGateOptions {
  clock: Pick<Clock, 'nowMs' | 'after'>
  onSignal: (signal: TalkSignal) => void
}

/** Runs the rules of the talk key (talk-key.ts) by the clock: what is open closes by itself when its time is over. */
export class TalkGate {
  readonly #options: TalkGateOptions
  #talk: TalkKey = quietTalkKey
  #cancelLimit: () => void = () => {}

  constructor(options: TalkGateOptions) {
    this.#options = options
  }

  /** `key` is a name of the caller's own, one for each talk key. */
  heard(kind: 'down' | 'repeat' | 'up', key: string, mode: TalkKeyMode): void {
    this.#input({ kind, key, mode, atMs: this.#options.clock.nowMs() })
  }

  /** No release will come any more: closes what is open. */
  lose(): void {
    this.#input({ kind: 'lost', atMs: this.#options.clock.nowMs() })
  }

  #input(input: TalkKeyInput): void {
    const { clock, onSignal } = this.#options
    const [next, signals] = reduceTalkKey(this.#talk, input)
    this.#talk = next
    for (const signal of signals) onSignal(signal)
    this.#cancelLimit()
    this.#cancelLimit = () => {}
    const atMs = closesAtMs(this.#talk)
    if (atMs === undefined) return
    this.#cancelLimit = clock.after(Math.max(0, atMs - clock.nowMs()), () =>
      this.#input({ kind: 'time', atMs: clock.nowMs() })
    )
  }
}
