/* oxlint-disable no-underscore-dangle -- the exports of the WASM module are named so */
/**
 * Streaming sample-rate conversion over the speex WASM build. The package's own wrapper loses input whenever a block does
 * not convert to a whole number of output samples and never frees its state, so only its WASM factory is used.
 */

/** Quality of the speex filter, 0 to 10; 7 is transparent below 0.46 of the lower rate and delays by 4 ms at 16 kHz. */
export const DEFAULT_RESAMPLER_QUALITY = 7

/** What Parley uses of the Emscripten module. Views are replaced when its memory grows: never keep one. */
export interface SpeexModule {
  readonly HEAP16: Int16Array
  readonly HEAP32: Int32Array
  _malloc(bytes: number): number
  _free(pointer: number): void
  _speex_resampler_init(channels: number, inRateHz: number, outRateHz: number, quality: number, error: number): number
  _speex_resampler_destroy(state: number): void
  _speex_resampler_process_interleaved_int(
    state: number,
    input: number,
    inputFrames: number,
    output: number,
    outputFrames: number
  ): number
}

type SpeexFactory = (overrides?: Record<string, unknown>) => PromiseLike<unknown>

/** Why a resampler could not be made or failed. */
export class ResamplerError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ResamplerError'
  }
}

/**
 * Instantiates the WASM. `factory` is the default export of `speex-resampler/app/speex_wasm` (or its CommonJS namespace,
 * as Node imports it). In Node call this only inside a worker_thread: the factory installs process-wide abort handlers.
 */
export async function loadSpeex(factory: unknown): Promise<SpeexModule> {
  const candidate = typeof factory === 'object' && factory !== null && 'default' in factory ? factory.default : factory
  if (typeof candidate !== 'function') throw new ResamplerError('The speex module has no factory function.')
  return (await (candidate as SpeexFactory)()) as SpeexModule
}

/** Rates in Hz (whole numbers); `channels` interleaved; `quality` 0 to 10. */
export interface ResamplerOptions {
  channels: number
  inRateHz: number
  outRateHz: number
  quality?: number
}

/** Input frames per call into the WASM; larger blocks are cut, so its buffers never grow. */
const CHUNK_FRAMES = 1024
const INT16_BYTES = 2
const INT32_BYTES = 4
const MAX_CACHED_VIEWS = 32

function inRange(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}

function check(options: ResamplerOptions): void {
  if (!inRange(options.channels, 1, 32)) throw new ResamplerError(`channels must be 1 to 32, not ${options.channels}`)
  for (const rateHz of [options.inRateHz, options.outRateHz]) {
    if (!inRange(rateHz, 1000, 768_000)) throw new ResamplerError(`a rate must be 1000 to 768000 Hz, not ${rateHz}`)
  }
  const { quality = DEFAULT_RESAMPLER_QUALITY } = options
  if (!inRange(quality, 0, 10)) throw new ResamplerError(`quality must be 0 to 10, not ${quality}`)
}

/**
 * One stream. After N input frames exactly `ceil(N * outRateHz / inRateHz)` output frames have come, whatever the block
 * sizes, and the samples do not depend on them either. Equal rates copy. Not allocation-free when a block is the largest so far.
 */
export class Resampler {
  readonly channels: number
  readonly inRateHz: number
  readonly outRateHz: number
  private readonly speex: SpeexModule
  private readonly outCapacityFrames: number
  /** Null for equal rates. `memory` holds lengths, input and output in one allocation. */
  private native: { state: number; memory: number } | null = null
  private closed = false
  private out = new Int16Array(0)
  private readonly views = new Map<number, Int16Array>()

  constructor(speex: SpeexModule, options: ResamplerOptions) {
    check(options)
    this.speex = speex
    this.channels = options.channels
    this.inRateHz = options.inRateHz
    this.outRateHz = options.outRateHz
    this.outCapacityFrames = Math.ceil((CHUNK_FRAMES * options.outRateHz) / options.inRateHz) + 1
    if (options.inRateHz !== options.outRateHz) this.native = this.open(options.quality ?? DEFAULT_RESAMPLER_QUALITY)
  }

