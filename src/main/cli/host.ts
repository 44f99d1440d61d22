import type { Readable, Writable } from 'node:stream'
import type { Clock, Log } from '../../shared/runtime.ts'
import type { Scrubber } from './scrub.ts'

/** The process around a command. */
export interface CliHost {
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  log: Log
  /** Takes the environment's secrets, and kept ones that were used, out of what is written. */
  scrub: Scrubber
  /** One line on stdout. */
  print(line: string): void
  /** Standard input and output as streams, for `--stdin`; absent where the caller has none to give. */
  streams?: () => { input: Readable; output: Writable }
  /** One line on stderr, for a person. */
  tell(line: string): void
  /** Runs `release` however the process ends; it must be synchronous. Returns its own cancel. */
  atExit(release: () => void): () => void
  /** Resolves to the exit code when a signal asks the process to end. */
  stopped: Promise<number>
}
