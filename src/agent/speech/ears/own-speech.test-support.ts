import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { int16ToBytes } from '../../../shared/audio/pcm.ts'
import { loadSpeex, Resampler, type SpeexModule } from '../../../shared/audio/resampler.ts'
import type { Random } from '../../../shared/runtime.ts'
import type { VoiceName } from '../voice/text.ts'
import { bursts, gated, inRoom, lowPassed, mangled } from './echo-path.test-support.ts'
import { EchoReference } from './echo-reference.ts'
import { activeSpeech, mixInto, noise, scale, seededRandom, toFloat, toPcm16 } from './noise.test-support.ts'
import { fliteSpeaker, randomSentence } from './trial.test-support.ts'
import { TurnDetector } from './turn-detector.ts'

/** The agent's own speech, what comes back of it, and which turns the turn detector then takes for a person's. */

export const RATE_HZ = 16_000
const BLOCK = 320
/** When the agent begins to speak. */
export const START_MS = 500
const LEVEL_DBFS = -20
const QUIET_ROOM_DBFS = -65

const gain = (db: number) => 10 ** (db / 20)

/** How sound comes back from the loudspeaker into the microphone. */
export const ECHO_PATHS = {
  plain: (samples: Float64Array) => samples,
  'low-passed': lowPassed,
  'in a room': (samples: Float64Array) => inRoom(samples, seededRandom(3)),
  'chopped into bursts': (samples: Float64Array) => gated(samples, seededRandom(4)),
  'in a room, chopped': (samples: Float64Array) => gated(inRoom(samples, seededRandom(3)), seededRandom(4))
}
export type EchoPath = keyof typeof ECHO_PATHS

/** One voice that interrupts the agent again and again, `aboveDb` above an echo at `echoDb`. */
export interface Interruptions {
  voice: VoiceName
  echoDb: number
  aboveDb: number
  random: Random
  /** How much of the agent's speech is interrupted. */
  seconds: number
}

const INTERRUPTED_EVERY_SECONDS = 4.5
const INTERRUPTION_MS = 1200

export class OwnSpeech {
  readonly samples: Float64Array
  private readonly speaker: Speaker
  private readonly speex: SpeexModule
  /** White, at `QUIET_ROOM_DBFS`. */
  private readonly room: Float64Array
  private readonly sent: Int16Array
  private readonly paths = new Map<EchoPath, Float64Array>()

  private constructor(samples: Float64Array, speaker: Speaker, speex: SpeexModule) {
    this.samples = samples
    this.speaker = speaker
    this.speex = speex
    this.sent = toPcm16(samples)
    this.room = noise('white', samples.length / RATE_HZ + 2, RATE_HZ, QUIET_ROOM_DBFS, seededRandom(1))
  }

  static async of(seconds: number): Promise<OwnSpeech> {
    const speex = await loadSpeex(speexFactory)
    const speaker = await fliteSpeaker()
    const samples = new Float64Array(seconds * RATE_HZ)
    const random = seededRandom(5)
    for (let at = 0; at < samples.length;) {
      const next = await sentence(speaker, speex, 'slt', random)
      mixInto(samples, next.subarray(0, samples.length - at), at)
      at += next.length
    }
    return new OwnSpeech(samples, speaker, speex)
  }

  close(): void {
    this.speaker.close()
  }

  /** A quiet room with `echo` in it, `delayMs` after it was to sound. */
  microphone(echo: Float64Array, delayMs: number, noiseDbfs = QUIET_ROOM_DBFS): Float64Array {
    const samples = scale(this.room, gain(noiseDbfs - QUIET_ROOM_DBFS))
    mixInto(samples, echo, ((START_MS + delayMs) * RATE_HZ) / 1000)
    return samples
  }

  echo(path: EchoPath, gainDb: number): Float64Array {
    const back = this.paths.get(path) ?? ECHO_PATHS[path](this.samples)
    this.paths.set(path, back)
    return scale(back, gain(gainDb))
  }

  /** Bursts whose bands say nothing any more; all else is cancelled to -90 dBFS. */
  burstsHeard(seed: number, delayMs: number): Float64Array {
    const residue = bursts(mangled(this.samples, seededRandom(9 + seed)), -36, seededRandom(seed))
    return this.microphone(residue, delayMs, -90)
  }

  /** Times (ms) at which turns start while the agent speaks; each is ended 900 ms later, as if the person had stopped. */
  turns(microphone: Float64Array): number[] {
    let nowMs = 0
    const echo = new EchoReference(this.speex, RATE_HZ, () => nowMs)
    const detector = new TurnDetector(echo)
    detector.echoPossible = true
    for (let at = 0; at < this.sent.length; at += RATE_HZ) {
      echo.push(int16ToBytes(this.sent.subarray(at, at + RATE_HZ)), START_MS + at / 16)
    }
    const pcm = toPcm16(microphone)
    const started: number[] = []
    for (let at = 0; at < pcm.length; at += BLOCK) {
      nowMs = (at + BLOCK) / 16
      if (nowMs > (started.at(-1) ?? Infinity) + 900) detector.stop()
      detector.push(pcm.subarray(at, at + BLOCK), ({ kind }) => {
        if (kind === 'started') started.push(nowMs)
      })
    }
    echo.close()
    return started
  }

  /** From the onset of each interruption to the turn, ms; Infinity where none came. */
  async latencies({ voice, echoDb, aboveDb, random, seconds: length }: Interruptions): Promise<number[]> {
    const samples = this.microphone(this.echo('in a room', echoDb), 200).subarray(0, length * RATE_HZ)
    const onsets: number[] = []
    for (let seconds = 3.5; seconds < length - 2; seconds += INTERRUPTED_EVERY_SECONDS) {
      const said = scale(await sentence(this.speaker, this.speex, voice, random), gain(echoDb + aboveDb))
      const { onset } = activeSpeech(said, RATE_HZ)
      mixInto(samples, said.subarray(onset, onset + (INTERRUPTION_MS * RATE_HZ) / 1000), seconds * RATE_HZ)
      onsets.push(seconds * 1000)
    }
    const started = this.turns(samples)
    return onsets.map(
      (onset) => (started.find((ms) => ms >= onset && ms < onset + INTERRUPTION_MS) ?? Infinity) - onset
    )
  }
}

type Speaker = Awaited<ReturnType<typeof fliteSpeaker>>

/** At `LEVEL_DBFS`. */
async function sentence(speaker: Speaker, speex: SpeexModule, voice: VoiceName, random: Random): Promise<Float64Array> {
  const spoken = await speaker.speak(randomSentence(random), voice)
  const resampler = new Resampler(speex, { channels: 1, inRateHz: spoken.sampleRateHz, outRateHz: RATE_HZ })
  const samples = toFloat(resampler.process(toPcm16(spoken.samples)))
  resampler.close()
  return scale(samples, gain(LEVEL_DBFS) / activeSpeech(samples, RATE_HZ).rms)
}
