import { EchoPath } from './echo-path.ts'
import { meanSquare } from './level-meter.ts'
import { FLOOR_DBFS, amplitudeToDbfs } from './pcm.ts'

export interface EchoCheckResult {
  /**
   * Level of what came back against what was played, 0 to {@link FLOOR_DBFS}. Where nothing could be told from the noise (`delayMs` null):
   * the most that may have come back.
   */
  leakDb: number
  /** From played to come back; null where nothing stood out. */
  delayMs: number | null
  /** Level of everything else in the input. */
  noiseDbfs: number
}

const FRAME_MS = 20
/** What was played may be heard in the input for this long. */
const ECHO_TAIL_MS = 500
/** Mean square below which nothing is played (-70 dBFS). */
const AUDIBLE = 1e-7
/** So many frames without anything played tell what else there is in the input. */
const ENOUGH_FRAMES = 5

/** What of `played` (aligned to the frame, some seconds of sound with all of a voice's frequencies) came back in `input`. */
export function evaluateEcho(input: Float32Array, played: Float32Array, sampleRateHz: number): EchoCheckResult {
  const path = new EchoPath(sampleRateHz, 1)
  const count = Math.min(input.length, played.length)
  path.push(input, 0, played, 0, count)
  const rest = new Float32Array(Math.ceil(sampleRateHz * 0.6))
  path.push(rest, 0, rest, 0, rest.length)
  const estimate = path.estimate()
  const aside = noiseBesidePlaying(input, played, sampleRateHz, count)
  if (estimate === null) return { leakDb: FLOOR_DBFS, delayMs: null, noiseDbfs: powerToDb(aside ?? 0) }
  return {
    leakDb: Math.min(0, powerToDb(estimate.leak ?? estimate.hidden)),
    delayMs: estimate.delayMs,
    noiseDbfs: powerToDb(aside ?? estimate.noise)
  }
}

/** Mean square of `input` while nothing was played for a while; null where that was too short. */
function noiseBesidePlaying(
  input: Float32Array,
  played: Float32Array,
  sampleRateHz: number,
  count: number
): number | null {
  const frame = Math.round((sampleRateHz * FRAME_MS) / 1000)
  let sum = 0
  let frames = 0
  // Nothing was played before the recording, as far as it is known.
  let quietMs = ECHO_TAIL_MS
  for (let at = 0; at + frame <= count; at += frame) {
    quietMs = meanSquare(played, at, frame) > AUDIBLE ? 0 : quietMs + FRAME_MS
    if (quietMs < ECHO_TAIL_MS) continue
    sum += meanSquare(input, at, frame)
    frames += 1
  }
  return frames < ENOUGH_FRAMES ? null : sum / frames
}

function powerToDb(power: number): number {
  return amplitudeToDbfs(Math.sqrt(power))
}
