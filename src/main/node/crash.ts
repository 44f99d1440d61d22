import { redactor } from '../../core/secrets/redactor.ts'
import type { Log } from '../../shared/runtime.ts'
import { environmentSecrets } from './env-secrets.ts'

/** Ends with this code when something went wrong inside Parley. */
export const EXIT_INTERNAL = 70

/** Takes the secrets of the environment out of a text; what is kept is not known before it is opened. */
export function environmentScrub(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const known = redactor(environmentSecrets(env))
  return (text) => known.text(text)
}

/** What Node writes by itself about a crash, where a person has turned that on, is without the environment, which may hold keys. */
export function keepEnvironmentOutOfReports(): void {
  // Electron's Node may have no reports.
  const { report } = process as { report?: NodeJS.ProcessReport | undefined }
  if (report !== undefined) report.excludeEnv = true
}

/**
 * A fault that nobody caught is logged, where keys are taken out of it, and `end` is called once with the exit code. Node itself would print
 * the error with everything in it.
 */
export function endOnFault(log: Log, end: (exitCode: number) => void): void {
  keepEnvironmentOutOfReports()
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (cause: unknown) => {
      log.error('Parley failed', { cause })
      end(EXIT_INTERNAL)
    })
  }
}
