import { blockSamples } from './format.ts'
import { floatToInt16 } from './pcm.ts'
import { Resampler, type SpeexModule } from './resampler.ts'
import { SampleRing } from './ring.ts'

/** What one input may fall behind (or run ahead of) the others before its oldest samples are dropped. */
const INPUT_RING_BLOCKS = 25
/** Blocks that one input may have waiting before the others are mixed in as silence. */
const PATIENCE_BLOCKS = 3

interface Input {
  gain: number
  resampler: Resampler
  scratch: Int16Array
  ring: SampleRing<Int16Array>
  /** Fell behind: not waited for until it has a block again. */
  starved: boolean
}

/**
 * Any number of capture inputs, each with its own rate and gain, resampled and mixed into exact 20 ms PCM16 blocks.
 * A block goes out as soon as every input has one; an input that stalls is left out, not waited for.
 */
export class CaptureMixer {
  readonly outRateHz: number
  private readonly speex: SpeexModule
  private readonly onBlock: (pcm: Int16Array) => void
  private readonly inputs = new Map<string, Input>()
  private readonly block: Int16Array
  private readonly part: Int16Array
  private droppedBefore = 0

  /** `onBlock` gets a reused array, valid during the call. */
  constructor(speex: SpeexModule, outRateHz: number, onBlock: (pcm: Int16Array) => void) {
    this.speex = speex
    this.outRateHz = outRateHz
    this.onBlock = onBlock
    this.block = new Int16Array(blockSamples(outRateHz))
    this.part = new Int16Array(this.block.length)
  }

  /** Samples (at the output rate) dropped because an input ran ahead of the others. */
  get droppedSamples(): number {
    let sum = this.droppedBefore
    for (const input of this.inputs.values()) sum += input.ring.dropped
    return sum
  }

  /** `gain` is linear. An id that is in use is replaced. */
  addInput(id: string, rateHz: number, gain: number): void {
    this.removeInput(id)
    this.inputs.set(id, {
      gain,
      resampler: new Resampler(this.speex, { channels: 1, inRateHz: rateHz, outRateHz: this.outRateHz }),
      scratch: new Int16Array(0),
      ring: new SampleRing(new Int16Array(this.block.length * INPUT_RING_BLOCKS)),
      starved: false
    })
  }

  removeInput(id: string): void {
    const input = this.inputs.get(id)
    if (input === undefined) return
    this.inputs.delete(id)
    this.droppedBefore += input.ring.dropped
    input.resampler.close()
    this.emit()
  }

  /** Takes the first `count` float samples of `samples` for input `id`; may call `onBlock` any number of times. */
  push(id: string, samples: Float32Array, count: number): void {
    const input = this.inputs.get(id)
    if (input === undefined) return
    if (input.scratch.length !== count) input.scratch = new Int16Array(count)
    const { gain, scratch } = input
    if (gain !== 1) for (let i = 0; i < count; i += 1) samples[i] = (samples[i] ?? 0) * gain
    floatToInt16(samples, scratch, count)
    input.ring.pushDroppingOldest(input.resampler.process(scratch))
    this.emit()
  }

  /** Frees the resamplers. Idempotent. */
  close(): void {
    for (const input of this.inputs.values()) input.resampler.close()
    this.inputs.clear()
  }

  private emit(): void {
    while (this.ready()) {
      let first = true
      for (const input of this.inputs.values()) {
        const target = first ? this.block : this.part
        const count = input.ring.read(target, 0, target.length)
        target.fill(0, count)
        if (!first) this.mixIn()
        first = false
      }
      this.onBlock(this.block)
    }
  }

  private ready(): boolean {
    const size = this.block.length
    let some = false
    let patient = true
    let missing = false
    for (const input of this.inputs.values()) {
      if (input.ring.length >= size) {
        input.starved = false
        some = true
        if (input.ring.length >= size * PATIENCE_BLOCKS) patient = false
      } else if (!input.starved) missing = true
    }
    if (!some || !missing) return some
    if (patient) return false
    for (const input of this.inputs.values()) input.starved = input.ring.length < size
    return true
  }

  private mixIn(): void {
    for (let i = 0; i < this.block.length; i += 1) {
      const sum = (this.block[i] ?? 0) + (this.part[i] ?? 0)
      this.block[i] = sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : sum
    }
  }
}
