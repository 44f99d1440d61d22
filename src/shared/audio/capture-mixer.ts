import { blockSamples } from './format.ts'
import { MixerFollower } from './mixer-follower.ts'
import { floatToInt16 } from './pcm.ts'
import { Resampler, type SpeexModule } from './resampler.ts'
import { SampleRing } from './ring.ts'

/** What one input may have waiting before its oldest samples are dropped. */
const INPUT_RING_BLOCKS = 25
/** Blocks that another input may have waiting before it goes on without the one that sets the pace. */
const PATIENCE_BLOCKS = 3
/** A resampler holds back less than this. */
const RESAMPLER_MS = 5

interface Input {
  leads: boolean
  resampler: Resampler
  scratch: Int16Array
  ring: SampleRing<Int16Array>
  follower: MixerFollower
}

export interface CaptureMixerOptions {
  speex: SpeexModule
  outRateHz: number
  nowMs: () => number
  /** Gets a reused array, valid during the call. */
  onBlock: (pcm: Int16Array) => void
}

/**
 * Any number of capture inputs, each with its own rate and clock, resampled and mixed into exact 20 ms PCM16 blocks. The first input that
 * leads (else the first of all) sets the pace: a block goes out as soon as it has one, with nothing of it changed. The others follow
 * through a small buffer that evens out their clocks. While the leader stalls, another sets the pace.
 */
export class CaptureMixer {
  readonly outRateHz: number
  private readonly options: CaptureMixerOptions
  private readonly inputs = new Map<string, Input>()
  private readonly block: Int16Array
  private readonly sum: Float32Array
  private readonly scratch: Float32Array
  /** Null: the leader does. */
  private deputy: Input | null = null
  private droppedBefore = 0

  constructor(options: CaptureMixerOptions) {
    this.options = options
    this.outRateHz = options.outRateHz
    this.block = new Int16Array(blockSamples(options.outRateHz))
    this.sum = new Float32Array(this.block.length)
    this.scratch = new Float32Array(this.block.length)
  }

  /** Samples (at the output rate) dropped because an input came in a burst or ran ahead of the others. */
  get droppedSamples(): number {
    let sum = this.droppedBefore
    for (const input of this.inputs.values()) sum += droppedOf(input)
    return sum
  }

  /** Times an input that does not lead had nothing to give. */
  get gaps(): number {
    let sum = 0
    for (const input of this.inputs.values()) sum += input.follower.gaps
    return sum
  }

  /** What input `id` has waiting: its part in the mix is this old, less than a block more. */
  waitingMs(id: string): number {
    return ((this.inputs.get(id)?.ring.length ?? 0) * 1000) / this.outRateHz
  }

  /** An id that is in use goes on at the new rate: nothing of what it brought before is lost. */
  addInput(id: string, rateHz: number, leads: boolean): void {
    const known = this.inputs.get(id)
    const resampler = new Resampler(this.options.speex, { channels: 1, inRateHz: rateHz, outRateHz: this.outRateHz })
    if (known !== undefined) {
      drain(known)
      known.resampler.close()
      known.resampler = resampler
      this.emit()
      return
    }
    const ring = new SampleRing(new Int16Array(this.block.length * INPUT_RING_BLOCKS))
    this.inputs.set(id, {
      leads,
      resampler,
      scratch: new Int16Array(0),
      ring,
      follower: new MixerFollower(ring, this.outRateHz, this.block.length)
    })
  }

  removeInput(id: string): void {
    const input = this.inputs.get(id)
    if (input === undefined) return
    this.inputs.delete(id)
    if (this.deputy === input) this.deputy = null
    this.droppedBefore += droppedOf(input)
    input.resampler.close()
    this.emit()
  }

  /** Takes the first `count` float samples of `samples` for input `id`; may call `onBlock` any number of times. */
  push(id: string, samples: Float32Array, count: number): void {
    const input = this.inputs.get(id)
    if (input === undefined) return
    if (input.scratch.length < count) input.scratch = new Int16Array(count)
    floatToInt16(samples, input.scratch, count)
    // Where sizes alternate this is a view, not memory.
    const pcm = input.scratch.length === count ? input.scratch : input.scratch.subarray(0, count)
    const converted = input.resampler.process(pcm)
    input.ring.pushDroppingOldest(converted)
    input.follower.arrived(converted.length, this.options.nowMs())
    this.emit()
  }

  /** What waits of the leader goes out too, the last block filled up with silence. */
  finish(): void {
    for (const input of this.inputs.values()) drain(input)
    const leader = this.leader()
    if (leader === null) return
    const rest = leader.ring.length % this.block.length
    if (rest > 0) leader.ring.push(new Int16Array(this.block.length - rest))
    this.emit()
  }

  /** Frees the resamplers; what waits of the leader is dropped. Idempotent. */
  close(): void {
    this.droppedBefore = this.droppedSamples + (this.leader()?.ring.length ?? 0)
    for (const input of this.inputs.values()) input.resampler.close()
    this.inputs.clear()
    this.deputy = null
  }

  private emit(): void {
    for (let pace = this.pacing(); pace !== null; pace = this.pacing()) {
      const nowMs = this.options.nowMs()
      this.sum.fill(0)
      for (const input of this.inputs.values()) {
        if (input === pace && pace !== this.deputy) this.readWhole(input)
        else input.follower.mixInto(this.sum, this.scratch, nowMs, input === pace)
      }
      this.saturate()
      this.options.onBlock(this.block)
    }
  }

  /** The input whose block is due, or null. */
  private pacing(): Input | null {
    const leader = this.leader()
    if (leader === null) return null
    if (leader.ring.length >= this.block.length) {
      this.deputy = null
      return leader
    }
    this.deputy ??= this.waitingTooLong(leader)
    return this.deputy !== null && this.spare(this.deputy) >= 0 ? this.deputy : null
  }

  private leader(): Input | null {
    let first: Input | null = null
    for (const input of this.inputs.values()) {
      if (input.leads) return input
      first ??= input
    }
    return first
  }

  private waitingTooLong(leader: Input): Input | null {
    for (const input of this.inputs.values()) {
      if (input !== leader && this.spare(input) >= PATIENCE_BLOCKS * this.block.length) return input
    }
    return null
  }

  /** What `input` has beyond a block and its own buffer. */
  private spare(input: Input): number {
    return input.ring.length - this.block.length - input.follower.target
  }

  private readWhole(input: Input): void {
    input.ring.read(this.block, 0, this.block.length)
    for (let i = 0; i < this.block.length; i += 1) this.sum[i] = (this.sum[i] as number) + (this.block[i] as number)
  }

  private saturate(): void {
    for (let i = 0; i < this.block.length; i += 1) {
      const value = Math.round(this.sum[i] as number)
      this.block[i] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value
    }
  }
}

/** What the resampler holds back goes to the ring. */
function drain({ resampler, ring }: Input): void {
  if (resampler.inRateHz === resampler.outRateHz) return
  ring.pushDroppingOldest(resampler.process(new Int16Array(Math.ceil((RESAMPLER_MS * resampler.inRateHz) / 1000))))
}

function droppedOf(input: Input): number {
  return input.ring.dropped + input.follower.dropped
}
