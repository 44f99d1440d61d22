import { DEFAULT_PORT } from '../node/start-options.ts'
import { StartError } from './start-error.ts'
import { SERVER_NAME } from './web-host.ts'

const PROBE_MS = 1000

/** Turns what `listen` failed with into an error that says what to do; asks the port's holder whether it is a Parley. */
export async function portProblem(cause: unknown, port: number): Promise<StartError> {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EACCES') {
    return new StartError(
      1,
      `Port ${port} needs rights that Parley does not have. Choose one above 1023: --port ${DEFAULT_PORT}`
    )
  }
  if (code !== 'EADDRINUSE') return new StartError(1, `Port ${port} cannot be opened: ${String(cause)}`)
  if (await isParley(port)) {
    return new StartError(
      1,
      `Parley already runs on port ${port}. Use its window, or press Enter in its terminal for a new link, or start a second one with --port 0.`
    )
  }
  return new StartError(1, `Another program uses port ${port}. End it, or start Parley on another port: --port 0`)
}

async function isParley(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) })
    return response.headers.get('server') === SERVER_NAME
  } catch {
    // Whatever holds the port speaks no HTTP, or not in time.
    return false
  }
}
