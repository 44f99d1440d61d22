import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock, silentLog } from '../../core/testing.test-support.ts'
import { deniedHtml, deniedPages } from './denied.ts'
import { HANG_UP_AFTER_MS, pageWatch, WINDOW_GONE_AFTER_MS } from './page-watch.ts'
import { portProblem } from './port-problem.ts'
import { sessionSecret } from './session-secret.ts'

function watched() {
  const clock = new ManualClock()
  const told: string[] = []
  const onPages = pageWatch({ clock, hangUp: () => told.push('hang-up'), windowGone: () => told.push('gone') })
  return { clock, told, onPages }
}

describe('page watch', () => {
  it('does nothing before the first page, and nothing while one is there', () => {
    const { clock, told, onPages } = watched()
    clock.advance(10 * HANG_UP_AFTER_MS)
    onPages(1)
    clock.advance(10 * HANG_UP_AFTER_MS)
    expect(told).toEqual([])
  })

  it('hangs up once 60 s have passed without a page, not after a reload', () => {
    const { clock, told, onPages } = watched()
    onPages(1)
    onPages(0)
    clock.advance(WINDOW_GONE_AFTER_MS - 1)
    onPages(1)
    clock.advance(2 * HANG_UP_AFTER_MS)
    expect(told).toEqual([])
    onPages(0)
    clock.advance(WINDOW_GONE_AFTER_MS)
    expect(told).toEqual(['gone'])
    clock.advance(HANG_UP_AFTER_MS)
    expect(told).toEqual(['gone', 'hang-up'])
  })
})

describe('session value', () => {
  let dir: string | undefined
  const fresh = (): string => (dir = mkdtempSync(path.join(tmpdir(), 'parley-secret-')))
  afterEach(() => {
    if (dir !== undefined) rmSync(dir, { recursive: true })
    dir = undefined
  })
  const DAY_MS = 24 * 60 * 60 * 1000

  it('is kept for 30 days, for its owner only, and then made anew', () => {
    const at = fresh()
    const first = sessionSecret(at, silentLog, () => 0)
    expect(first).toMatch(/^[\w-]{43}$/)
    if (process.platform !== 'win32') expect(statSync(path.join(at, 'web-session.json')).mode & 0o777).toBe(0o600)
    expect(sessionSecret(at, silentLog, () => 30 * DAY_MS - 1)).toBe(first)
    expect(sessionSecret(at, silentLog, () => 30 * DAY_MS)).not.toBe(first)
  })

  it.each(['', '{', '[]', '{"sessionValue":"short","madeAtMs":0}', '{"sessionValue":1}', '\0'])(
    'a file with %j is replaced and told',
    (text) => {
      const at = fresh()
      writeFileSync(path.join(at, 'web-session.json'), text)
      const warnings: string[] = []
      const log = { ...silentLog, warn: (message: string) => void warnings.push(message) }
      const value = sessionSecret(at, log)
      expect(warnings).toHaveLength(1)
      expect(JSON.parse(readFileSync(path.join(at, 'web-session.json'), 'utf8'))).toMatchObject({ sessionValue: value })
    }
  )

  it('of the future (a clock that was wrong) is not kept for ever', () => {
    const at = fresh()
    const future = sessionSecret(at, silentLog, () => 1e15)
    expect(sessionSecret(at, silentLog, () => 0)).not.toBe(future)
  })
})

describe('refusal pages', () => {
  it('carry no script, only the nonced style, and say what to do', () => {
    for (const reason of Object.keys(deniedPages) as (keyof typeof deniedPages)[]) {
      const html = deniedHtml(reason, { nonce: 'N1', retry: false })
      expect(html).not.toMatch(/<script|http-equiv/)
      expect(html).toContain('<style nonce="N1">')
      expect(html).toMatch(/Open the link|press Enter/)
      expect([400, 401, 403]).toContain(deniedPages[reason].status)
    }
    expect(deniedHtml('no-session', { nonce: 'N1', retry: true })).toContain('http-equiv="refresh"')
  })
})

const failure = (code: string): Error => Object.assign(new Error(code), { code })

describe('a port that cannot be opened', () => {
  let holder: Server | undefined
  afterEach(() => void holder?.close())

  async function held(answer: string): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      if (answer !== '') socket.end(answer)
    })
    holder = server
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    return (server.address() as { port: number }).port
  }

  it('held by another program that speaks no HTTP, or says nothing: choose another port', async () => {
    const garbage = await held('220 smtp ready\r\n')
    expect((await portProblem(failure('EADDRINUSE'), garbage)).message).toContain('Another program uses port')
    holder?.close()
    const silent = await held('')
    expect((await portProblem(failure('EADDRINUSE'), silent)).message).toContain('--port 0')
  })

  it('held by Parley says so', async () => {
    const port = await held('HTTP/1.1 401 Unauthorized\r\nserver: Parley\r\ncontent-length: 0\r\n\r\n')
    const problem = await portProblem(failure('EADDRINUSE'), port)
    expect(problem.message).toContain(`Parley already runs on port ${port}`)
    expect(problem.exitCode).toBe(1)
  })

  it('that needs rights, or anything else, is a sentence too', async () => {
    expect((await portProblem(failure('EACCES'), 80)).message).toContain('--port 47615')
    expect((await portProblem(failure('EADDRNOTAVAIL'), 5)).message).toContain('Port 5 cannot be opened')
  })
})
