import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readlinkSync, readdirSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hookEnvironment } from '../../src/main/node/shortcuts/hook-child.ts'
import { run, start, stop } from '../rig/processes.ts'

// The real hook process and the real keyboard of a virtual display, pressed by another program.

const ENTRY = new URL('../../src/main/node/shortcuts/hook-process.ts', import.meta.url)
const TALK = { id: 3, scanCode: 0x39, ctrl: true, alt: true, shift: false, meta: false }

let display: ChildProcess
let env: NodeJS.ProcessEnv
const children: ChildProcess[] = []

beforeAll(async () => {
  const args = ['-displayfd', '3', '-screen', '0', '640x480x24', '-nolisten', 'tcp']
  display = start('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const [number] = (await once(display.stdio[3] as Readable, 'data')) as [Buffer]
  env = { ...process.env, DISPLAY: `:${number.toString().trim()}` }
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await stop(display)
})

const xdotool = (...args: string[]) => run('xdotool', args, { env })

/** The process as a host starts it; `said` is everything that comes out of it, by any way. */
function startHook(): { child: ChildProcess; said: unknown[] } {
  const child = fork(ENTRY, [], { env: hookEnvironment(env), execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  children.push(child)
  const said: unknown[] = []
  child.on('message', (message) => said.push(message))
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => said.push(text.toString()))
  child.send({ kind: 'listen', keys: [TALK] })
  return { child, said }
}

async function until(what: string, is: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!is()) {
    if (performance.now() > deadline) throw new Error(`waited too long: ${what}`)
    await sleep(20)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('real keys: the chosen one comes out with down and up, and of everything else that is typed nothing', async () => {
  const { child, said } = startHook()
  await until('it listens', () => said.length > 0)
  expect(said).toEqual([{ kind: 'listening' }])
  await xdotool('type', '--delay', '5', 'my password is hunter2')
  await xdotool('key', 'space', 'ctrl+c', 'alt+space', 'ctrl+space', 'ctrl+alt+shift+space', 'ctrl+alt+x', 'Return')
  await xdotool('keydown', 'ctrl', 'keydown', 'alt', 'keydown', 'space')
  await until('down', () => said.length > 1)
  await xdotool('type', '--delay', '5', 'more')
  await xdotool('keyup', 'space', 'keyup', 'alt', 'keyup', 'ctrl')
  await until('up', () => said.some((one) => (one as { kind: string }).kind === 'up'))
  // The down before the typing is the proof that nothing of it is still on its way.
  expect(said.filter((one) => (one as { kind: string }).kind !== 'repeat')).toEqual([
    { kind: 'listening' },
    { kind: 'down', id: 3 },
    { kind: 'up', id: 3 }
  ])
  child.kill('SIGKILL')
})

test('a needed modifier that comes up first ends the hold', async () => {
  const { child, said } = startHook()
  await until('it listens', () => said.length > 0)
  await xdotool('keydown', 'ctrl', 'keydown', 'alt', 'keydown', 'space', 'keyup', 'alt')
  await until('up', () => said.some((one) => (one as { kind: string }).kind === 'up'))
  await xdotool('keyup', 'space', 'keyup', 'ctrl')
  expect(said.filter((one) => (one as { kind: string }).kind !== 'repeat')).toHaveLength(3)
  child.kill('SIGKILL')
})

test('it has no file open but its pipes, its libraries and the display', async () => {
  const { child, said } = startHook()
  await until('it listens', () => said.length > 0)
  const folder = `/proc/${child.pid}/fd`
  const open = readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)]
    } catch {
      return []
    }
  })
  expect(open.filter((name) => !/^(socket|pipe|anon_inode):|^\/dev\//.test(name))).toEqual([])
  child.kill('SIGKILL')
})

test('it ends with its parent, also when that is killed', async () => {
  const code = `
    const { fork } = require('node:child_process')
    const child = fork(${JSON.stringify(ENTRY.pathname)}, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    child.on('message', () => process.stdout.write(String(child.pid) + '\\n'))
    child.send(${JSON.stringify({ kind: 'listen', keys: [TALK] })})`
  const parent = start(process.execPath, ['-e', code], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(parent)
  const [line] = (await once(parent.stdout!, 'data')) as [Buffer]
  const pid = Number(line.toString().trim())
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await until('the hook has gone', () => !isAlive(pid))
  expect(isAlive(pid)).toBe(false)
})
