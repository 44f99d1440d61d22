import type { Clock } from '../../shared/runtime.ts'

/** What the model reads of a tool that did not answer in time (napster.md section 7.3). */
export const TIMED_OUT_RESULT = 'Failed to fetch information'

/** Ids of calls that are remembered, so that an answer that comes late or twice is no error. */
const MAX_REMEMBERED = 1000

/** The calls that a client has been asked for, each with its deadline. */
export class ToolDeadlines {
  private readonly open = new Map<string, () => void>()
  private readonly known = new Set<string>()
  private readonly clock: Clock
  private readonly deadlineMs: number
  private readonly timedOut: (callId: string) => void

  constructor(clock: Clock, deadlineMs: number, timedOut: (callId: string) => void) {
    this.clock = clock
    this.deadlineMs = deadlineMs
    this.timedOut = timedOut
  }

  called(callId: string): void {
    this.known.add(callId)
    for (const oldest of this.known) {
      if (this.known.size <= MAX_REMEMBERED) break
      this.known.delete(oldest)
    }
    const cancel = this.clock.after(this.deadlineMs, () => {
      this.open.delete(callId)
      this.timedOut(callId)
    })
    this.open.set(callId, cancel)
  }

  /** `open`: it is waited for, and no longer now. `late`: it was answered, given up or timed out. */
  answered(callId: string): 'open' | 'late' | 'unknown' {
    if (this.open.has(callId)) {
      this.giveUp(callId)
      return 'open'
    }
    return this.known.has(callId) ? 'late' : 'unknown'
  }

  giveUp(callId: string): void {
    this.open.get(callId)?.()
    this.open.delete(callId)
  }

  stop(): void {
    for (const callId of this.open.keys()) this.giveUp(callId)
  }
}
