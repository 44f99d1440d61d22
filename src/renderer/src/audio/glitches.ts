/**
 * What the audio context is asked for at first. `interactive` lets Chromium keep twice the margin: measured on the virtual sound card it
 * costs 14 ms from the socket to the loudspeaker and 11 ms from a flush to silence, more than the whole of what Parley itself may add.
 * A machine that cannot keep up with 0 is found out by its glitches and gets `interactive`, see {@link GlitchWatch}; so does one whose
 * platform does not tell of them.
 */
export const LATENCY_HINT = 0
export const SAFE_LATENCY_HINT = 'interactive'

/** The first moments of a context, and of one that rested, are not judged. */
const WARM_UP_MS = 3000
const WINDOW_MS = 30_000
/** Looks with new underruns inside the window. One bad moment, however bad, is no slow machine. */
const BAD_LOOKS = 4

/**
 * Whether a context glitches again and again. To be called about once a second while it runs, with the number of times that the
 * sound card has got nothing in time (`AudioContext.playbackStats.underrunEvents`).
 */
export class GlitchWatch {
  #startedAtMs: number | undefined
  #underruns = 0
  #badAtMs: number[] = []

  look(atMs: number, underrunEvents: number): boolean {
    this.#startedAtMs ??= atMs
    const isNew = underrunEvents > this.#underruns
    this.#underruns = underrunEvents
    if (!isNew || atMs - this.#startedAtMs < WARM_UP_MS) return false
    this.#badAtMs = [...this.#badAtMs.filter((bad) => atMs - bad < WINDOW_MS), atMs]
    return this.#badAtMs.length >= BAD_LOOKS
  }

  /** It rests, or has begun to run again. */
  rest(): void {
    this.#startedAtMs = undefined
  }
}
