import '../schemas-without-eval.ts'
import speexFactory from 'speex-resampler/app/speex_wasm'
import { loadSpeex } from '../../../shared/audio/resampler.ts'
import { AudioHub } from './audio-hub.ts'
import type { FromAudioWorker, ToAudioWorker } from './worker-messages.ts'

const post = (message: FromAudioWorker, transfer: Transferable[] = []): void => {
  self.postMessage(message, { transfer })
}

// Without fetch the speex module decodes its own text; with it, it first fetches its data: URL, which the page's policy
// refuses and reports. This worker fetches nothing.
Reflect.set(self, 'fetch', undefined)

// Messages that come while the WASM loads wait in order.
const hub = loadSpeex(speexFactory).then(
  (speex) => new AudioHub({ speex, post, nowMs: () => performance.now(), every: (ms, step) => setInterval(step, ms) })
)
hub.catch((cause: unknown) => {
  post({ kind: 'failed', message: `The audio worker could not start: ${String(cause)}` })
})

self.onmessage = ({ data }: MessageEvent<ToAudioWorker>): void => {
  void hub.then((ready) => {
    ready.obey(data)
  })
}
