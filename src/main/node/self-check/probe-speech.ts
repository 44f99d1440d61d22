import type { SpeechEngine } from '../../../agent/speech/contract.ts'

const PROBED_RATE_HZ = 16_000

/** Starts the speech engine, waits until it has its voice, and ends it. */
export async function probeSpeech(engine: SpeechEngine): Promise<string> {
  const answered = new Promise<string>((resolve, reject) => {
    engine.subscribe(1, (event) => {
      if (event.kind === 'opened') resolve('The speech engine has started and loaded its voice.')
      if (event.kind === 'failed') reject(new Error(event.message))
    })
    const rates = { inputSampleRateHz: PROBED_RATE_HZ, outputSampleRateHz: PROBED_RATE_HZ }
    engine.post({ kind: 'open', stream: 1, ...rates, transcriber: 'none' })
  })
  try {
    return await answered
  } finally {
    await engine.close()
  }
}
