import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Bench, BenchContext, Figure } from './bench.ts'
import { openFloor } from './floor.ts'
import { measure } from './measure.ts'
import { startHost } from './parley.ts'
import type { Line } from './report.ts'
import { startService, type Service } from './service.ts'

const FIGURE: Figure = { kind: 'value', figure: 'one', unit: 'ms', values: [1] }

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-measure-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

function measured(run: Bench['run'], lines: Line[] = []): Promise<Line[]> {
  const bench: Bench = { name: 'broken', question: 'Does it end?', run }
  return measure(bench, { runs: 1, buildDir: dir, say: () => undefined, onLine: (line) => lines.push(line) })
}

/** A bench that fails once `open` has opened what it opens. */
const failingAfter = (open: (context: BenchContext) => Promise<unknown>) =>
  measured(async function* (context) {
    yield FIGURE
    await open(context)
    throw new Error('the bench broke')
  })

const refused = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url)
    socket.once('error', () => resolve(true))
    socket.once('open', () => {
      socket.terminate()
      resolve(false)
    })
  })

it('what a bench opened is closed when it fails, the last one first, and its figures were told', async () => {
  const ended: string[] = []
  const lines: Line[] = []
  const broken = measured(async function* (context) {
    for (const name of ['stage', 'service', 'page']) context.defer(async () => void ended.push(name))
    yield FIGURE
    throw new Error('the bench broke')
  }, lines)
  await expect(broken).rejects.toThrow('the bench broke')
  expect(ended).toEqual(['page', 'service', 'stage'])
  expect(lines).toMatchObject([{ bench: 'broken', figure: 'one' }])
})

it('one thing that cannot be closed keeps none of the others open, and both failures are told', async () => {
  const ended: string[] = []
  const failure = await failingAfter(async ({ defer }) => {
    defer(async () => void ended.push('service'))
    defer(() => Promise.reject(new Error('the page is stuck')))
  }).catch((cause: unknown) => cause)
  expect(ended).toEqual(['service'])
  expect(failure).toMatchObject({ error: { message: 'the page is stuck' }, suppressed: { message: 'the bench broke' } })
})

it('a bench that succeeds and cannot be closed has failed', async () => {
  const stuck = measured(async function* ({ defer }) {
    defer(() => Promise.reject(new Error('the page is stuck')))
    yield FIGURE
  })
  await expect(stuck).rejects.toThrow('the page is stuck')
})

it('a service with a client is closed when the bench fails', async () => {
  let service: Service | undefined
  await expect(
    failingAfter(async (context) => {
      service = await startService(context)
      expect(await refused(service.url)).toBe(false)
    })
  ).rejects.toThrow('the bench broke')
  expect(await refused(service?.url ?? '')).toBe(true)
})

it('the floor probe is not served any more when its page fails', async () => {
  let url = ''
  const page = {
    goto: (opened: string) => {
      url = opened
      return Promise.reject(new Error('the page crashed'))
    },
    close: () => Promise.resolve()
  }
  const browser = { newPage: () => Promise.resolve(page) } as never
  await expect(failingAfter((context) => openFloor(context, browser))).rejects.toThrow('the page crashed')
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})

it('a web host is ended when the bench fails', async () => {
  await mkdir(join(dir, 'main'))
  const pidFile = join(dir, 'pid')
  const script = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))
    console.log('http://127.0.0.1/')
    setInterval(() => {}, 1000)`
  await writeFile(join(dir, 'main/web.js'), script)
  const stage = { dir, rig: { env: {} } }
  const broken = failingAfter(async (context) => startHost(context, stage, dir, await startService(context)))
  await expect(broken).rejects.toThrow('the bench broke')
  const pid = Number(await readFile(pidFile, 'utf8'))
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})
