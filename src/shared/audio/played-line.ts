/** Changes between moving and resting that are remembered: more than a second of them at the most there can be. */
const REMEMBERED = 512

/**
 * Which frame of the source was rendered when: a line over the output's clock that moves while source frames are rendered and rests in
 * silence and while frames are heard a second time. Asked for a moment a little in the past, it says what is heard now.
 */
export class PlayedLine {
  /** Frames rendered, of any kind. */
  clock = 0
  /** Source frames rendered, each counted once. */
  position = 0
  private readonly clocks = new Float64Array(REMEMBERED)
  private readonly positions = new Float64Array(REMEMBERED)
  /** Number of the newest turn of the line, from 0 on. */
  private newest = 0
  private moving = false

  /** `frames` were rendered; they are new ones of the source, or not. */
  render(frames: number, isNew: boolean): void {
    if (frames === 0) return
    if (isNew !== this.moving) this.turn(isNew)
    this.clock += frames
    if (isNew) this.position += frames
  }

  /** The position at `clock`; before everything remembered, the oldest that is. */
  at(clock: number): number {
    let moves = this.moving
    const oldest = Math.max(0, this.newest - REMEMBERED + 1)
    for (let turn = this.newest; turn >= oldest; turn -= 1, moves = !moves) {
      const since = clock - (this.clocks[turn % REMEMBERED] ?? 0)
      const from = this.positions[turn % REMEMBERED] ?? 0
      if (since >= 0) return moves ? Math.min(this.position, from + since) : from
    }
    return this.positions[oldest % REMEMBERED] ?? 0
  }

  private turn(moving: boolean): void {
    this.moving = moving
    this.newest += 1
    this.clocks[this.newest % REMEMBERED] = this.clock
    this.positions[this.newest % REMEMBERED] = this.position
  }
}
