import { Arrivals } from './jitter.ts'

/** One reply in the playback queue: a link of the list of those that wait, play, or are on their way to the loudspeaker. */
export interface ReplySegment {
  readonly reply: number
  next: ReplySegment | undefined
  readonly arrivals: Arrivals
  /** Frames of it in the ring. */
  buffered: number
  /** Source frames of it that were rendered, each counted once. */
  rendered: number
  /** Where the line of played frames was when it began. */
  startedAt: number
  ended: boolean
  /** All that came was played, and its end is not known. */
  dry: boolean
  underran: boolean
  /** Frames that were repeated for want of others since the last audio came. */
  held: number
}

/** A reply whose first message comes at `clock`. */
export function newSegment(reply: number, framesPerMs: number, clock: number): ReplySegment {
  return {
    reply,
    next: undefined,
    arrivals: new Arrivals(framesPerMs, clock),
    buffered: 0,
    rendered: 0,
    startedAt: 0,
    ended: false,
    dry: false,
    underran: false,
    held: 0
  }
}
