import { amplitudeToDbfs } from '../../../../shared/audio/pcm.ts'
import { ArrivalWatch } from './arrival-watch.ts'
import type { CaptureInput } from './capture-input.ts'

/** The inputs that are mixed and sent, and which of them deliver anything: those set the pace of the levels and have one. */
export class CaptureInputs {
  readonly arrivals: ArrivalWatch
  private readonly inputs = new Map<string, CaptureInput>()

  /** `onLate`: an input has no level any more. `onStalled`: it has been silent for long; it may be one that never began. */
  constructor(handlers: { onLate: () => void; onStalled: (id: string) => void }) {
    this.arrivals = new ArrivalWatch(handlers)
  }

  get(id: string): CaptureInput | undefined {
    return this.inputs.get(id)
  }

  /** One of the same id is replaced. */
  set(input: CaptureInput): void {
    this.inputs.set(input.id, input)
  }

  delete(id: string): void {
    this.inputs.delete(id)
  }

  values(): MapIterator<CaptureInput> {
    return this.inputs.values()
  }

  /** None delivers anything. */
  get isIdle(): boolean {
    for (const id of this.inputs.keys()) if (!this.arrivals.isLate(id)) return false
    return true
  }

  /** RMS over 100 ms of the loudest of the role. */
  dbfs(role: CaptureInput['role']): number {
    let dbfs = amplitudeToDbfs(0)
    for (const input of this.inputs.values()) {
      if (input.role === role && !this.arrivals.isLate(input.id)) dbfs = Math.max(dbfs, input.dbfs)
    }
    return dbfs
  }

  /** The levels are told at the pace of a microphone, or of the first of the others. */
  paces(input: CaptureInput): boolean {
    let first: CaptureInput | null = null
    for (const other of this.inputs.values()) {
      if (this.arrivals.isLate(other.id)) continue
      if (other.role === 'microphone') return other === input
      first ??= other
    }
    return first === input
  }
}
