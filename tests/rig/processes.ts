import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'

/** A rig leaves no process behind, also when the test run itself dies. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export function start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, options)
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', () => running.delete(child))
  return child
}

/** Resolves once `child` is gone: SIGTERM, then SIGKILL after `graceMs`. */
export async function stop(child: ChildProcess, graceMs = 2000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = setTimeout(() => child.kill('SIGKILL'), graceMs)
  child.kill('SIGTERM')
  await gone
  clearTimeout(kill)
}

/** Runs a command to its end; resolves to its standard output, rejects with its standard error. */
export function run(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; signal?: AbortSignal }
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = start(command, args, { env: options.env, stdio: ['ignore', 'pipe', 'pipe'] })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
    const abort = () => child.kill('SIGTERM')
    options.signal?.addEventListener('abort', abort, { once: true })
    child.once('error', reject)
    child.once('close', (code) => {
      options.signal?.removeEventListener('abort', abort)
      if (code === 0 || options.signal?.aborted === true) resolve(Buffer.concat(out).toString())
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${Buffer.concat(err).toString().trim()}`))
    })
  })
}
