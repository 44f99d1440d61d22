import type { GraphSource, KeptGraph, LatencyHint } from './graph-keeper.ts'

/** A context that the test stops, starts, hangs and kills. */
export class FakeContext extends EventTarget {
  state: AudioContextState | 'interrupted' = 'suspended'
  playbackStats = { underrunEvents: 0 }
  /** False: the autoplay rule holds it. */
  mayRun = true
  #startedAtMs = 0
  #renderedMs = 0

  get currentTime(): number {
    return (this.#renderedMs + (this.state === 'running' ? performance.now() - this.#startedAtMs : 0)) / 1000
  }
  resume(): Promise<void> {
    if (this.mayRun && this.state !== 'closed') this.become('running')
    return this.mayRun ? Promise.resolve() : new Promise(() => undefined)
  }
  suspend(): Promise<void> {
    this.become('suspended')
    return Promise.resolve()
  }
  become(state: AudioContextState | 'interrupted'): void {
    this.#renderedMs = this.currentTime * 1000
    this.#startedAtMs = performance.now()
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }
  /** Goes on saying that it runs, and renders nothing. */
  hang(): void {
    const now = this.currentTime
    Object.defineProperty(this, 'currentTime', { get: () => now })
  }
}

export class FakeGraph implements KeptGraph {
  readonly context = new FakeContext()
  readonly inputs = new Map<string, GraphSource>()
  volume: number
  closed = 0
  readonly hint: LatencyHint
  constructor(hint: LatencyHint, volume: number) {
    this.hint = hint
    this.volume = volume
  }
  connect(id: string, source: GraphSource): void {
    this.inputs.set(id, source)
  }
  disconnect(id: string): void {
    this.inputs.delete(id)
  }
  setVolume(volume: number): void {
    this.volume = volume
  }
  close(): void {
    this.closed += 1
  }
}
