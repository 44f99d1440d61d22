// A thread of its own: the speex factory installs abort handlers in the one that loads it.
import { parentPort, workerData } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex, Resampler } from '../../src/shared/audio/resampler.ts'
import {
  aliasDb,
  delayMs,
  judged,
  LEAD_SECONDS,
  passBandDb,
  probeInput,
  thdPlusNoiseDb,
  type Probe
} from './resampler-quality.ts'

const BLOCK_SECONDS = 0.02
const CPU_SECONDS = 60

export interface SpeexResult {
  thdPlusNoiseDb: number
  passBandDb: number
  aliasDb: number
  delayMs: number
  cpuMsPerSecond: number
}

const { inRateHz, outRateHz } = workerData as { inRateHz: number; outRateHz: number }
const speex = await loadSpeex(speexFactory)

function convert(probe: Probe): Float64Array {
  const input = Int16Array.from(probeInput(probe, inRateHz), (sample) => Math.round(sample * 32_767))
  const resampler = new Resampler(speex, { channels: 1, inRateHz, outRateHz })
  const out: number[] = []
  for (let at = 0; at < input.length; at += inRateHz * BLOCK_SECONDS) {
    for (const sample of resampler.process(input.slice(at, at + inRateHz * BLOCK_SECONDS))) out.push(sample / 32_767)
  }
  resampler.close()
  return judged(Float64Array.from(out), outRateHz)
}

function cpuMsPerSecond(): number {
  const resampler = new Resampler(speex, { channels: 1, inRateHz, outRateHz })
  const block = Int16Array.from(probeInput('pass-band', inRateHz, BLOCK_SECONDS), (sample) => sample * 32_767)
  const blocks = CPU_SECONDS / BLOCK_SECONDS
  for (let i = 0; i < 1 / BLOCK_SECONDS; i += 1) resampler.process(block)
  const before = process.threadCpuUsage()
  for (let i = 0; i < blocks; i += 1) resampler.process(block)
  const { user, system } = process.threadCpuUsage(before)
  resampler.close()
  return (user + system) / 1000 / CPU_SECONDS
}

const result: SpeexResult = {
  thdPlusNoiseDb: thdPlusNoiseDb(convert('thd'), outRateHz),
  passBandDb: passBandDb(convert('pass-band'), outRateHz),
  aliasDb: aliasDb(convert('alias')),
  delayMs: delayMs(convert('pass-band'), outRateHz, LEAD_SECONDS),
  cpuMsPerSecond: cpuMsPerSecond()
}
parentPort?.postMessage(result)
