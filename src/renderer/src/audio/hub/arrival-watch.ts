import { SILENT_MS } from '../../../../shared/audio/sound-watch.ts'

/** How often it is looked. */
export const LOOK_MS = 500
/** Looks in a row with nothing between them: at least one look's time without anything. */
const LATE_LOOKS = 2
const STALLED_LOOKS = SILENT_MS / LOOK_MS + 1

interface ArrivalHandlers {
  /** The input sets no pace any more. */
  onLate: (id: string) => void
  onStalled: (id: string) => void
}

/**
 * Which inputs still deliver. A platform that stops delivering says nothing, so it is looked at in times; looks are counted and no clock is
 * read, so that a computer that slept or a worker that stood still makes no input late.
 */
export class ArrivalWatch {
  private readonly handlers: ArrivalHandlers
  private readonly idleLooks = new Map<string, number>()

  constructor(handlers: ArrivalHandlers) {
    this.handlers = handlers
  }

  add(id: string): void {
    this.idleLooks.set(id, 0)
  }

  remove(id: string): void {
    this.idleLooks.delete(id)
  }

  /** Something of the input came. */
  came(id: string): void {
    if (this.idleLooks.has(id)) this.idleLooks.set(id, 0)
  }

  isLate(id: string): boolean {
    return (this.idleLooks.get(id) ?? 0) >= LATE_LOOKS
  }

  look(): void {
    for (const [id, looks] of this.idleLooks) {
      this.idleLooks.set(id, looks + 1)
      if (looks + 1 === LATE_LOOKS) this.handlers.onLate(id)
      if (looks + 1 === STALLED_LOOKS) this.handlers.onStalled(id)
    }
  }
}
