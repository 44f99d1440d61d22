// CPU that converting one second of audio takes, per rate pair, in 20 ms blocks. `node bench/resampler.ts`; one JSON line each.
import { once } from 'node:events'
import { Worker, isMainThread } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex, Resampler } from '../src/shared/audio/resampler.ts'

const PAIRS = [
  { inRateHz: 48_000, outRateHz: 16_000 },
  { inRateHz: 44_100, outRateHz: 16_000 },
  { inRateHz: 48_000, outRateHz: 24_000 },
  { inRateHz: 24_000, outRateHz: 48_000 },
  { inRateHz: 24_000, outRateHz: 44_100 }
]
const SECONDS = 60

async function bench(): Promise<void> {
  const speex = await loadSpeex(speexFactory)
  for (const pair of PAIRS) {
    const resampler = new Resampler(speex, { channels: 1, ...pair })
    const block = Int16Array.from({ length: pair.inRateHz / 50 }, (_, i) => Math.round(20_000 * Math.sin(i / 7)))
    for (let i = 0; i < 50; i += 1) resampler.process(block)
    const from = process.threadCpuUsage()
    for (let i = 0; i < SECONDS * 50; i += 1) resampler.process(block)
    const { user, system } = process.threadCpuUsage(from)
    resampler.close()
    const cpuMsPerSecond = Number(((user + system) / 1000 / SECONDS).toFixed(2))
    process.stdout.write(`${JSON.stringify({ ...pair, cpuMsPerSecond })}\n`)
  }
}

// The speex factory installs abort handlers in the thread that loads it.
const done = isMainThread ? once(new Worker(new URL(import.meta.url)), 'exit') : bench()
await done
