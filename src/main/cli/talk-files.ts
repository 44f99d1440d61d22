import type { WireEntry } from '../../core/session/session.ts'
import type { SessionEvent } from '../../shared/events.ts'
import { fileProblem } from '../node/file-problem.ts'
import { createEventsFile, type EventsFile } from './events-file.ts'
import { CliError, EXIT } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { createWavFile, type WavFile } from './wav-file.ts'

/** A file that is open, and where. */
interface Open<T> {
  path: string
  file: T
}

type FilesHost = Pick<CliHost, 'clock' | 'scrub' | 'atExit'>

/**
 * What a conversation writes: `--events` and `--out`. Whatever comes before `open` or after `finish` is not written. A file
 * that cannot be written any more is given up: it never throws into the conversation, and `failed` tells.
 */
export class TalkFiles {
  private readonly host: FilesHost
  private readonly startMs: number
  private readonly failure = Promise.withResolvers<CliError>()
  private events: Open<EventsFile> | undefined
  private out: Open<WavFile> | undefined
  private cancelAtExit: (() => void) | undefined
  /** The first problem, if there was one. */
  problem: CliError | undefined

  /** `startMs` is where the times in `--events` begin. */
  constructor(host: FilesHost, startMs: number) {
    this.host = host
    this.startMs = startMs
  }

  /** Resolves to the first problem while writing. */
  get failed(): Promise<CliError> {
    return this.failure.promise
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
    this.attempt(this.events, (file) => file.wire(entry))
  }

  local(event: SessionEvent): void {
    this.attempt(this.events, (file) => file.local(event))
  }

  heard(pcm: Uint8Array): void {
    this.attempt(this.out, (file) => file.append(pcm))
  }

  /** Idempotent; throws nothing, see `problem`. */
  finish(): void {
    this.cancelAtExit?.()
    this.attempt(this.out, (file) => file.finish())
    this.attempt(this.events, (file) => file.finish())
  }

  private attempt<T extends { abandon(): void }>(open: Open<T> | undefined, write: (file: T) => void): void {
    if (open === undefined) return
    try {
      write(open.file)
    } catch (cause) {
      open.file.abandon()
      if (this.problem !== undefined) return
      this.problem = notWritten(open.path, cause)
      this.failure.resolve(this.problem)
    }
  }
}

function writable<T>(path: string, create: () => T): Open<T> {
  try {
    return { path, file: create() }
  } catch (cause) {
    throw notWritten(path, cause)
  }
}

function notWritten(path: string, cause: unknown): CliError {
  return new CliError(EXIT.usage, fileProblem('write', path, cause), { cause })
}
