import { LevelMeter } from '../../../../shared/audio/level-meter.ts'
import { PreRoll } from '../../../../shared/audio/pre-roll.ts'
import { isDigitalSilence, type Sound, SoundWatch } from '../../../../shared/audio/sound-watch.ts'
import { QUIET_DBFS } from '../api.ts'
import { Hush } from './hush.ts'

/** Levels are told once in this time. */
export const LEVEL_WINDOW_MS = 100

/** What is known of one input that is mixed and sent; everything of it depends on its rate, so another rate is another input. */
export class CaptureInput {
  readonly id: string
  readonly role: 'microphone' | 'system'
  readonly rateHz: number
  readonly preRoll: PreRoll
  readonly hush = new Hush()
  private readonly meter: LevelMeter
  private readonly watch: SoundWatch
  /** Linear; reached within the next block. */
  gain: number
  private reached: number
  private silent = false

  constructor(id: string, role: 'microphone' | 'system', rateHz: number, gain: number) {
    this.id = id
    this.role = role
    this.rateHz = rateHz
    this.gain = gain
    this.reached = gain
    this.preRoll = new PreRoll(rateHz)
    this.meter = new LevelMeter(rateHz, LEVEL_WINDOW_MS)
    this.watch = new SoundWatch(rateHz, QUIET_DBFS)
  }

  /** RMS of the last level window, with the gain. */
  get dbfs(): number {
    return this.meter.dbfs
  }

  /** To be called before anything is changed: whether the platform delivers zeros is judged by what it delivered. */
  inspect(samples: Float32Array, count: number): void {
    this.silent = isDigitalSilence(samples, count)
  }

  /** Applies the gain in place and meters; returns how many level windows the block completed. */
  measure(samples: Float32Array, count: number): number {
    this.amplify(samples, count)
    return this.meter.push(samples, count)
  }

  /** What the block changed in what is heard, or null. System audio is never called quiet: often nothing plays. */
  listen(count: number, windows: number, gateOpen: boolean): Sound | null {
    const level = windows > 0 ? this.meter.dbfs : null
    return this.watch.push(this.silent, count, level, gateOpen && this.role === 'microphone')
  }

  /** Nothing came for as long as it takes to be called silent. */
  stalled(): Sound | null {
    return this.watch.stalled()
  }

  private amplify(samples: Float32Array, count: number): void {
    const from = this.reached
    const step = (this.gain - from) / count
    if (from === 1 && step === 0) return
    for (let i = 0; i < count; i += 1) samples[i] = (samples[i] as number) * (from + step * (i + 1))
    this.reached = this.gain
  }
}
