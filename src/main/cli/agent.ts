import { FaultPlan } from '../../agent/faults/fault-plan.ts'
import { startAgent } from '../../agent/server.ts'
import { workerEngine } from '../../agent/speech/engine.ts'
import { redactor } from '../../core/secrets/redactor.ts'
import { proxiedFetch } from '../node/proxied-fetch.ts'
import { speechWorkerEntry } from '../node/speech-entry.ts'
import type { AgentOptions } from './arguments.ts'
import { CliError, EXIT } from './exit-codes.ts'
import type { CliHost } from './host.ts'

/** `parley agent`: the built-in agent alone, until a signal asks it to end. Answers the exit code; throws {@link CliError}. */
export async function agent(options: AgentOptions, host: CliHost): Promise<number> {
  const key = options.key ?? (host.env['PARLEY_AGENT_KEY'] || undefined)
  // One from the command line is in no environment.
  const known = redactor(key === undefined ? [] : [[key, '[key]']])
  host.scrub.add((text) => known.text(text))
  const engine = workerEngine(speechWorkerEntry())
  try {
    const server = await startAgent({
      port: options.port,
      engine,
      transcriber: options.transcriber ?? (host.env['PARLEY_TRANSCRIBER'] || 'auto'),
      log: host.log,
      clock: host.clock,
      fetch: proxiedFetch(),
      switches: options.switches,
      ...(key === undefined ? {} : { key }),
      ...(options.faults.length === 0 ? {} : { faults: new FaultPlan(options.faults, host) })
    })
    host.print(`The built-in agent is running at ${server.url}`)
    await host.stopped
    await server.close()
    return EXIT.done
  } catch (cause) {
    throw startFailure(cause, options.port)
  } finally {
    await engine.close()
  }
}

function startFailure(cause: unknown, port: number): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE') {
    return new CliError(EXIT.connection, `Port ${port} is in use; choose another with --port, or 0 for any.`, { cause })
  }
  if (code === 'EACCES') {
    return new CliError(EXIT.connection, `Port ${port} is not allowed; choose one above 1023.`, { cause })
  }
  return cause
}
