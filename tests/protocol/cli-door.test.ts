import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { run } from '../../src/main/cli/run.ts'
import { scrubberFor } from '../../src/main/cli/scrub.ts'
import { jsonLog } from '../../src/main/node/json-log.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { NapsterServer } from '../peers/napster-server.ts'
import { businessError } from '../peers/napster-spelling.ts'
import { CLI, folder, runInside, service, type EventLine, type Peer, type Script } from './cli.test-support.ts'
import { until } from './client.test-support.ts'

// `parley talk --stdin` against services that do what each test says.

const releases: (() => unknown)[] = []
afterEach(async () => {
  for (const release of releases.splice(0)) await release()
})

async function scripted(on: Script, settings?: 'by-test') {
  const started = await service(on, settings ?? 'applied')
  releases.push(() => started.close())
  return started
}

function files() {
  const made = folder()
  releases.push(made.remove)
  return made.path
}

/** The command in this process, with a program at its door. */
function atDoor(args: readonly string[], env: Record<string, string> = {}) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const scrub = scrubberFor(env)
  let [stdout, stderr, printed] = ['', '', '']
  output.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  const say = { print: (line: string) => void (printed += line), tell: (line: string) => void (stderr += `${line}\n`) }
  const host = () => ({
    ...say,
    env: { PARLEY_TRANSCRIBER: 'none', ...env },
    clock: systemClock,
    log: jsonLog({ level: 'warn', write: () => undefined }),
    scrub,
    atExit: () => () => undefined,
    stopped: new Promise<number>(() => undefined),
    streams: () => ({ input, output })
  })
  const code = run(['talk', '--stdin', ...args], host, say)
  releases.push(() => input.destroy())
  const lines = () =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as EventLine)
  const events = (kind: string) => lines().flatMap(({ event }) => (event?.kind === kind ? [event] : []))
  return {
    code,
    lines,
    events,
    printed: () => printed,
    stderr: () => stderr,
    write: (...written: object[]) => void input.write(written.map((line) => `${JSON.stringify(line)}\n`).join('')),
    raw: (line: string) => void input.write(`${line}\n`),
    end: () => void input.end()
  }
}

/** A line without its time. */
const what = (line: EventLine) => JSON.stringify([line.dir, line.message ?? line.event])

/** Takes typed texts with an echo and an answer that plays for `ms`, and everything added to the prompt. */
function answering(ms: number): Script {
  return (type, peer: Peer) => {
    if (type === 'UpdatePrompt') peer.say({ type: 'PromptUpdated' })
    if (type !== 'InjectUserMessage') return
    const content = peer.got.at(-1)?.message['content']
    peer.say({ type: 'ConversationText', role: 'user', content })
    peer.answer(`You said ${String(content)}.`, ms)
  }
}

