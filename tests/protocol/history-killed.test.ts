import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { SessionEvent } from '../../src/shared/events.ts'
import type { CallInput, CallName, CallOutput, EventName, Reply } from '../../src/shared/ipc/contract.ts'
import { openLink } from './start.test-support.ts'

const HOST = fileURLToPath(new URL('history-host.mjs', import.meta.url))

/** What is said must be on the disk so much later. */
const WRITTEN_MS = 1_000

let dir: string
const ends: (() => void)[] = []
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'parley-killed-'))
})
afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end()
  rmSync(dir, { recursive: true, force: true })
})

/** A host in a process of its own, with one page. */
class Host {
  readonly child: ChildProcess
  readonly events: SessionEvent[] = []
  readonly told: EventName[] = []
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (reply: Reply<unknown>) => void>()
  #last = 0

  static async start(): Promise<Host> {
    const env = { PATH: '/usr/bin:/bin', HOME: dir, PARLEY_TRANSCRIBER: 'none' }
    const child = spawn(process.execPath, [HOST, dir], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    ends.push(() => child.kill('SIGKILL'))
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const link = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
      child.once('close', () => reject(new Error(`the host ended: ${said}`)))
    })
    const cookie = String(await openLink(link))
    const { origin, host } = new URL(link)
    const socket = new WebSocket(`ws://${host}/ipc`, { origin, headers: { cookie } })
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return new Host(child, socket)
  }

  private constructor(child: ChildProcess, socket: WebSocket) {
    this.child = child
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as {
        id?: number
        reply?: Reply<unknown>
        event?: EventName
        payload?: unknown
      }
      if (frame.reply !== undefined) this.#waiting.get(frame.id ?? 0)?.(frame.reply)
      if (frame.event !== undefined) this.told.push(frame.event)
      if (frame.event === 'session:event') this.events.push(frame.payload as SessionEvent)
    })
  }

  async call<N extends CallName>(call: N, input: CallInput<N>): Promise<CallOutput<N>> {
    const id = (this.#last += 1)
    const reply = await new Promise<Reply<unknown>>((resolve) => {
      this.#waiting.set(id, resolve)
      this.#socket.send(JSON.stringify({ id, call, input }))
    })
    if (!reply.ok) throw new Error(reply.error.message)
    return reply.value as CallOutput<N>
  }

  async until(test: (event: SessionEvent) => boolean): Promise<void> {
    await expect.poll(() => this.events.some(test), { timeout: 20_000, interval: 20 }).toBe(true)
  }

  /** A conversation that is live. */
  async live(): Promise<void> {
    await this.until((event) => event.kind === 'state' && event.state.phase === 'live')
  }

  async type(text: string): Promise<void> {
    const result = await this.call('session:command', { kind: 'user-text', text, respond: true, when: 'now' })
    expect(result.outcome).toBe('applied')
  }

  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('close', resolve))
    this.child.kill('SIGKILL')
    await gone
  }
}

const said = (role: string, text: RegExp) => (event: SessionEvent) =>
  event.kind === 'caption' && event.caption.role === role && text.test(event.caption.text)

const filesWith = (text: string): string[] => {
  const data = path.join(dir, 'data')
  return readdirSync(data).filter(
    (name) => name.startsWith('history') && readFileSync(path.join(data, name)).includes(text)
  )
}

it('a conversation whose process is killed in the middle of a turn is found, read, exported, continued and deleted', async () => {
  const first = await Host.start()
  await first.call('session:connect', undefined)
  await first.live()
  await first.type('What is 12 plus 30?')
  await first.until(said('agent', /42/))
  await first.type('Remember the word zqmarmalade.')
  await first.until(said('user', /zqmarmalade/))
  await new Promise((resolve) => {
    setTimeout(resolve, WRITTEN_MS)
  })
  await first.kill()

  const second = await Host.start()
  const { conversations } = await second.call('history:list', { query: 'zqmarma', limit: 10 })
  const [found] = conversations
  expect(found).toMatchObject({ profileName: 'Built-in agent', service: 'builtin', title: 'What is 12 plus 30?' })
  expect(found?.endedAtMs).toBeGreaterThan(found?.startedAtMs ?? Infinity)
  expect(found?.excerpt).toBe('Remember the word **zqmarmalade**.')
  if (found === undefined) return
  const { id } = found
  const { items, reason } = await second.call('history:read', { id })
  expect(reason).toBeNull()
  const lines = items.flatMap((item) => (item.kind === 'line' ? [`${item.role}: ${item.text}`] : []))
  expect(lines.filter((line) => line.startsWith('user: '))).toEqual([
    'user: What is 12 plus 30?',
    'user: Remember the word zqmarmalade.'
  ])
  expect(lines.join('\n')).toMatch(/agent: .*42/)
  const { text } = await second.call('history:export', { id, format: 'markdown' })
  expect(text).toContain('Remember the word zqmarmalade.')

  await second.call('history:continue', { id })
  await second.live()
  await second.type('What is 2 plus 3?')
  await second.until(said('agent', /5/))
  const captions = second.events.flatMap((event) => (event.kind === 'caption' ? [event.caption] : []))
  expect(captions[0]).toMatchObject({ role: 'user', text: 'What is 2 plus 3?' })
  const [newest] = (await second.call('history:list', { limit: 1 })).conversations
  expect(newest).toMatchObject({ continues: id, title: 'What is 2 plus 3?', endedAtMs: null })
  expect(second.told).toContain('history:changed')

  expect(filesWith('zqmarmalade')).not.toEqual([])
  await second.call('history:remove', { id })
  expect((await second.call('history:list', { query: 'zqmarmalade', limit: 10 })).conversations).toEqual([])
  expect(filesWith('marmalade')).toEqual([])
  expect((await second.call('history:list', { limit: 10 })).conversations).toHaveLength(1)
  expect(await second.call('usage:list', undefined)).toMatchObject([{ profileName: 'Built-in agent' }])
})
