import speexFactory from 'speex-resampler/app/speex_wasm'
import { loadSpeex, Resampler } from '../../shared/audio/resampler.ts'

const IN_RATE_HZ = 48_000
const OUT_RATE_HZ = 16_000
const BLOCK_FRAMES = 480

// As in the audio worker: without fetch the module decodes its own text, with it the page's policy is asked in vain.
Reflect.set(self, 'fetch', undefined)

async function convert(): Promise<number> {
  const speex = await loadSpeex(speexFactory)
  const resampler = new Resampler(speex, { channels: 1, inRateHz: IN_RATE_HZ, outRateHz: OUT_RATE_HZ })
  const frames = resampler.process(new Int16Array(BLOCK_FRAMES)).length
  resampler.close()
  return frames
}

self.onmessage = ({ data }: MessageEvent<'ping' | 'convert'>): void => {
  if (data === 'ping') {
    self.postMessage({ kind: 'pong' })
    return
  }
  convert().then(
    (frames) => self.postMessage({ kind: 'converted', frames }),
    (cause: unknown) => self.postMessage({ kind: 'failed', message: String(cause) })
  )
}
