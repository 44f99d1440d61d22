import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** What `npm start` prints once it is ready; the parts are the port and the token. */
export const READY = /^Parley is running at http:\/\/127\.0\.0\.1:(\d+)\/\?token=([\w-]{43})\n$/

/** Things a machine may be that this one may not; each is a line of JavaScript that runs before the launcher. */
export const pretend = {
  root: 'process.getuid = () => 0',
  user: 'process.getuid = () => 1000',
  node20: "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } })",
  terminal: 'process.stdin.isTTY = true'
}

interface LaunchOptions {
  env?: Record<string, string>
  machine?: readonly (keyof typeof pretend)[]
  script?: string
}

/** The launcher as a process, with an environment that names no display, browser or Electron of the tester. */
export class Launched {
  readonly child: ChildProcess
  readonly exit: Promise<number | null>
  stdout = ''
  stderr = ''

  constructor(args: readonly string[], { env = {}, machine = [], script = 'scripts/start.mjs' }: LaunchOptions = {}) {
    const before = machine.flatMap((what) => ['--import', `data:text/javascript,${encodeURIComponent(pretend[what])}`])
    this.child = spawn(process.execPath, [...before, path.join(ROOT, script), ...args], {
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', PARLEY_TRANSCRIBER: 'none', ...env },
      stdio: ['pipe', 'pipe', 'pipe']
    })
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()))
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()))
    this.exit = new Promise((resolve) => this.child.once('close', (code) => resolve(code)))
  }

  /** Resolves once the one line is on stdout; rejects with stderr when the process ends before. */
  async ready(): Promise<{ port: number; link: string }> {
    const ended = this.exit.then((code) => {
      throw new Error(`ended with ${code}: ${this.stderr}`)
    })
    ended.catch(() => undefined)
    const printed = new Promise<{ port: number; link: string }>((resolve) => {
      const look = (): void => {
        const found = READY.exec(this.stdout)
        if (found !== null) resolve({ port: Number(found[1]), link: this.stdout.trim().split(' ').at(-1) ?? '' })
      }
      this.child.stdout?.on('data', look)
      look()
    })
    return Promise.race([printed, ended])
  }

  /** Ends it as a service manager does; resolves to the exit code. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal)
    return this.exit
  }
}

/** A program that does what `body` (shell) says. */
export function program(file: string, body: string): string {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\n${body}\n`)
  chmodSync(file, 0o755)
  return file
}

/** Opens the link as a browser does; resolves to the cookie, or to the status where it is refused. */
export async function openLink(link: string): Promise<string | number> {
  const response = await fetch(link, { redirect: 'manual' })
  return response.headers.get('set-cookie')?.split(';')[0] ?? response.status
}

/** One call over `/ipc` of a running host. */
export async function callHost(port: number, cookie: string, call: string, input?: unknown): Promise<unknown> {
  const origin = `http://127.0.0.1:${port}`
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ipc`, { origin, headers: { cookie } })
  try {
    return await new Promise((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () => socket.send(JSON.stringify({ id: 1, call, input })))
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString('utf8')) as { id?: number; reply?: unknown }
        if (frame.id === 1) resolve(frame.reply)
      })
    })
  } finally {
    socket.terminate()
  }
}
