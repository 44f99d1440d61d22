/** How long nothing must be needed before the context rests: a new conversation often follows at once. */
const REST_AFTER_MS = 4000
/** A context that may run has started long before. */
const START_GRACE_MS = 500

/**
 * Lets an audio context run while it is needed and rest when it was idle for a while. It is never closed, and never stopped
 * under a reply that plays. The browser's autoplay rule may hold it: then the next click or key starts it.
 */
export class ContextLife {
  private readonly context: AudioContext
  private readonly onBlocked: () => void
  private readonly needs = new Set<'conversation' | 'reply'>()
  private restTimer: number | undefined
  private isBlocked = false

  constructor(context: AudioContext, onBlocked: () => void) {
    this.context = context
    this.onBlocked = onBlocked
    context.addEventListener('statechange', () => {
      this.setBlocked(this.isBlocked && context.state !== 'running')
    })
    // Kept for the page's life: the rule may also strike a context that ran before.
    for (const gesture of ['pointerdown', 'pointerup', 'click', 'keydown'] as const) {
      window.addEventListener(gesture, () => this.needs.size > 0 && this.run(), { capture: true })
    }
  }

  /** Needed, and not allowed to run before the person has done something. */
  get blocked(): boolean {
    return this.isBlocked
  }

  need(what: 'conversation' | 'reply', needed: boolean): void {
    if (needed) this.needs.add(what)
    else this.needs.delete(what)
    window.clearTimeout(this.restTimer)
    if (this.needs.size > 0) this.run()
    else {
      this.setBlocked(false)
      this.restTimer = window.setTimeout(() => void this.context.suspend(), REST_AFTER_MS)
    }
  }

  /** `resume` is not awaited: without a gesture it stays pending. A context that may run says so within a moment. */
  private run(): void {
    if (this.context.state === 'running') return
    void this.context.resume()
    window.setTimeout(() => {
      this.setBlocked(this.needs.size > 0 && this.context.state !== 'running')
    }, START_GRACE_MS)
  }

  private setBlocked(blocked: boolean): void {
    if (blocked === this.isBlocked) return
    this.isBlocked = blocked
    this.onBlocked()
  }
}
