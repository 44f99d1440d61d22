import { acceleratorOf, type KeyOutcome } from '../../../core/shortcuts/hotkey-plan.ts'
import type { Hotkey } from '../../../shared/hotkey.ts'
import type { Clock } from '../../../shared/runtime.ts'

/** The system's own shortcuts: key-down only. */
export interface SystemShortcuts {
  /** False: the system did not give it. */
  register(accelerator: string, onPress: () => void): boolean
  clear(): void
}

/** Some systems tell the repeats of a key that is held as presses: what comes so soon after the last one is no press. */
export const REPEAT_GAP_MS = 800

/** Registers hotkeys with the system, and takes its repeats for what they are. */
export class SystemKeys {
  readonly #system: SystemShortcuts
  readonly #clock: Pick<Clock, 'nowMs'>

  constructor(system: SystemShortcuts, clock: Pick<Clock, 'nowMs'>) {
    this.#system = system
    this.#clock = clock
  }

  /** `unsure`: a yes of this system may not mean it. */
  register(hotkey: Hotkey, unsure: boolean, onPress: () => void): KeyOutcome {
    const accelerator = acceleratorOf(hotkey)
    if (accelerator === undefined) {
      return { state: 'refused', why: 'The system cannot give this key. Choose another, or hear keys by the hook.' }
    }
    let lastMs = -Infinity
    const given = this.#system.register(accelerator, () => {
      const nowMs = this.#clock.nowMs()
      const repeated = nowMs - lastMs < REPEAT_GAP_MS
      lastMs = nowMs
      if (!repeated) onPress()
    })
    if (!given) return { state: 'refused', why: 'The system did not give it; another program may have it.' }
    return unsure
      ? { state: 'unconfirmed', why: 'The system said yes and may not mean it. Press it in the test below.' }
      : { state: 'active' }
  }

  clear(): void {
    this.#system.clear()
  }
}
