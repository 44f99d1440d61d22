import { assertNever } from '../../shared/assert-never.ts'
import { jsonLog, type LogLevel } from '../node/json-log.ts'
import { systemClock } from '../node/system-clock.ts'
import { version } from '../node/version.ts'
import { agent } from './agent.ts'
import { readArguments, USAGE, type Invocation } from './arguments.ts'
import { CliError, EXIT } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { scrubberFor } from './scrub.ts'
import { start } from './start.ts'
import { talk } from './talk.ts'

/** Whatever is still open this long after the command's end is abandoned. */
const LINGER_MS = 3000

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const
const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

const scrub = scrubberFor(process.env)
const print = (line: string) => void process.stdout.write(`${scrub(line)}\n`)
const tell = (line: string) => void process.stderr.write(`parley: ${scrub(line)}\n`)

function makeHost(): CliHost {
  const level = LOG_LEVELS.find((name) => name === process.env['PARLEY_LOG']) ?? 'warn'
  return {
    env: process.env,
    clock: systemClock,
    log: jsonLog({ level, write: (line) => void process.stderr.write(scrub(line)) }),
    scrub,
    print,
    tell,
    atExit(release) {
      process.on('exit', release)
      return () => void process.off('exit', release)
    },
    // A further signal changes nothing: the first one's ending is bounded.
    stopped: new Promise((resolve) => {
      for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => resolve(code))
    })
  }
}

async function run(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case 'help':
      process.stdout.write(USAGE)
      return EXIT.done
    case 'version':
      print(version)
      return EXIT.done
    case 'start':
      return start(invocation.args)
    case 'talk':
      return talk(invocation.options, makeHost())
    case 'agent':
      return agent(invocation.options, makeHost())
    default:
      return assertNever(invocation)
  }
}

function explain(cause: unknown): number {
  if (cause instanceof CliError) {
    tell(cause.message)
    return cause.exitCode
  }
  tell(`Something went wrong inside Parley: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`)
  return EXIT.internal
}

// A reader that went away (`parley talk | head`) ends nothing.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
process.on('uncaughtException', (cause) => process.exit(explain(cause)))

try {
  process.exitCode = await run(readArguments(process.argv.slice(2)))
} catch (cause) {
  process.exitCode = explain(cause)
}
setTimeout(() => process.exit(), LINGER_MS).unref()
