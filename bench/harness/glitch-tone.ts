import { grouped, type Glitch, type Mark } from '../../tests/rig/glitches.ts'

/**
 * The microphone's tone where a canceller listens to the agent's: not among its overtones, and its periods fit into none of the
 * pieces in which sound is lost (4, 5, 8, 10 and 20 ms, 128 frames at 44.1 and 48 kHz): a fifth of a period is left over, or more.
 */
export const PROCESSED_TONE_HZ = 2334

/** What differs by more than this share of the tone around it is a jump; the fades of a canceller (4 ms and longer) are below. */
const JUMP_SHARE = 0.12
/** Of the usual amplitude: below the first it is as good as silent, below the second too quiet to see a jump in. */
const SILENT_SHARE = 0.02
const JUDGED_SHARE = 0.05
const SHORTEST_SILENCE_MS = 5
/** A silence is torn out where a jump is this near to its beginning or end; else somebody turned the sound down. */
const EDGE_MS = 2
const WINDOW_MS = 5
/** Samples are quantised: a tone quieter than this cannot be judged. */
const QUIETEST = 0.01

export interface ProcessedTone {
  /** From its first to its last sample. */
  soundedMs: number
  glitches: Glitch[]
  /** For how long it was turned down so far that a glitch would not have been seen. */
  turnedDownMs: number
}

/**
 * Looks for glitches in a tone of `hz` that may be turned up and down on its way: sound that is lost, repeated or put in jumps, however
 * loud it is. Throws where there is no tone of a second or more.
 */
export function judgeProcessedTone(samples: Int16Array, hz: number, sampleRateHz: number): ProcessedTone {
  const perMs = sampleRateHz / 1000
  const size = Math.round(WINDOW_MS * perMs)
  const amplitudes = amplitudesOf(samples, size)
  const usual = median(amplitudes.filter((amplitude) => amplitude > QUIETEST * 32_768))
  const loud = (amplitude: number): boolean => amplitude > usual / 2
  // The windows at both ends are ramps.
  const firstWindow = amplitudes.findIndex(loud) + 2
  const lastWindow = amplitudes.findLastIndex(loud) - 2
  const [first, last] = [firstWindow * size, lastWindow * size]
  if (!(last - first > sampleRateHz)) throw new Error('there is no tone of a second that could be judged')
  const jumps = jumpsOf(samples, { first, last, size, step: (2 * Math.PI * hz) / sampleRateHz, usual, amplitudes })
  const edge = EDGE_MS * perMs
  const isTorn = ({ from, to }: Mark): boolean =>
    jumps.some((at) => Math.abs(at - from) <= edge || Math.abs(at - to) <= edge)
  const torn = silencesOf(samples.subarray(first, last), usual, perMs)
    .map(({ from, to, silentMs }) => ({ from: from + first, to: to + first, silentMs }))
    .filter(isTorn)
  const marks = [...jumps.map((at) => ({ from: at, to: at, silentMs: 0 })), ...torn].toSorted((a, b) => a.from - b.from)
  const quiet = amplitudes.slice(firstWindow, lastWindow).filter((amplitude) => amplitude < JUDGED_SHARE * usual).length
  const tornMs = torn.reduce((sum, { silentMs }) => sum + silentMs, 0)
  return {
    soundedMs: (last - first + 4 * size) / perMs,
    glitches: grouped(marks, perMs),
    turnedDownMs: Math.max(0, (quiet * size) / perMs - tornMs)
  }
}

/** Of each window of `size` samples. */
function amplitudesOf(samples: Int16Array, size: number): number[] {
  return Array.from({ length: Math.floor(samples.length / size) }, (_, window) => {
    let sum = 0
    for (let i = window * size; i < (window + 1) * size; i += 1) sum += (samples[i] as number) ** 2
    return Math.sqrt((2 * sum) / size)
  })
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

interface Tone {
  first: number
  last: number
  size: number
  /** Of its phase, per sample. */
  step: number
  usual: number
  amplitudes: readonly number[]
}

/** A sine is its own prediction from two samples, whatever its level. */
function jumpsOf(samples: Int16Array, { first, last, size, step, usual, amplitudes }: Tone): number[] {
  const jumps: number[] = []
  const turn = 2 * Math.cos(step)
  for (let i = first + 2; i < last; i += 1) {
    const window = Math.floor(i / size)
    const around = Math.max(amplitudes[window - 1] ?? 0, amplitudes[window] ?? 0, amplitudes[window + 1] ?? 0)
    if (around < JUDGED_SHARE * usual) continue
    const expected = turn * (samples[i - 1] as number) - (samples[i - 2] as number)
    if (Math.abs((samples[i] as number) - expected) > JUMP_SHARE * around) jumps.push(i)
  }
  return jumps
}

function silencesOf(samples: Int16Array, usual: number, perMs: number): Mark[] {
  const silences: Mark[] = []
  let quiet = 0
  const end = (at: number): void => {
    if (quiet >= SHORTEST_SILENCE_MS * perMs) silences.push({ from: at - quiet, to: at - 1, silentMs: quiet / perMs })
    quiet = 0
  }
  for (const [i, sample] of samples.entries()) {
    if (Math.abs(sample) < SILENT_SHARE * usual) quiet += 1
    else end(i)
  }
  end(samples.length)
  return silences
}
