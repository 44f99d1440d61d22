/** Where a steady tone is not the tone any more: it jumps (samples lost, repeated or put in), or it stops for a while. */
export interface Glitch {
  /** Index of its first sample. */
  at: number
  /** From the first sample that is not the tone's to the last. */
  ms: number
  /** The longest run of (nearly) nothing in it; 0 for a jump. */
  silentMs: number
}

export interface ToneJudgement {
  /** Of the tone where it sounds, linear, full scale 1. */
  amplitude: number
  /** From its first to its last sample. */
  soundedMs: number
  glitches: Glitch[]
}

/**
 * A tone whose periods fit into none of the pieces in which sound is lost: 10 and 20 ms, 1 ms, 128 frames at 44.1 and 48 kHz. What is
 * lost in whole periods cannot be seen.
 */
export const GLITCH_TONE_HZ = 937

/** A sine is its own prediction from two samples; what differs by more than this share of the amplitude is no sine. */
const JUMP_SHARE = 0.02
/** Below this share of the amplitude it is as good as silent. */
const SILENT_SHARE = 0.02
const SHORTEST_SILENCE_MS = 1
/** What is nearer together than this is one glitch. */
const ONE_GLITCH_MS = 30
/** The beginning and the end of a tone are ramps. */
const EDGE_MS = 30
/** Samples are quantised: a tone quieter than this cannot be judged. */
const QUIETEST = 0.01
const PIECE_MS = 10

/** Looks for glitches in a tone of `hz` of constant level. Throws where there is no tone of a second or more. */
export function judgeTone(samples: Int16Array, hz: number, sampleRateHz: number): ToneJudgement {
  const perMs = sampleRateHz / 1000
  const amplitude = amplitudeOf(samples, PIECE_MS * perMs)
  if (amplitude < QUIETEST * 32_768) throw new Error('there is no tone that could be judged')
  const loud = amplitude / 2
  const first = samples.findIndex((sample) => Math.abs(sample) > loud) + Math.round(EDGE_MS * perMs)
  const last = samples.findLastIndex((sample) => Math.abs(sample) > loud) - Math.round(EDGE_MS * perMs)
  if (last - first < sampleRateHz) throw new Error('the tone is shorter than a second')
  const marks = marksOf(samples.subarray(first, last), amplitude, (2 * Math.PI * hz) / sampleRateHz, perMs)
  return {
    amplitude: amplitude / 32_768,
    soundedMs: (last - first) / perMs + 2 * EDGE_MS,
    glitches: grouped(marks, perMs).map((glitch) => ({ ...glitch, at: glitch.at + first }))
  }
}

/** The median over pieces: what is torn does not count. */
function amplitudeOf(samples: Int16Array, size: number): number {
  const levels: number[] = []
  for (let at = 0; at + size <= samples.length; at += size) {
    let sum = 0
    for (let i = Math.floor(at); i < Math.floor(at + size); i += 1) sum += (samples[i] as number) ** 2
    levels.push(Math.sqrt((2 * sum) / size))
  }
  const sounding = levels.filter((level) => level > QUIETEST * 32_768).toSorted((a, b) => a - b)
  return sounding[Math.floor(sounding.length / 2)] ?? 0
}

/** A stretch of samples that is not the tone's. */
export interface Mark {
  from: number
  to: number
  silentMs: number
}

function marksOf(samples: Int16Array, amplitude: number, step: number, perMs: number): Mark[] {
  const marks: Mark[] = []
  const turn = 2 * Math.cos(step)
  let quiet = 0
  const endSilence = (end: number): void => {
    if (quiet >= SHORTEST_SILENCE_MS * perMs) marks.push({ from: end - quiet, to: end - 1, silentMs: quiet / perMs })
    quiet = 0
  }
  for (let i = 0; i < samples.length; i += 1) {
    const sample = samples[i] as number
    if (i >= 2) {
      const residual = sample - turn * (samples[i - 1] as number) + (samples[i - 2] as number)
      if (Math.abs(residual) > JUMP_SHARE * amplitude) marks.push({ from: i, to: i, silentMs: 0 })
    }
    if (Math.abs(sample) < SILENT_SHARE * amplitude) quiet += 1
    else endSilence(i)
  }
  endSilence(samples.length)
  return marks.toSorted((a, b) => a.from - b.from)
}

/** Marks in their order as glitches: what is less than 30 ms apart is one. */
export function grouped(marks: readonly Mark[], perMs: number): Glitch[] {
  const groups: { from: number; to: number; silentMs: number }[] = []
  for (const mark of marks) {
    const group = groups.at(-1)
    if (group !== undefined && mark.from - group.to < ONE_GLITCH_MS * perMs) {
      group.to = Math.max(group.to, mark.to)
      group.silentMs = Math.max(group.silentMs, mark.silentMs)
    } else groups.push({ ...mark })
  }
  return groups.map(({ from, to, silentMs }) => ({ at: from, ms: (to - from + 1) / perMs, silentMs }))
}
