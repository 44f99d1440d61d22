import type { SessionEvent } from '../../shared/events.ts'
import { OVERLAY_LEASE_MS } from '../../shared/ipc/overlay-link.ts'
import type { OverlayState } from '../../shared/ipc/presence-calls.ts'
import type { Clock } from '../ports.ts'
import { emptyOverlay, reduceOverlay } from './overlay.ts'

/** At most ten a second. */
export const OVERLAY_GAP_MS = 100

interface FeedPorts {
  clock: Clock
  /** What changes rarely; read when a state is told. */
  about: () => Pick<OverlayState, 'agent' | 'theme'>
  send: (state: OverlayState) => void
  /** Whether somebody looks at an overlay; told again while somebody does, for a page that was loaded meanwhile. */
  onWatched: (watched: boolean) => void
}

/** Keeps what the overlay shows, and tells it to one that is looked at: at most ten times a second, and never to a hidden one. */
export class OverlayFeed {
  readonly #ports: FeedPorts
  #state: OverlayState = emptyOverlay
  /** Ends the lease of the overlay that is looked at. */
  #expire: (() => void) | undefined
  #sentAtMs = Number.NEGATIVE_INFINITY
  #pending: (() => void) | undefined

  constructor(ports: FeedPorts) {
    this.#ports = ports
  }

  get watched(): boolean {
    return this.#expire !== undefined
  }

  get state(): OverlayState {
    return { ...this.#state, ...this.#ports.about() }
  }

  event(event: SessionEvent): void {
    this.#become(reduceOverlay(this.#state, event))
  }

  level(level: Pick<OverlayState, 'level' | 'microphoneOpen' | 'muted'>): void {
    const { level: before, microphoneOpen, muted } = this.#state
    const same = before === level.level && microphoneOpen === level.microphoneOpen && muted === level.muted
    if (!same) this.#become({ ...this.#state, ...level })
  }

  /** The computer is locked or sleeps; undefined: not any more. */
  away(away: OverlayState['away']): void {
    const { away: _, ...here } = this.#state
    this.#become(away === undefined ? here : { ...here, away })
  }

  /** The theme or the agent may be another one. */
  aboutChanged(): void {
    this.#become({ ...this.#state })
  }

  /** Somebody looks at it now, and for a while from now on. */
  watch(): OverlayState {
    this.#expire?.()
    this.#expire = this.#ports.clock.after(OVERLAY_LEASE_MS, () => this.unwatch())
    this.#ports.onWatched(true)
    return this.state
  }

  /** It was hidden or closed. */
  unwatch(): void {
    if (this.#expire === undefined) return
    this.#expire()
    this.#expire = undefined
    this.#pending?.()
    this.#pending = undefined
    this.#state = { ...this.#state, level: 0 }
    this.#ports.onWatched(false)
  }

  close(): void {
    this.#expire?.()
    this.#expire = undefined
    this.#pending?.()
    this.#pending = undefined
  }

  #become(next: OverlayState): void {
    if (next === this.#state) return
    this.#state = next
    if (!this.watched || this.#pending !== undefined) return
    const { clock } = this.#ports
    const waitMs = this.#sentAtMs + OVERLAY_GAP_MS - clock.nowMs()
    if (waitMs > 0) this.#pending = clock.after(waitMs, () => this.#send())
    else this.#send()
  }

  #send(): void {
    this.#pending = undefined
    this.#sentAtMs = this.#ports.clock.nowMs()
    this.#ports.send(this.state)
  }
}