describe('parley talk --stdin', () => {
  test('N21 holds what comes before the session is live, sends it in order, and hangs up when the reply has been played', async () => {
    const path = files()
    const { url, peers } = await scripted((type, peer) => {
      if (type === 'Settings') setTimeout(() => peer.say({ type: 'SettingsApplied' }), 300)
      answering(800)(type, peer)
    }, 'by-test')
    const at = atDoor(['--url', url, '--events', path('e.jsonl')])
    at.write({ type: 'context', text: 'The cart holds headphones.', id: 1 }, { type: 'say', text: 'one', id: 'two' })
    at.end()
    expect(await at.code).toBe(0)
    expect(peers[0]?.got.map(({ type }) => type)).toEqual(['Settings', 'UpdatePrompt', 'InjectUserMessage'])
    expect(at.events('result')).toEqual([
      { kind: 'result', id: 1, type: 'context', outcome: 'applied' },
      { kind: 'result', id: 'two', type: 'say', outcome: 'applied' }
    ])
    expect(at.events('reply-played')).toEqual([{ kind: 'reply-played', playedMs: 800 }])
    expect(at.lines().at(-1)?.event).toMatchObject({ state: { phase: 'ended', reason: { code: 'hung-up' } } })
    expect(at.printed()).toBe('')
    // Beside results it is what --events holds.
    const file = readFileSync(path('e.jsonl'), 'utf8').trim().split('\n')
    expect(
      at
        .lines()
        .filter(({ event }) => event?.kind !== 'result')
        .map(what)
    ).toEqual(file.map((line) => what(JSON.parse(line) as EventLine)))
  })

  test('with nothing on stdin waits for the session, and hangs up', async () => {
    const { url, peers } = await scripted(answering(100))
    const at = atDoor(['--url', url])
    at.end()
    expect(await at.code).toBe(0)
    expect(peers[0]?.got.map(({ type }) => type)).toEqual(['Settings'])
  })

  test('answers a tool call of the agent', async () => {
    const { url, peers } = await scripted((type, peer) => {
      if (type === 'Settings') {
        const call = { id: 'c1', name: 'add', arguments: '{"a":2,"b":3}', client_side: true }
        peer.say({ type: 'FunctionCallRequest', functions: [call] })
      }
      if (type === 'FunctionCallResponse') peer.answer('It is 5.', 200)
    })
    const at = atDoor(['--url', url])
    const call = await until('the call', () =>
      at.events('tool-call').find(({ call: one }) => (one as { status: string }).status === 'waiting-for-person')
    )
    expect(call['call']).toMatchObject({ id: 'c1', name: 'add' })
    at.write({ type: 'tool-result', id: 'c1', content: { sum: 5 } }, { type: 'tool-result', id: 'c9', content: 'x' })
    await until('both results', () => at.events('result').length === 2)
    expect(at.events('result')).toMatchObject([
      { id: 'c1', outcome: 'applied' },
      { id: 'c9', outcome: 'failed' }
    ])
    await until('the answer', () => at.events('reply-played').length === 1)
    at.end()
    expect(await at.code).toBe(0)
    expect(peers[0]?.got.at(-1)?.message).toMatchObject({ id: 'c1', content: '{"sum":5}' })
  })

  test('ends with what ended the session, and answers every line that was still waiting', async () => {
    const { url } = await scripted((type, peer) => {
      if (type === 'InjectUserMessage') peer.socket.close(1011)
    })
    const at = atDoor(['--url', url])
    at.write(
      { type: 'say', text: 'one', id: 1 },
      ...Array.from({ length: 40 }, (_, i) => ({ type: 'say', text: 'x', id: i + 2 }))
    )
    expect(await at.code).toBe(3)
    const results = at.events('result')
    expect(new Set(results.map(({ id }) => id))).toEqual(new Set(Array.from({ length: 41 }, (_, i) => i + 1)))
    expect(results.every(({ outcome }) => outcome !== 'applied')).toBe(true)
  })

  test('5 when the agent owes its answer for longer than --timeout', async () => {
    const { url } = await scripted((type, peer) => {
      if (type === 'InjectUserMessage') peer.say({ type: 'ConversationText', role: 'user', content: 'one' })
    })
    const at = atDoor(['--url', url, '--timeout', '1.5'])
    at.write({ type: 'say', text: 'one' })
    at.end()
    expect(await at.code).toBe(5)
  })

  test('a program that floods and does not read loses no command and no result, and the conversation goes on', async () => {
    const LINES = 3_000
    const { url, peers } = await scripted(answering(100))
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PARLEY_TRANSCRIBER: 'none' }
    const child = spawn(process.execPath, [CLI, 'talk', '--stdin', '--url', url], {
      env,
      stdio: ['pipe', 'pipe', 'pipe']
    })
    releases.push(() => child.kill('SIGKILL'))
    child.stdin.on('error', () => undefined)
    const code = new Promise((resolve) => child.on('close', resolve))
    for (let id = 0; id < LINES; id += 1)
      child.stdin.write(`${JSON.stringify({ type: 'prompt', text: 'Be brief.', id })}\n`)
    child.stdin.end()
    // Nothing is read from it until it has come to a stop by itself.
    let [before, sinceMs] = [0, performance.now()]
    await until('it to be held up', () => {
      const now = peers[0]?.got.length ?? 0
      if (now !== before) [before, sinceMs] = [now, performance.now()]
      return now > 10 && now < LINES && performance.now() - sinceMs > 1_000
    })
    const socket = peers[0]?.socket
    const pong = new Promise((resolve) => socket?.once('pong', resolve))
    socket?.ping()
    await pong
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    expect(await code).toBe(0)
    const events = stdout
      .trim()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as EventLine).event ?? [])
    const results = events.filter(({ kind }) => kind === 'result')
    expect(results.map(({ id }) => id)).toEqual(Array.from({ length: LINES }, (_, id) => id))
    expect(results.every(({ outcome }) => outcome === 'applied')).toBe(true)
    expect(events.some(({ kind, paused }) => kind === 'input' && paused === true)).toBe(true)
    expect(peers[0]?.got.filter(({ type }) => type === 'UpdatePrompt')).toHaveLength(LINES)
  })
})

const profile = (url: string, settings: object = {}) => {
  const path = files()
  const file = {
    schemaVersion: 1,
    name: 'Shop',
    service: 'napster',
    url,
    settings: { agentId: 'agent_1', ...settings }
  }
  writeFileSync(path('p.json'), JSON.stringify(file))
  return path('p.json')
}

async function napster(script: Parameters<typeof NapsterServer.listen>[0] = {}) {
  const server = await NapsterServer.listen(script)
  releases.push(() => server.close())
  return server
}

