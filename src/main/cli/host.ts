import type { Redactor } from '../../core/secrets/redactor.ts'
import type { Clock, Log } from '../../shared/runtime.ts'

/** The process around a command. */
export interface CliHost {
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  log: Log
  /** Takes the environment's secrets out of what is written. */
  scrub: Redactor
  /** One line on stdout. */
  print(line: string): void
  /** One line on stderr, for a person. */
  tell(line: string): void
  /** Runs `release` however the process ends; it must be synchronous. Returns its own cancel. */
  atExit(release: () => void): () => void
  /** Resolves to the exit code when a signal asks the process to end. */
  stopped: Promise<number>
}
