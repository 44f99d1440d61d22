import { ContextWatch } from './watchdog.ts'

/** How long nothing must be needed before the context rests: a new conversation often follows at once. */
const REST_AFTER_MS = 4000
const LOOK_EVERY_MS = 250

/** What the engine uses of an audio context, beside its graph. */
export interface LivingContext extends EventTarget {
  readonly state: AudioContextState | 'interrupted'
  readonly currentTime: number
  resume(): Promise<void>
  suspend(): Promise<void>
}

export interface LifeListener {
  onBlocked(): void
  /** Said once: it will not play again, and another one has to be made. */
  onDead(): void
}

/**
 * Lets an audio context run while it is needed and rest when it was idle for a while; it is never stopped under a reply that plays. The
 * browser's autoplay rule may hold it: then the next click or key starts it. One that was stopped behind its back is started again, and
 * one that does not run any more is told dead.
 */
export class ContextLife {
  readonly #context: LivingContext
  readonly #touched: () => boolean
  readonly #listener: LifeListener
  readonly #watch = new ContextWatch()
  readonly #unhook = new AbortController()
  #needed = false
  #restTimer: ReturnType<typeof setTimeout> | undefined
  #lookTimer: ReturnType<typeof setInterval> | undefined
  #blocked = false

  /** `touched`: the person has clicked or pressed a key at some time, so the autoplay rule holds nothing back. */
  constructor(context: LivingContext, touched: () => boolean, listener: LifeListener) {
    this.#context = context
    this.#touched = touched
    this.#listener = listener
    const { signal } = this.#unhook
    context.addEventListener('statechange', () => this.#stateChanged(), { signal })
    // The device or the renderer failed: Chromium never revives such a context.
    context.addEventListener('error', () => this.#die(), { signal })
  }

  /** Needed, and not allowed to run before the person has done something. */
  get blocked(): boolean {
    return this.#blocked
  }

  set needed(needed: boolean) {
    if (needed === this.#needed) return
    this.#needed = needed
    clearTimeout(this.#restTimer)
    clearInterval(this.#lookTimer)
    this.#watch.rest()
    if (needed) {
      this.run()
      this.#lookTimer = setInterval(() => this.#look(), LOOK_EVERY_MS)
      this.#look()
    } else {
      this.#setBlocked(false)
      this.#restTimer = setTimeout(() => this.#context.suspend().catch(() => undefined), REST_AFTER_MS)
    }
  }

  /**
   * Starts it where it is needed and does not run; also to be called when something may have changed what the autoplay rule says: a
   * gesture, a microphone that was opened, a talk key. `resume` is not awaited: without permission it stays pending.
   */
  run(): void {
    if (!this.#needed || this.#context.state === 'running' || this.#context.state === 'closed') return
    this.#context.resume().catch(() => undefined)
  }

  /** It is being moved to another loudspeaker, and may stand meanwhile. */
  moving(): void {
    this.#watch.moving(performance.now())
  }

  /** Lets go of the context. */
  close(): void {
    this.#unhook.abort()
    clearTimeout(this.#restTimer)
    clearInterval(this.#lookTimer)
  }

  #look(): void {
    const { state, currentTime } = this.#context
    const verdict = this.#watch.look({ atMs: performance.now(), state, currentTime }, this.#touched())
    if (verdict === 'dead') this.#die()
    else this.#setBlocked(verdict === 'held')
  }

  #stateChanged(): void {
    if (this.#context.state === 'closed') this.#die()
    else if (this.#context.state === 'running') this.#setBlocked(false)
    else this.run()
  }

  #die(): void {
    if (this.#unhook.signal.aborted) return
    this.close()
    this.#listener.onDead()
  }

  #setBlocked(blocked: boolean): void {
    if (blocked === this.#blocked) return
    this.#blocked = blocked
    this.#listener.onBlocked()
  }
}
