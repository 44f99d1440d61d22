import { assertNever } from '../../shared/assert-never.ts'
import type { EndReason } from '../../shared/events.ts'

/** How the process ends; part of the command line's contract (docs/cli.md). */
export const EXIT = {
  done: 0,
  usage: 2,
  connection: 3,
  serviceError: 4,
  timeout: 5,
  internal: 70,
  interrupted: 130,
  terminated: 143,
  hungUp: 129
} as const

/** Ends a command with a code and a sentence for a person. */
export class CliError extends Error {
  readonly exitCode: number
  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CliError'
    this.exitCode = exitCode
  }
}

/** The exit code of a session that ended for `reason` without being asked to. */
export function exitCodeOf(reason: EndReason): number {
  switch (reason.code) {
    case 'hung-up':
      return EXIT.done
    case 'invalid-profile':
    case 'not-allowed':
      return EXIT.usage
    case 'service-error':
    case 'settings-refused':
      return EXIT.serviceError
    case 'service-closed':
    case 'unreachable':
    case 'timeout':
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
    case 'rate-limited':
    case 'idle':
    case 'no-credits':
    case 'missing-secret':
      return EXIT.connection
    case 'internal':
      return EXIT.internal
    default:
      return assertNever(reason.code)
  }
}
