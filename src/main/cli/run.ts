import { assertNever } from '../../shared/assert-never.ts'
import { version } from '../node/version.ts'
import { agent } from './agent.ts'
import { readArguments, USAGE, type Invocation } from './arguments.ts'
import { CliError, EXIT } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { keys } from './keys.ts'
import { profiles } from './profiles.ts'
import { start } from './start.ts'
import { talk } from './talk.ts'

/** Runs one command line (without the program's name) and answers its exit code; whatever goes wrong is told. */
export async function run(argv: readonly string[], host: () => CliHost, say: Say): Promise<number> {
  try {
    return await command(readArguments(argv), host, say)
  } catch (cause) {
    return explain(cause, say)
  }
}

/** Where lines for a person go before there is a host. */
export type Say = Pick<CliHost, 'print' | 'tell'>

/** Tells why a command ended; answers the exit code. */
export function explain(cause: unknown, { tell }: Pick<Say, 'tell'>): number {
  if (cause instanceof CliError) {
    tell(cause.message)
    return cause.exitCode
  }
  tell(`Something went wrong inside Parley: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`)
  return EXIT.internal
}

function command(invocation: Invocation, host: () => CliHost, say: Say): number | Promise<number> {
  switch (invocation.command) {
    case 'help':
      say.print(USAGE.trimEnd())
      return EXIT.done
    case 'version':
      say.print(version)
      return EXIT.done
    case 'start':
      return start(invocation.args)
    case 'talk':
      return talk(invocation.options, host())
    case 'agent':
      return agent(invocation.options, host())
    case 'profiles':
      return profiles(invocation.options, host())
    case 'keys':
      return keys(invocation.options, host())
    default:
      return assertNever(invocation)
  }
}
