// utilityProcess over a child Node process with `process.parentPort` in it.
import { spawn, type ChildProcess, type IOType } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { cloneForMain } from './ports.ts'
import { fault, needReady, record, state } from './state.ts'
import { modelled, unmodelled, type Like } from './surface.ts'
import { pack, unpack, type Wire } from './utility-ports.ts'

const CHILD = new URL('./utility-child.ts', import.meta.url).href

class UtilityProcess extends EventEmitter implements Like<Electron.UtilityProcess> {
  pid: number | undefined
  readonly stdout: NodeJS.ReadableStream | null
  readonly stderr: NodeJS.ReadableStream | null
  readonly #child: ChildProcess

  constructor(file: string, args: string[] = [], options: Electron.ForkOptions = {}) {
    super()
    needReady('utilityProcess cannot be created before app is ready.')
    if (!file) throw new Error('Missing UtilityProcess entry script.')
    const stdio = (options.stdio ?? 'inherit') as IOType | unknown[]
    if (Array.isArray(stdio)) unmodelled('utilityProcess.fork with a list as stdio')
    record('utilityProcess.fork', [file, args, { serviceName: options.serviceName, stdio }], undefined)
    this.#child = spawn(state.node, ['--import', CHILD, ...(options.execArgv ?? []), file, ...args], {
      cwd: options.cwd,
      env: (options.env as NodeJS.ProcessEnv | undefined) ?? process.env,
      stdio: ['ignore', stdio, stdio, 'ipc']
    })
    this.stdout = this.#child.stdout
    this.stderr = this.#child.stderr
    this.#child.on('spawn', () => {
      this.pid = this.#child.pid
      this.emit('spawn')
    })
    this.#child.on('message', (message: Wire) => {
      if (message.t === 'fault') fault(message.rule, message.text)
      else this.emit('message', unpack(message.data))
    })
    this.#child.on('error', (error) => fault('utility-process', error.message))
    this.#child.on('exit', (code, signal) => {
      if (code !== null && code !== 0) fault('utility-exit', `${file} left with ${code}`)
      this.pid = undefined
      this.emit('exit', code ?? (signal === 'SIGTERM' ? 143 : 1))
    })
    process.once('exit', () => this.#child.kill('SIGKILL'))
  }

  postMessage(message: unknown, transfer?: unknown[]): void {
    if (transfer !== undefined && transfer.length > 0) unmodelled('UtilityProcess.postMessage with ports')
    const data = pack(cloneForMain(message))
    if (this.#child.connected) this.#child.send({ t: 'message', data } satisfies Wire)
  }

  kill(): boolean {
    return this.#child.kill()
  }
}
modelled('UtilityProcess', UtilityProcess.prototype, ['pid', 'stdout', 'stderr'])

export const utilityProcess = {
  fork: (file: string, args?: string[], options?: Electron.ForkOptions) => new UtilityProcess(file, args, options)
}
