import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, test, type TestContext } from 'vitest'
import { WebSocket } from 'ws'
import { parseFault } from '../../src/agent/faults/spec.ts'
import { FaultPlan } from '../../src/agent/faults/fault-plan.ts'
import { keptLog, settings } from '../../src/agent/rig.test-support.ts'
import { ScriptedEngine } from '../../src/agent/scripted-engine.test-support.ts'
import { startAgent } from '../../src/agent/server.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { readArguments } from '../../src/main/cli/arguments.ts'
import { runInside, startCli } from './cli.test-support.ts'
import { until } from './client.test-support.ts'

// Every example of the section on faults in docs/cli.md, given to the real agent and met by a plain client.

const DOCUMENT = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
const FAULTS = DOCUMENT.slice(
  DOCUMENT.indexOf('\n### Faults'),
  DOCUMENT.indexOf('\n## ', DOCUMENT.indexOf('\n### Faults'))
)
const DOCUMENTED = [...FAULTS.matchAll(/^\| `([a-z-]+(?:[:,][^`]*)?(?:@[^`]*)?)` +\|/gm)]
  .map(([, spec = '']) => spec)
  .filter((spec) => !/^(?:PARLEY|DEEPGRAM|NAPSTER|WHISPER)/.test(spec))

interface Got {
  atMs: number
  what: 'text' | 'binary' | 'pong' | 'closed'
  /** Type of a text, '?' without one; code of a close. */
  type: string
  bytes: number
}

/** A client that sends Settings after Welcome, then asks once; and pings every 20 ms. */
async function converse(url: string, { onTestFinished }: TestContext) {
  const got: Got[] = []
  const startedAtMs = performance.now()
  const add = (what: Got['what'], type: string, bytes = 0) =>
    got.push({ atMs: performance.now() - startedAtMs, what, type, bytes })
  const socket = new WebSocket(`${url}/v1/agent/converse`)
  onTestFinished(() => socket.terminate())
  const send = (message: object) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  socket.on('error', () => undefined)
  socket.on('pong', () => add('pong', ''))
  socket.on('close', (code) => add('closed', String(code)))
  socket.on('message', (data: Buffer, isBinary) => {
    const type = isBinary ? '' : typeOf(data.toString('utf8'))
    add(isBinary ? 'binary' : 'text', type, data.length)
    if (type === 'Welcome') send(settings({ greeting: 'Hello there.' }))
    if (type === 'AgentAudioDone') send({ type: 'InjectUserMessage', content: 'What is two plus three?' })
  })
  const [response] = (await Promise.race([
    once(socket, 'open').then(() => []),
    new Promise((resolve) => socket.on('unexpected-response', (_, answer) => resolve([answer])))
  ])) as { statusCode?: number; headers: Record<string, string> }[]
  const pings = setInterval(() => {
    if (socket.readyState === socket.OPEN) socket.ping()
  }, 20)
  onTestFinished(() => clearInterval(pings))
  const texts = () => got.filter(({ what }) => what === 'text').map(({ type }) => type)
  return {
    response,
    got,
    texts,
    send,
    socket,
    quietMs: () => performance.now() - startedAtMs - (got.at(-1)?.atMs ?? 0),
    closed: () => until('the close', () => got.find(({ what }) => what === 'closed')?.type),
    /** Both replies: the greeting and the answer. */
    answered: () => until('two replies', () => texts().filter((type) => type === 'AgentAudioDone').length >= 2),
    first: (what: Got['what'], type?: string) =>
      until(`${what} ${type}`, () => got.find((one) => one.what === what && (type ?? one.type) === one.type))
  }
}

function typeOf(text: string): string {
  try {
    return (JSON.parse(text) as { type: string }).type
  } catch {
    return '?'
  }
}

