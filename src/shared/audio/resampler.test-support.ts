/* oxlint-disable no-underscore-dangle -- the exports of the WASM module are named so */
// Runs inside a worker_thread: loading the speex factory installs process-wide abort handlers.
import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex, Resampler } from './resampler.ts'

/** One stream to convert: a 997 Hz tone (-1 dBFS, the second channel inverted) of `seconds`, in blocks of `blockFrames`. */
export interface ResamplerCase {
  inRateHz: number
  outRateHz: number
  channels: number
  seconds: number
  /** Block size in frames, or a seed for random sizes from 1 to 2000. */
  blocks: { frames: number } | { seed: number }
  /** Output frames (per channel) that go into `prefixDigest`. */
  prefixFrames: number
}

export interface ResamplerResult {
  framesIn: number
  framesOut: number
  /** Calls after which the count was not exactly ceil(N * out / in). */
  wrongCounts: number
  digest: string
  prefixDigest: string
  thdPlusNoiseDb: number
}

function tone(rateHz: number, seconds: number, channels: number): Int16Array {
  const frames = rateHz * seconds
  const samples = new Int16Array(frames * channels)
  for (let i = 0; i < frames; i += 1) {
    const value = 29_204 * Math.sin((2 * Math.PI * 997 * i) / rateHz)
    for (let c = 0; c < channels; c += 1) samples[i * channels + c] = Math.round(c % 2 === 0 ? value : -value)
  }
  return samples
}

/** Residual after removing DC and the fitted 997 Hz sine, relative to the sine; whole seconds, the first one left out. */
function thdPlusNoise(samples: Int16Array, channels: number, rateHz: number): number {
  const from = rateHz
  const count = 2 * rateHz
  let sine = 0
  let cosine = 0
  let mean = 0
  for (let i = 0; i < count; i += 1) {
    const value = samples[(from + i) * channels] ?? 0
    sine += value * Math.sin((2 * Math.PI * 997 * i) / rateHz)
    cosine += value * Math.cos((2 * Math.PI * 997 * i) / rateHz)
    mean += value
  }
  sine *= 2 / count
  cosine *= 2 / count
  mean /= count
  let residual = 0
  for (let i = 0; i < count; i += 1) {
    const phase = (2 * Math.PI * 997 * i) / rateHz
    const fitted = mean + sine * Math.sin(phase) + cosine * Math.cos(phase)
    residual += ((samples[(from + i) * channels] ?? 0) - fitted) ** 2
  }
  return 10 * Math.log10(residual / count / ((sine ** 2 + cosine ** 2) / 2))
}

function sha(samples: Int16Array): string {
  return createHash('sha256')
    .update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    .digest('hex')
}

function nextSize(blocks: ResamplerCase['blocks'], state: { seed: number }): number {
  if ('frames' in blocks) return blocks.frames
  state.seed = (Math.imul(state.seed, 1_664_525) + 1_013_904_223) >>> 0
  return 1 + (state.seed % 2000)
}

function run(resampler: Resampler, input: Int16Array, test: ResamplerCase): ResamplerResult {
  const { channels, inRateHz, outRateHz } = test
  const expectedAfter = (frames: number) => Math.ceil((frames * outRateHz) / inRateHz)
  const framesIn = test.seconds * inRateHz
  const out = new Int16Array((expectedAfter(framesIn) + 16) * channels)
  const state = { seed: 'seed' in test.blocks ? test.blocks.seed : 0 }
  let framesOut = 0
  let wrongCounts = 0
  for (let at = 0; at < framesIn;) {
    const end = Math.min(at + nextSize(test.blocks, state), framesIn)
    const block = resampler.process(input.subarray(at * channels, end * channels))
    out.set(block, framesOut * channels)
    framesOut += block.length / channels
    if (framesOut !== expectedAfter(end)) wrongCounts += 1
    at = end
  }
  const all = out.subarray(0, framesOut * channels)
  return {
    framesIn,
    framesOut,
    wrongCounts,
    digest: sha(all),
    prefixDigest: sha(all.subarray(0, test.prefixFrames * channels)),
    thdPlusNoiseDb: thdPlusNoise(all, channels, outRateHz)
  }
}

const speex = await loadSpeex(speexFactory)

function freeBytesProbe(): number {
  const pointer = speex._malloc(1 << 20)
  speex._free(pointer)
  return pointer
}

const request = workerData as { cases: ResamplerCase[] } | { lifecycle: true }
if ('cases' in request) {
  let input: { key: string; samples: Int16Array } = { key: '', samples: new Int16Array(0) }
  const results = request.cases.map((test) => {
    const key = `${test.inRateHz}/${test.seconds}/${test.channels}`
    if (input.key !== key) input = { key, samples: tone(test.inRateHz, test.seconds, test.channels) }
    const resampler = new Resampler(speex, test)
    try {
      return run(resampler, input.samples, test)
    } finally {
      resampler.close()
    }
  })
  parentPort?.postMessage(results)
} else {
  const before = freeBytesProbe()
  const heapBytes = speex.HEAP16.byteLength
  for (let i = 0; i < 2000; i += 1) {
    const resampler = new Resampler(speex, { channels: 2, inRateHz: 44_100, outRateHz: 16_000 })
    resampler.process(new Int16Array(882 * 2))
    resampler.close()
    resampler.close()
  }
  const failures: string[] = []
  const attempt = (act: () => void) => {
    try {
      act()
      failures.push('no error')
    } catch (error) {
      failures.push(String(error))
    }
  }
  attempt(() => new Resampler(speex, { channels: 0, inRateHz: 48_000, outRateHz: 16_000 }))
  attempt(() => new Resampler(speex, { channels: 1, inRateHz: 0, outRateHz: 16_000 }))
  attempt(() => new Resampler(speex, { channels: 1, inRateHz: 48_000, outRateHz: 16_000, quality: 11 }))
  const stereo = new Resampler(speex, { channels: 2, inRateHz: 48_000, outRateHz: 16_000 })
  attempt(() => stereo.process(new Int16Array(3)))
  stereo.close()
  attempt(() => {
    const resampler = new Resampler(speex, { channels: 1, inRateHz: 48_000, outRateHz: 16_000 })
    resampler.close()
    resampler.process(new Int16Array(1))
  })
  const same = new Resampler(speex, { channels: 1, inRateHz: 16_000, outRateHz: 16_000 })
  const copied = [...same.process(Int16Array.of(1, -2, 3))]
  same.close()
  parentPort?.postMessage({
    movedBytes: freeBytesProbe() - before,
    grew: speex.HEAP16.byteLength - heapBytes,
    failures,
    copied
  })
}
