// Runs in a worker_thread: loading the speex factory installs abort handlers for the whole thread it is loaded in.
import { parentPort, workerData } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex, Resampler } from '../../shared/audio/resampler.ts'
import { decodeWav, WavError } from '../../shared/audio/wav.ts'
import type { ConversionRequest, ConversionResult } from './wav-input.ts'

/** Samples per step, so that converting an hour needs no second copy of it. */
const STEP = 65_536

function toMono(samples: Int16Array, channels: number): Int16Array {
  if (channels === 1) return samples
  const mono = new Int16Array(Math.floor(samples.length / channels))
  for (let frame = 0; frame < mono.length; frame += 1) {
    let sum = 0
    for (let channel = 0; channel < channels; channel += 1) sum += samples[frame * channels + channel] ?? 0
    mono[frame] = Math.round(sum / channels)
  }
  return mono
}

async function toRate(samples: Int16Array, inRateHz: number, outRateHz: number): Promise<Int16Array> {
  if (inRateHz === outRateHz) return samples
  const resampler = new Resampler(await loadSpeex(speexFactory), { channels: 1, inRateHz, outRateHz })
  const out = new Int16Array(Math.ceil((samples.length * outRateHz) / inRateHz))
  let written = 0
  for (let at = 0; at < samples.length; at += STEP) {
    const part = resampler.process(samples.subarray(at, at + STEP))
    out.set(part, written)
    written += part.length
  }
  resampler.close()
  return out
}

async function convert({ bytes, sampleRateHz }: ConversionRequest): Promise<ConversionResult> {
  try {
    const wav = decodeWav(bytes)
    return { ok: true, samples: await toRate(toMono(wav.samples, wav.channels), wav.sampleRateHz, sampleRateHz) }
  } catch (cause) {
    if (cause instanceof WavError) return { ok: false, message: cause.message }
    throw cause
  }
}

const result = await convert(workerData as ConversionRequest)
parentPort?.postMessage(result, result.ok ? [result.samples.buffer as ArrayBuffer] : [])
