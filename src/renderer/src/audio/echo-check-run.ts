import { evaluateEcho } from '../../../shared/audio/echo-check.ts'
import type { EchoCheck } from './api.ts'

/** A recording of one input beside what the graph played, at the context's rate, aligned to the frame. */
export interface EchoRecording {
  input: Float32Array
  played: Float32Array
}

/** What the check needs; all of it is let go of by whoever hands it in. */
export interface EchoCheckPorts {
  sampleRateHz: number
  /** The platform cancels echo in this microphone. */
  cancels: boolean
  /** Records the microphone as the service would get it. */
  recordMicrophone(ms: number): Promise<EchoRecording>
  /** The same microphone without any processing; undefined where it cannot be had. */
  recordRaw: ((ms: number) => Promise<EchoRecording>) | undefined
  play(samples: Float32Array<ArrayBuffer>): Promise<void>
  wait(ms: number): Promise<void>
}

/** The room is listened to before anything plays. */
const LEAD_MS = 300
/** The echo of the last burst comes later than the burst. */
const TAIL_MS = 500
const BURSTS = 6
const BURST_MS = 260
const GAP_MS = 100
const PLAYED_DBFS = -20
const LOW_HZ = 150
const HIGH_HZ = 7000
/** Soft ends: a click would be heard as a fault. */
const RAMP_MS = 10
/** The canceller learns while the first bursts play; what leaks later is what leaks in a conversation. */
const LEARNING_MS = 1100
export const SIGNAL_MS = BURSTS * (BURST_MS + GAP_MS)
export const RECORDED_MS = LEAD_MS + SIGNAL_MS + TAIL_MS
/** Louder than this, the room hides what is to be measured: 25 dB below what is played. */
const TOO_LOUD_DBFS = -45

/** Chirps from low to high and back, with pauses: a canceller learns from them as from speech, and noise suppression leaves them alone. */
export function testSignal(sampleRateHz: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round((SIGNAL_MS * sampleRateHz) / 1000))
  for (let burst = 0; burst < BURSTS; burst += 1) {
    const start = Math.round((burst * (BURST_MS + GAP_MS) * sampleRateHz) / 1000)
    writeChirp(samples, start, sampleRateHz, burst % 2 === 0)
  }
  return samples
}

/** One burst with its frequency growing (or falling) by the same factor in every moment. */
function writeChirp(samples: Float32Array, start: number, sampleRateHz: number, rising: boolean): void {
  const length = Math.round((BURST_MS * sampleRateHz) / 1000)
  const ramp = (RAMP_MS * sampleRateHz) / 1000
  const peak = 10 ** (PLAYED_DBFS / 20) * Math.SQRT2
  let phase = 0
  for (let i = 0; i < length; i += 1) {
    const at = rising ? i / length : 1 - i / length
    const hz = LOW_HZ * (HIGH_HZ / LOW_HZ) ** at
    phase += (2 * Math.PI * hz) / sampleRateHz
    const edge = Math.min(1, i / ramp, (length - 1 - i) / ramp)
    samples[start + i] = peak * Math.sin((edge * Math.PI) / 2) ** 2 * Math.sin(phase)
  }
}

type Advice = Extract<EchoCheck, { kind: 'done' }>['advice']

/**
 * What to do about a leak, in dB against what was played. The agent plays at about -20 dBFS and a person is heard at about -30: at a
 * leak of -35 the agent comes back 25 dB below the person, which no service takes for speech; down to -25 it may hear scraps, which
 * headphones end; down to -15 it interrupts itself, which does not matter while the person holds a key to talk; above, it hears itself
 * nearly as loud as the person, and the microphone has to be silent meanwhile.
 */
export function adviceFor(leakDb: number): Advice {
  if (leakDb <= -35) return 'fine'
  if (leakDb <= -25) return 'headphones'
  return leakDb <= -15 ? 'push-to-talk' : 'half-duplex'
}

/**
 * Plays, listens and judges, in about three seconds. A canceller that was just started has been seen to leave everything in for that
 * long, and nothing in the next three: where it cancels and yet something leaks, the second round counts.
 */
export async function runEchoCheck(ports: EchoCheckPorts): Promise<EchoCheck> {
  const first = await runRound(ports)
  return ports.cancels && first.kind === 'done' && first.advice !== 'fine' ? runRound(ports) : first
}

async function runRound(ports: EchoCheckPorts): Promise<EchoCheck> {
  const recordings = Promise.all([ports.recordMicrophone(RECORDED_MS), ports.recordRaw?.(RECORDED_MS)])
  // What fails at once is told below.
  recordings.catch(() => undefined)
  await ports.wait(LEAD_MS)
  const [[processed, raw]] = await Promise.all([recordings, ports.play(testSignal(ports.sampleRateHz))])
  return judge(processed, raw, ports.sampleRateHz)
}

/** What two recordings say; `raw` is the one without processing. */
export function judge(processed: EchoRecording, raw: EchoRecording | undefined, sampleRateHz: number): EchoCheck {
  if (!processed.played.some((sample) => sample !== 0)) return { kind: 'failed', reason: 'no-loudspeaker' }
  // Nothing was recorded of a microphone that went away meanwhile.
  if (processed.input.length < (RECORDED_MS * sampleRateHz) / 2000) return { kind: 'failed', reason: 'no-microphone' }
  const ofRaw = raw === undefined ? undefined : evaluateEcho(raw.input, raw.played, sampleRateHz)
  const whole = evaluateEcho(processed.input, processed.played, sampleRateHz)
  if (Math.max(whole.noiseDbfs, ofRaw?.noiseDbfs ?? -90) > TOO_LOUD_DBFS)
    return { kind: 'failed', reason: 'too-loud-around' }
  const { leakDb, delayMs } = evaluateEcho(...afterLearning(processed, sampleRateHz), sampleRateHz)
  return {
    kind: 'done',
    leakDb,
    rawLeakDb: ofRaw === undefined || ofRaw.delayMs === null ? null : ofRaw.leakDb,
    delayMs: ofRaw?.delayMs ?? whole.delayMs ?? delayMs,
    advice: adviceFor(leakDb)
  }
}

/** Counted from the first sample that was played. */
function afterLearning({ input, played }: EchoRecording, sampleRateHz: number): [Float32Array, Float32Array] {
  const first = played.findIndex((sample) => sample !== 0)
  const from = first + Math.round((LEARNING_MS * sampleRateHz) / 1000)
  return [input.subarray(from), played.subarray(from)]
}
