// The single-instance lock: a file with the owner's process id, a socket to hand a second start's arguments over.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'

export interface SecondStart {
  argv: string[]
  cwd: string
  data: unknown
}

export interface InstanceLock {
  release(): void
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Takes the lock file, also from a process that has died. */
function takeFile(file: string): boolean {
  for (let round = 0; round < 2; round++) {
    try {
      const fd = openSync(file, 'wx')
      writeSync(fd, String(process.pid))
      closeSync(fd)
      return true
    } catch {
      if (existsSync(file) && isAlive(Number(readFileSync(file, 'utf8')))) return false
      rmSync(file, { force: true })
    }
  }
  return false
}

/** Resolves when the owner has been told, or after two seconds without. */
function tell(path: string, message: SecondStart): Promise<void> {
  return new Promise((done) => {
    if (!existsSync(path)) return done()
    const connection = createConnection(path, () => connection.end(JSON.stringify(message)))
    connection.on('close', () => done())
    connection.on('error', () => done())
    setTimeout(done, 2000).unref()
  })
}

/** The lock of `dir`, or, where another process holds it, the promise that it has been told of this start. */
export function lockInstance(
  dir: string,
  start: SecondStart,
  onSecond: (second: SecondStart) => void
): InstanceLock | Promise<void> {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'estand.lock')
  const socket = join(dir, 'estand.sock')
  if (!takeFile(file)) return tell(socket, start)
  rmSync(socket, { force: true })
  const server = createServer((connection) => {
    let text = ''
    connection.on('data', (chunk) => (text += String(chunk)))
    connection.on('end', () => {
      onSecond(JSON.parse(text) as SecondStart)
      connection.end()
    })
  })
  server.listen(socket).unref()
  return {
    release() {
      rmSync(file, { force: true })
      rmSync(socket, { force: true })
    }
  }
}
