import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { CliError, EXIT } from './exit-codes.ts'

/** `parley start`: what `npm start` runs, with the same flags. Answers its exit code; throws {@link CliError}. */
export function start(args: readonly string[]): Promise<number> {
  const script = startScript()
  if (script === undefined) {
    throw new CliError(EXIT.usage, 'Parley starts like this only from its checkout; use the installed app instead.')
  }
  const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

/** `scripts/start.mjs`, from the source (three folders up) or the build (two). */
function startScript(): string | undefined {
  return ['../../scripts/start.mjs', '../../../scripts/start.mjs', '../../../../scripts/start.mjs']
    .map((relative) => fileURLToPath(new URL(relative, import.meta.url)))
    .find((file) => existsSync(file))
}
