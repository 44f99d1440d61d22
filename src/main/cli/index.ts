import { keepEnvironmentOutOfReports } from '../node/crash.ts'
import { takeEnvironment } from '../node/env-secrets.ts'
import { jsonLog, logLevel } from '../node/json-log.ts'
import { fileProblem } from '../node/file-problem.ts'
import { systemClock } from '../node/system-clock.ts'
import { EXIT } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { explain, run } from './run.ts'
import { scrubberFor } from './scrub.ts'

/** Whatever is still open this long after the command's end is abandoned. */
const LINGER_MS = 3000

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const

const scrub = scrubberFor(process.env)
const say = {
  print: (line: string) => void process.stdout.write(`${scrub.text(line)}\n`),
  tell: (line: string) => void process.stderr.write(`parley: ${scrub.text(line)}\n`)
}

function makeHost(): CliHost {
  const env = takeEnvironment(process.env)
  return {
    ...say,
    // Only for a command that reads: an opened stdin keeps a process alive.
    streams: () => ({ input: process.stdin, output: process.stdout }),
    env,
    clock: systemClock,
    log: jsonLog({
      level: logLevel(env),
      write: (line) => void process.stderr.write(scrub.text(line))
    }),
    scrub,
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

// A reader that went away (`parley talk | head`) ends nothing; a disk that is full ends everything, but as a sentence.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  say.tell(fileProblem('write', 'the output', error))
  process.exit(EXIT.usage)
})
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(EXIT.usage)
})
keepEnvironmentOutOfReports()
process.on('uncaughtException', (cause) => process.exit(explain(cause, say)))

process.exitCode = await run(process.argv.slice(2), makeHost, say)
setTimeout(() => process.exit(), LINGER_MS).unref()
