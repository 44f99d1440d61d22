import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test, type TestContext } from 'vitest'
import { WebSocket } from 'ws'
import { decodeWav } from '../../src/shared/audio/wav.ts'
import { rmsDbfs } from '../../src/shared/audio/pcm.ts'
import { eventLines, folder, runCli, runInside, startCli } from './cli.test-support.ts'

// The CLI against the built-in agent with its real voice. What waits for speech to be played waits at the same time.

/** Of one turn, and nothing else on stderr. */
const ONE_LATENCY = /^parley: Turn 1 \(ms\): first byte [^\n]*\n$/

function files({ onTestFinished }: TestContext) {
  const made = folder()
  onTestFinished(made.remove)
  return made.path
}

async function agent({ onTestFinished }: TestContext, env: Record<string, string> = {}) {
  const cli = startCli(['agent', '--port', '0'], env)
  onTestFinished(() => void cli.child.kill())
  let printed = ''
  cli.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await cli.printed('\n')
  return { ...cli, url: /ws:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? '' }
}

test.concurrent('parley talk holds a typed conversation with the built-in agent and ends with 0', async (context) => {
  const path = files(context)
  const ran = await runCli(['talk', '--text', 'What is 2 plus 3?', '--out', path('o.wav'), '--events', path('e.jsonl')])
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringMatching(ONE_LATENCY) })
  expect(ran.lines).toHaveLength(3)
  expect(ran.lines[1]).toBe('You: What is 2 plus 3?')
  expect(ran.lines[2]).toMatch(/^Agent: .*\b5\b/)
  const { sampleRateHz, channels, samples } = decodeWav(readFileSync(path('o.wav')))
  expect({ sampleRateHz, channels }).toEqual({ sampleRateHz: 24_000, channels: 1 })
  expect(rmsDbfs(samples)).toBeGreaterThan(-40)
  const played = eventLines(path('e.jsonl')).filter((line) => line.event?.kind === 'reply-played')
  const playedMs = played.reduce((sum, line) => sum + Number(line.event?.['playedMs']), 0)
  expect(Math.abs(playedMs - samples.length / 24)).toBeLessThan(5)
})

test.concurrent('parley talk --in: the built-in agent plays what was said back (mic check)', async (context) => {
  const path = files(context)
  const spoken = spawnSync('espeak-ng', ['-w', path('i.wav'), 'hello there'])
  expect({ status: spoken.status, error: spoken.error }).toEqual({ status: 0, error: undefined })
  const ran = await runInside([
    'talk',
    '--in',
    path('i.wav'),
    '--events',
    path('e.jsonl'),
    '--out',
    path('o.wav'),
    '--timeout',
    '40'
  ])
  expect(ran).toMatchObject({ code: 0 })
  const types = eventLines(path('e.jsonl')).flatMap((line) => (line.dir === 'in' ? [line.message?.type] : []))
  expect(types).toContain('UserStartedSpeaking')
  expect(types.lastIndexOf('AgentAudioDone')).toBeGreaterThan(types.indexOf('UserStartedSpeaking'))
})

test.concurrent(
  'parley agent prints one line, serves clients with any or no key, and ends cleanly at SIGINT',
  async (context) => {
    const served = await agent(context)
    expect(served.url).not.toBe('')
    const talks = [{}, { DEEPGRAM_API_KEY: 'whatever-key' }].map((env) =>
      runInside(['talk', '--url', served.url, '--text', 'What is 4 plus 4?'], env)
    )
    for (const ran of await Promise.all(talks)) {
      expect(ran).toMatchObject({ code: 0, stderr: expect.stringMatching(ONE_LATENCY) })
      expect(ran.lines.at(-1)).toMatch(/\b8\b/)
    }
    served.child.kill('SIGINT')
    const ran = await served.done
    expect(ran.code).toBe(0)
    expect(ran.lines).toHaveLength(1)
  }
)

test('parley agent with a key refuses clients without it, and shows the key to nobody', async (context) => {
  const served = await agent(context, { PARLEY_AGENT_KEY: 'agent-key-123456' })
  const talk = (env: Record<string, string>) => runInside(['talk', '--url', served.url, '--text', 'x'], env)
  const refused = await Promise.all([talk({}), talk({ DEEPGRAM_API_KEY: 'another-key' })])
  expect(refused.map((ran) => ran.code)).toEqual([3, 3])
  const socket = new WebSocket(`${served.url}/v1/agent/converse`, {
    headers: { authorization: 'Token agent-key-123456' }
  })
  const [welcome] = (await once(socket, 'message')) as [Buffer]
  expect(JSON.parse(welcome.toString())).toMatchObject({ type: 'Welcome' })
  socket.terminate()
  served.child.kill('SIGTERM')
  const ran = await served.done
  expect(ran.code).toBe(0)
  expect(ran.stdout + ran.stderr).not.toContain('agent-key-123456')
})

test('parley agent says when its port is taken, exit code 3', async (context) => {
  const served = await agent(context)
  const port = new URL(served.url).port
  const second = await runInside(['agent', '--port', port])
  expect(second).toMatchObject({ code: 3, stdout: '' })
  expect(second.stderr).toContain(`Port ${port} is in use`)
})

test('parley --help, --version, unknown commands; the launcher hands arguments and exit codes on', async () => {
  const launcher = fileURLToPath(new URL('../../bin/parley.mjs', import.meta.url))
  const launch = (...args: string[]) => startCli(args, { PARLEY_SOURCE: '1' }, launcher).done
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(await runInside(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' })
  const help = await launch('--help')
  expect(help.code).toBe(0)
  for (const word of ['talk', 'agent', '--timeout', 'Exit codes']) expect(help.stdout).toContain(word)
  expect(await launch('tlak')).toMatchObject({ code: 2, stdout: '' })
  expect(await runInside([])).toMatchObject({ code: 2, stdout: '' })
})
