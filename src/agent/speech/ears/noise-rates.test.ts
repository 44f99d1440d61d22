import { beforeAll, expect, it } from 'vitest'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex, type SpeexModule } from '../../../shared/audio/resampler.ts'
import { noise, NOISE_KINDS, seededRandom } from './noise.test-support.ts'
import { hear } from './trial.test-support.ts'

/** The noise of the turn detector's tests at the input rates besides its own, through the resampler. */

let speex: SpeexModule
beforeAll(async () => {
  speex = await loadSpeex(speexFactory)
})

it.each(NOISE_KINDS.flatMap((kind) => [8000, 48_000].map((rateHz) => ({ kind, rateHz }))))(
  '60 s of $kind at -30 dBFS from the first sample on start no turn at $rateHz Hz',
  ({ kind, rateHz }) => {
    expect(hear(speex, noise(kind, 60, rateHz, -30, seededRandom(rateHz)), rateHz)).toEqual([])
  }
)