/** Ends at once, with one sentence. */
const refused = async (args: string[], sentence: RegExp) => {
  const ran = await runInside(['talk', ...args])
  expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) as string })
  expect(ran.stderr.trim().split('\n')).toHaveLength(1)
}

describe('parley talk --stdin with Napster', () => {
  test('N19 a settings line of several parts tells the refusal at the part that the service names', async () => {
    const server = await napster({
      onCommand(session, { type, data }) {
        if (type === 'set_settings' && 'temperature' in data) {
          session.event('error', { message: 'temperature is not supported by this provider.' })
        }
      }
    })
    const at = atDoor(['--profile', profile(server.url)])
    at.write({ type: 'settings', id: 1, instructions: 'You sell tea.', temperature: 0.7 })
    await until('the result', () => at.events('result').length === 1)
    expect(at.events('result')).toMatchObject([
      {
        id: 1,
        outcome: 'refused',
        reason:
          'instructions: unconfirmed. Napster does not confirm this; it raised no objection. ' +
          'temperature: refused. temperature is not supported by this provider.'
      }
    ])
    expect(at.events('changes').at(-1)).toMatchObject({ changes: ['the prompt'] })
    at.end()
    expect(await at.code).toBe(0)
    expect(server.session.of('set_settings')).toEqual([{ instructions: 'You sell tea.' }, { temperature: 0.7 }])
  })

  test('a line that is nested too deeply is told with its number, and the conversation goes on', async () => {
    const server = await napster({})
    const at = atDoor(['--profile', profile(server.url)])
    at.raw(`{"type":"tool-result","id":"c","content":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)
    at.write({ type: 'context', text: 'It rains.', id: 2 })
    await until('the result', () => at.events('result').length === 1)
    expect(at.events('error')).toMatchObject([{ line: 1, id: 'c', reason: expect.stringMatching(/deep/) as string }])
    at.end()
    expect(await at.code).toBe(0)
  })
})

describe('exit codes of parley talk with Napster', () => {
  test.each([
    ['3 for a key that is not accepted', { status: 401 }, 3, /NAPSTER_API_KEY/],
    [
      '3 for a rate limit',
      { ...businessError(429, 'RequestRateLimitExceeded', 'Slow.'), headers: { 'retry-after': '2' } },
      3,
      /./
    ],
    ['3 for too many sessions', businessError(409, 'ConcurrentSessionLimitReached', 'Five.'), 3, /./],
    [
      '4 for an agent that cannot be used',
      businessError(400, 'MissingVoice', 'Voice id is required.'),
      4,
      /Voice id is required/
    ]
  ] as const)('%s', async (_title, refusal, code, sentence) => {
    const server = await napster({})
    server.refusals.push(refusal)
    const ran = await runInside(['talk', '--profile', profile(server.url), '--text', 'x'], {
      NAPSTER_API_KEY: 'napster-key-1'
    })
    expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({
      code,
      stderr: expect.stringMatching(sentence) as string
    })
    expect(ran.stderr.trim().split('\n')).toHaveLength(1)
    expect(ran.stderr).not.toContain('napster-key-1')
  })

  test.each([
    ['3 when nobody said anything for too long', { event: 'session_expired', data: {} }, 3],
    ['3 when no credits are left', { event: 'no_credits_left', data: {} }, 3],
    [
      '4 when the voice of the agent does not exist',
      { event: 'provider_connection_aborted', data: { error: { code: 'invalid_voice', message: 'No such voice.' } } },
      4
    ]
  ] as const)('%s, in one sentence', async (_title, event, code) => {
    const server = await napster({
      onOpen(session) {
        session.markers()
        setTimeout(() => {
          session.socket?.send(JSON.stringify(event))
          session.socket?.close(1000)
        }, 100)
      }
    })
    const ran = await runInside(['talk', '--profile', profile(server.url), '--text', 'x'])
    expect(ran).toMatchObject({ code })
    expect(ran.stderr.trim().split('\n')).toHaveLength(1)
  })

  test('2 for a recording where there is no audio, for the placeholder, and for a field that is wrong', async () => {
    const server = await napster({})
    await refused(
      ['--profile', profile(server.url, { modality: 'text' }), '--in', 'a.wav'],
      /only reads and writes.*--text/
    )
    const out = files()('never.wav')
    await refused(
      ['--profile', profile(server.url, { modality: 'text' }), '--text', 'x', '--out', out],
      /only reads and writes.*nothing to record/
    )
    expect(existsSync(out)).toBe(false)
    await refused(['--profile', profile(server.url, { agentId: 'agent_YOUR_AGENT_ID' }), '--text', 'x'], /no agent yet/)
    await refused(['--profile', profile(server.url, { modality: 'video' }), '--text', 'x'], /modality/)
    expect(server.asked).toEqual([])
  })
})
