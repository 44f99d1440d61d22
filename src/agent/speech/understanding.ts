import type { Transcriber } from './transcriber/transcriber.ts'

/** Transcribers that run at once for one stream; further turns wait for their turn. */
export const MAX_RUNNING = 2
/** Turns that may wait; one more is not transcribed. */
export const MAX_WAITING = 32

/** What a turn said, as `turn-ended` tells it. */
export interface Understood {
  readonly text: string | null
  readonly sttMs: number | null
  readonly message?: string
}

/** How the words of a stream are found: by a transcriber, not at all (mic check), or not, because of a `problem`. */
export type Way =
  { kind: 'transcriber'; transcriber: Transcriber } | { kind: 'none' } | { kind: 'problem'; message: string }

interface Draft {
  readonly words: Promise<Understood>
  readonly abort: AbortController
  told: boolean
}

/** Finds the words of one stream's turns, and while a turn pauses its words so far. At most {@link MAX_RUNNING} programs run. */
export class Understanding {
  private readonly way: Way
  private readonly nowMs: () => number
  private readonly closed = new AbortController()
  private readonly waiting: (() => void)[] = []
  private readonly jobs = new Set<Promise<Understood>>()
  private running = 0
  private draft: Draft | null = null

  constructor(way: Way, nowMs: () => number) {
    this.way = way
    this.nowMs = nowMs
  }

  /**
   * The user has paused: transcribes the turn so far and tells its words, unless {@link drop} or {@link understand} comes
   * before they are known. Does nothing while a program runs: a turn that is over goes first.
   */
  speculate(audio: Int16Array, tell: (text: string) => void): void {
    if (this.way.kind !== 'transcriber' || this.running > 0) return
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, this.closed.signal])
    const draft: Draft = { words: this.transcribe(this.way.transcriber, audio, signal), abort, told: false }
    this.draft = draft
    void draft.words.then(({ text }) => {
      if (this.draft !== draft || text === null) return
      draft.told = true
      tell(text)
    })
  }

  /** The user goes on: ends the speculation. True if its words had been told. */
  drop(): boolean {
    const { draft } = this
    this.draft = null
    draft?.abort.abort()
    return draft?.told ?? false
  }

  /** The turn is over: its words, from the speculation where one was not dropped. Never rejects. */
  understand(audio: Int16Array): Promise<Understood> {
    const { draft, way } = this
    this.draft = null
    if (draft !== null) return draft.words
    if (way.kind === 'none') return Promise.resolve({ text: null, sttMs: null })
    if (way.kind === 'problem') return Promise.resolve({ text: null, sttMs: null, message: way.message })
    return this.transcribe(way.transcriber, audio, this.closed.signal)
  }

  /** Ends all programs; what was asked resolves. Resolves when they are gone. */
  async close(): Promise<void> {
    this.closed.abort()
    await Promise.all(this.jobs)
  }

  private transcribe(transcriber: Transcriber, audio: Int16Array, signal: AbortSignal): Promise<Understood> {
    const job = this.work(transcriber, audio, signal)
    this.jobs.add(job)
    void job.finally(() => this.jobs.delete(job))
    return job
  }

  private async work(transcriber: Transcriber, audio: Int16Array, signal: AbortSignal): Promise<Understood> {
    if (this.waiting.length >= MAX_WAITING) {
      return { text: null, sttMs: null, message: `More than ${MAX_WAITING} turns are waiting for ${transcriber.name}.` }
    }
    await this.slot()
    try {
      const startedAtMs = this.nowMs()
      const result = await transcriber.transcribe(audio, signal)
      const sttMs = this.nowMs() - startedAtMs
      return result.ok ? { text: result.text, sttMs } : { text: null, sttMs, message: result.message }
    } finally {
      this.handOn()
    }
  }

  private async slot(): Promise<void> {
    if (this.running < MAX_RUNNING) this.running += 1
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  /** The slot goes to who waits, without being free in between. */
  private handOn(): void {
    const next = this.waiting.shift()
    if (next === undefined) this.running -= 1
    else next()
  }
}