type Client = Awaited<ReturnType<typeof converse>>
/** From the wire of a client, what shows that the fault happened. `again` makes a further client; `log` is the agent's. */
type Show = (client: Client, again: () => Promise<Client>, log: readonly string[]) => Promise<void>
const SHOWN: Record<string, Show> = {
  'refuse:429,retry-after=2,times=3': async (client, again) => {
    expect(client.response).toMatchObject({ statusCode: 429, headers: { 'retry-after': '2' } })
    expect([await again(), await again()].map(({ response }) => response?.statusCode)).toEqual([429, 429])
    await (await again()).answered()
  },
  'close:1011@message=5': async (client) => {
    await client.answered()
    for (let i = 0; i < 3; i += 1) client.send({ type: 'KeepAlive' })
    expect(await client.closed()).toBe('1011')
  },
  'close@type=SettingsApplied': async (client) => {
    expect(await client.closed()).toBe('1005')
    expect(client.texts()).toEqual(['Welcome', 'SettingsApplied'])
  },
  'drop@audio=10': async (client) => {
    expect(await client.closed()).toBe('1006')
    expect(client.got.filter(({ what }) => what === 'binary').length).toBeLessThanOrEqual(10)
  },
  'stall@after=3s': async (client) => {
    await until('silence', () => client.quietMs() > 800)
    expect(client.got.at(-1)?.atMs).toBeGreaterThan(2500)
    expect(client.socket.readyState).toBe(client.socket.OPEN)
  },
  'stall,for=2s@type=ConversationText': async (client) => {
    await client.answered()
    expect(longestGapMs(client)).toBeGreaterThan(1800)
    expect(longestGapMs(client)).toBeLessThan(4000)
  },
  'no-pong': async (client) => {
    await client.answered()
    expect(client.got.filter(({ what }) => what === 'pong')).toEqual([])
  },
  'garbage@text=2': async (client) => {
    await client.answered()
    expect(client.texts().indexOf('?')).toBe(2)
    expect(client.got.find(({ type }) => type === '?')?.bytes).toBe(64)
  },
  'garbage:text,bytes=8MiB@text=2': async (client) => {
    await client.answered()
    expect(client.got.find(({ type }) => type === '?')?.bytes).toBe(8 * 1024 * 1024)
  },
  'garbage:json@open': async (client) => {
    await client.answered()
    expect(client.texts()[0]).toBe('NoSuchMessage')
  },
  'garbage:utf8@text=3': async (client, _, log) => {
    await client.closed()
    expect(client.texts()).toHaveLength(3)
    await until('1007', () => log.some((line) => line.startsWith('agent session closed') && line.includes('1007')))
  },
  'garbage:binary,bytes=33@audio=1': async (client) => {
    await client.answered()
    expect(client.got.filter(({ what }) => what === 'binary')[1]?.bytes).toBe(33)
  },
  'split:text,bytes=16': async (client) => {
    await client.answered()
    expect(client.texts()).toContain('ConversationText')
  },
  'split:audio,bytes=333': async (client) => {
    await client.answered()
    const lengths = client.got.filter(({ what }) => what === 'binary').map(({ bytes }) => bytes)
    expect(Math.max(...lengths)).toBe(333)
    expect(lengths.reduce((sum, bytes) => sum + bytes, 0) % 2).toBe(0)
  },
  'duplicate:ConversationText': async (client) => {
    await client.answered()
    const texts = client.texts().filter((type) => type === 'ConversationText')
    expect(texts.length % 2).toBe(0)
    expect(client.texts().filter((type) => type === 'SettingsApplied')).toHaveLength(1)
  },
  'reorder:2': async (client) => {
    await client.first('text', 'AgentAudioDone')
    const texts = client.texts()
    expect(texts.indexOf('ConversationText')).toBeLessThan(texts.indexOf('SettingsApplied'))
  },
  'delay:audio=500ms': async (client) => {
    const audio = await client.first('binary')
    const text = await client.first('text', 'ConversationText')
    expect(audio.atMs - text.atMs).toBeGreaterThan(450)
  },
  'burst:audio,within=2s': async (client) => {
    await until('two bursts', () => burstsOf(client).length >= 2)
    const [first = 0, second = 0] = burstsOf(client)
    expect(second - first).toBeGreaterThan(1500)
  }
}

function longestGapMs({ got }: Client): number {
  return Math.max(...got.slice(1).map(({ atMs }, i) => atMs - (got[i]?.atMs ?? 0)))
}
/** When the first audio after at least a second without any came. */
function burstsOf({ got }: Client): number[] {
  const audio = got.filter(({ what }) => what === 'binary')
  return audio.filter(({ atMs }, i) => i === 0 || atMs - (audio[i - 1]?.atMs ?? 0) > 1000).map(({ atMs }) => atMs)
}

test('every example of the document is here, and is an argument of the command line', () => {
  expect(DOCUMENTED).toEqual(Object.keys(SHOWN))
  for (const spec of DOCUMENTED) {
    expect(readArguments(['agent', '--fault', spec])).toMatchObject({ options: { faults: [{ spec }] } })
  }
})

for (const [spec, shown] of Object.entries(SHOWN)) {
  test.concurrent(`--fault ${spec}`, async (context) => {
    const log = keptLog()
    const agent = await startAgent({
      port: 0,
      engine: new ScriptedEngine({ msPerCharacter: 60 }),
      log,
      clock: systemClock,
      faults: new FaultPlan([parseFault(spec)], { clock: systemClock, log })
    })
    context.onTestFinished(() => agent.close())
    await shown(await converse(agent.url, context), () => converse(agent.url, context), log.lines)
    expect(log.lines.filter((line) => line.includes('agent fault')).length).toBeGreaterThan(0)
  })
}

test.concurrent('parley agent --fault: the command line of the document, and one that is wrong', async (context) => {
  const faults = ['--fault', 'refuse:429,retry-after=2,times=3', '--fault', 'drop@after=30s']
  const cli = startCli(['agent', '--port', '0', '--transcriber', 'none', ...faults], { PARLEY_LOG_LEVEL: 'info' })
  context.onTestFinished(() => void cli.child.kill())
  let printed = ''
  cli.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await cli.printed('\n')
  const url = /ws:\/\/[\d.:]+/.exec(printed)?.[0] ?? ''
  for (const status of [429, 429, 429, undefined]) {
    expect((await converse(url, context)).response?.statusCode).toBe(status)
  }
  const wrong = await runInside(['agent', '--fault', 'stall'])
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--fault "stall": it needs the point') })
})