  /** Takes any whole number of interleaved frames; returns a view into a reused buffer, valid until the next call. */
  process(interleaved: Int16Array): Int16Array {
    if (this.closed) throw new ResamplerError('The resampler is closed.')
    if (interleaved.length % this.channels !== 0) {
      throw new ResamplerError(`${interleaved.length} samples are not whole frames of ${this.channels} channels`)
    }
    this.reserve(interleaved.length / this.channels)
    if (this.native === null) {
      this.out.set(interleaved)
      return this.view(interleaved.length)
    }
    let written = 0
    let read = 0
    while (read < interleaved.length) {
      const end = Math.min(read + CHUNK_FRAMES * this.channels, interleaved.length)
      written = this.convert(this.native, interleaved, read, end, written)
      read = end
    }
    return this.view(written)
  }

  /** Frees everything in the WASM memory. Idempotent. */
  close(): void {
    this.closed = true
    const { native } = this
    if (native === null) return
    this.native = null
    this.speex._speex_resampler_destroy(native.state)
    this.speex._free(native.memory)
  }

  private open(quality: number): { state: number; memory: number } {
    const bytes = 2 * INT32_BYTES + (CHUNK_FRAMES + this.outCapacityFrames) * this.channels * INT16_BYTES
    const memory = this.speex._malloc(bytes)
    if (memory === 0) throw new ResamplerError('Out of memory for the resampler.')
    const state = this.speex._speex_resampler_init(this.channels, this.inRateHz, this.outRateHz, quality, memory)
    const error = this.speex.HEAP32[memory / INT32_BYTES] ?? -1
    if (state !== 0 && error === 0) return { state, memory }
    this.speex._free(memory)
    throw new ResamplerError(`speex refused ${this.inRateHz} to ${this.outRateHz} Hz (error ${error}).`)
  }

  /** Converts samples `[from, to)` into `out` at `written` and returns the new end; loops until speex has consumed all. */
  private convert(
    native: { state: number; memory: number },
    interleaved: Int16Array,
    from: number,
    to: number,
    written: number
  ): number {
    const { speex, channels } = this
    const input = native.memory + 2 * INT32_BYTES
    const output = input + CHUNK_FRAMES * channels * INT16_BYTES
    const lengths = native.memory / INT32_BYTES
    let heap = speex.HEAP16
    for (let read = from, at = input / INT16_BYTES; read < to; read += 1, at += 1) heap[at] = interleaved[read] ?? 0
    const total = (to - from) / channels
    let consumed = 0
    while (consumed < total) {
      speex.HEAP32[lengths] = total - consumed
      speex.HEAP32[lengths + 1] = this.outCapacityFrames
      const error = speex._speex_resampler_process_interleaved_int(
        native.state,
        input + consumed * channels * INT16_BYTES,
        native.memory,
        output,
        native.memory + INT32_BYTES
      )
      const taken = speex.HEAP32[lengths] ?? 0
      const made = speex.HEAP32[lengths + 1] ?? 0
      if (error !== 0) throw new ResamplerError(`speex failed (error ${error}).`)
      if (taken === 0 && made === 0) throw new ResamplerError('speex makes no progress.')
      consumed += taken
      heap = speex.HEAP16
      const end = written + made * channels
      for (let at = output / INT16_BYTES; written < end; written += 1, at += 1) this.out[written] = heap[at] ?? 0
    }
    return written
  }

  private reserve(frames: number): void {
    const samples = (Math.ceil((frames * this.outRateHz) / this.inRateHz) + 1) * this.channels
    if (samples <= this.out.length) return
    this.out = new Int16Array(samples)
    this.views.clear()
  }

  /** Block sizes repeat, so their views are kept: a steady stream allocates nothing. */
  private view(samples: number): Int16Array {
    let view = this.views.get(samples)
    if (view === undefined) {
      if (this.views.size >= MAX_CACHED_VIEWS) this.views.clear()
      view = this.out.subarray(0, samples)
      this.views.set(samples, view)
    }
    return view
  }
}
