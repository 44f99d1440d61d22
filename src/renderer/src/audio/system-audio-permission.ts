import type { CallOutput } from '../../../shared/ipc/contract.ts'

/** Main's answer to "may this page capture what the computer plays". */
export type AllowSystemAudio = (on: boolean) => Promise<CallOutput<'system-audio:allow'>>

export interface HeldPermission {
  answer: Promise<CallOutput<'system-audio:allow'>>
  /** Idempotent; never throws. */
  release: () => void
}

/**
 * Main's one permission, for as many openings as may overlap: one that is given up while the platform still asks the person, and the next.
 * Main is told `false` when the last is done.
 */
export class SystemAudioPermission {
  readonly #allow: AllowSystemAudio
  #holders = 0

  constructor(allow: AllowSystemAudio) {
    this.#allow = allow
  }

  take(): HeldPermission {
    this.#holders += 1
    let isHeld = true
    return {
      answer: this.#allow(true),
      release: () => {
        if (!isHeld) return
        isHeld = false
        this.#holders -= 1
        // A failure to give it back harms nothing: main takes it back when the page goes.
        if (this.#holders === 0) void this.#allow(false).catch(() => undefined)
      }
    }
  }
}
