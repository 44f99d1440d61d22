import type { WireEntry } from '../../core/session/session.ts'
import type { SessionEvent } from '../../shared/events.ts'
import { createEventsFile, type EventsFile } from './events-file.ts'
import { CliError, EXIT } from './exit-codes.ts'
import { fileProblem } from './file-problem.ts'
import type { CliHost } from './host.ts'
import { createWavFile, type WavFile } from './wav-file.ts'

/** What a conversation writes: `--events` and `--out`. Whatever comes before `open` or after `finish` is not written. */
export class TalkFiles {
  private readonly host: CliHost
  private readonly startMs: number
  private events: EventsFile | undefined
  private out: WavFile | undefined
  private cancelAtExit: (() => void) | undefined

  /** `startMs` is where the times in `--events` begin. */
  constructor(host: CliHost, startMs: number) {
    this.host = host
    this.startMs = startMs
  }

  /** Creates the files that were asked for. Throws {@link CliError} (usage). */
  open(paths: { events?: string; out?: string }, outputSampleRateHz: number): void {
    this.cancelAtExit = this.host.atExit(() => this.finish())
    const { events, out } = paths
    if (out !== undefined) this.out = writable(out, () => createWavFile(out, outputSampleRateHz))
    if (events === undefined) return
    const seconds = () => (this.host.clock.nowMs() - this.startMs) / 1000
    this.events = writable(events, () => createEventsFile({ path: events, seconds, scrub: this.host.scrub }))
  }

  wire(entry: WireEntry): void {
    this.events?.wire(entry)
  }

  local(event: SessionEvent): void {
    this.events?.local(event)
  }

  heard(pcm: Uint8Array): void {
    this.out?.append(pcm)
  }

  /** Idempotent. */
  finish(): void {
    this.cancelAtExit?.()
    this.out?.finish()
    this.events?.finish()
  }
}

function writable<T>(path: string, create: () => T): T {
  try {
    return create()
  } catch (cause) {
    throw new CliError(EXIT.usage, fileProblem('write', path, cause), { cause })
  }
}
