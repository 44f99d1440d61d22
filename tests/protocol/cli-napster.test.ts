import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { rmsDbfs } from '../../src/shared/audio/pcm.ts'
import { decodeWav } from '../../src/shared/audio/wav.ts'
import { CLI, eventLines, folder, runInside, startCli, type EventLine, type Running } from './cli.test-support.ts'
import { until } from './client.test-support.ts'

// `parley talk` from files and through --stdin, with the built-in agent as Deepgram and as Napster.

/** Hears the same in everything. */
const TRANSCRIBER = `"${process.execPath}" -e "console.log('what is twelve times seven')"`

let served: Running
let url: string
const made = folder()

beforeAll(async () => {
  served = startCli(['agent', '--port', '0'], { PARLEY_TRANSCRIBER: TRANSCRIBER })
  let printed = ''
  served.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await served.printed('\n')
  url = /ws:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? ''
})

afterAll(async () => {
  served.child.kill('SIGTERM')
  await served.done
  made.remove()
})

/** A file of a profile whose service is the agent that was started; made when the test runs. */
function profile(name: string, service: 'napster' | 'deepgram', settings: object, rest: object = {}): string {
  const path = made.path(name)
  const address = service === 'napster' ? url.replace(/^ws/, 'http') : url
  writeFileSync(path, JSON.stringify({ schemaVersion: 1, name, service, url: address, settings, ...rest }))
  return path
}

const DEEPGRAM = {
  audio: {
    input: { encoding: 'linear16', sample_rate: 16_000 },
    output: { encoding: 'linear16', sample_rate: 16_000, container: 'none' }
  },
  agent: { think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be brief.' } }
}

const napster = (name: string, more: object = {}, rest: object = {}): string =>
  profile(name, 'napster', { agentId: 'agent_builtin', ...more }, rest)

describe.concurrent('parley talk', () => {
  test('holds a typed conversation through the Napster door, records it, and ends the connection', async () => {
    const [out, events] = [made.path('typed.wav'), made.path('typed.jsonl')]
    const args = ['--profile', napster('typed.json'), '--text', 'What is 2 plus 3?', '--out', out, '--events', events]
    const ran = await runInside(['talk', ...args])
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.lines.at(-2)).toBe('You: What is 2 plus 3?')
    expect(ran.lines.at(-1)).toMatch(/^Agent: .*\b5\b/)
    const { sampleRateHz, channels, samples } = decodeWav(readFileSync(out))
    expect({ sampleRateHz, channels }).toEqual({ sampleRateHz: 16_000, channels: 1 })
    expect(rmsDbfs(samples)).toBeGreaterThan(-40)
    const lines = eventLines(events)
    expect(sent(lines, 'send_message')).toEqual([
      expect.objectContaining({ role: 'user', text: 'What is 2 plus 3?', trigger_response: true })
    ])
    expect(sent(lines, 'Settings')).toEqual([])
    // Audio stands in the file by its size only.
    expect(readFileSync(events, 'utf8')).not.toMatch(/[A-Za-z0-9+/]{400}/)
  })

  test('the tuning of the profile is said first, and its opening is heard before the first text', async () => {
    const tuning = { instructions: 'Your name is Ada.', context: ['The code is 4711.'] }
    const file = napster('tuned.json', { initialSpeech: 'Greet the user.' }, { tuning })
    const ran = await runInside([
      'talk',
      '--profile',
      file,
      '--text',
      'What is the code?',
      '--text',
      'What is your name?'
    ])
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.lines.findIndex((line) => line.startsWith('Agent:'))).toBeLessThan(
      ran.lines.findIndex((line) => line.startsWith('You:'))
    )
    expect(ran.lines.findLast((line) => line.includes('4711'))).toMatch(/^Agent:/)
    expect(ran.lines.at(-1)).toMatch(/^Agent: .*Ada/)
  })

  test(
    'the answer of a tool that is slower than Napster waits is heard before Parley hangs up',
    { timeout: 120_000 },
    async () => {
      const events = made.path('slow.jsonl')
      const ran = await runInside(['talk', ...(await slowTool('slow')), '--text', ASK_WEATHER, '--events', events])
      expect(ran).toMatchObject({ code: 0 })
      expect(ran.lines.at(-1)).toMatch(/^Agent: .*sunny/)
      const lines = eventLines(events)
      expect(sent(lines, 'send_function_output')).toMatchObject([{ output: { status: 'pending' } }])
      const heard = lines.flatMap(({ event }) => (event?.kind === 'reply-played' ? [event['playedMs']] : []))
      expect(heard.length).toBeGreaterThanOrEqual(2)
      expect(heard.at(-1)).toBeGreaterThan(200)
    }
  )

  test('in text modality nothing is played and nothing waits for playing', async () => {
    const events = made.path('text.jsonl')
    const args = [
      '--profile',
      napster('text.json', { modality: 'text' }),
      '--text',
      'What is 4 plus 4?',
      '--events',
      events
    ]
    const ran = await runInside(['talk', ...args])
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.lines.at(-1)).toMatch(/^Agent: .*\b8\b/)
    const text = readFileSync(events, 'utf8')
    for (const audio of ['send_audio', 'audio_received', '"binary"']) expect(text).not.toContain(audio)
    const played = eventLines(events).flatMap(({ event }) =>
      event?.kind === 'reply-played' ? [event['playedMs']] : []
    )
    expect(played).toEqual([0])
  })

  test('a recording is spoken through the Napster door, understood and answered aloud', async () => {
    const [out, events] = [made.path('spoken.wav'), made.path('spoken.jsonl')]
    const wav = new URL('../fixtures/speech/espeak-1.wav', import.meta.url).pathname
    const args = ['--profile', napster('spoken.json'), '--in', wav, '--out', out, '--events', events, '--timeout', '60']
    const ran = await runInside(['talk', ...args])
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.lines.slice(-2)).toEqual(['You: what is twelve times seven', 'Agent: The answer is 84.'])
    expect(rmsDbfs(decodeWav(readFileSync(out)).samples)).toBeGreaterThan(-45)
  })
})

/** A profile whose agent, made for it, calls a function; and the option of a tool that is slower than Napster waits. */
async function slowTool(name: string): Promise<string[]> {
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  const functions = [
    { flow: 'implicit', data: { name: 'get_weather', description: 'The weather of a city.', parameters } }
  ]
  const response = await fetch(`${url.replace(/^ws/, 'http')}/public/agents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, functions })
  })
  const { id } = (await response.json()) as { id: string }
  return ['--profile', napster(`${name}.json`, { agentId: id }), '--tool', `get_weather=sh -c 'sleep 12; echo sunny'`]
}

const ASK_WEATHER = 'Call get_weather with city Paris'

/** Data of the messages of a type that went out. */
function sent(lines: readonly EventLine[], type: string): unknown[] {
  return lines.flatMap(({ dir, message }) =>
    dir === 'out' && message?.type === type ? [type === 'Settings' ? message : message['data']] : []
  )
}

/** A program at the door of a real `parley talk --stdin`. */
function program({ onTestFinished }: TestContext, args: readonly string[]) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }
  const child = spawn(process.execPath, [CLI, 'talk', '--stdin', ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: EventLine[] = []
  let rest = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) lines.push(JSON.parse(part) as EventLine)
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = new Promise<number | null>((resolve) => child.on('close', (value) => resolve(value)))
  const events = (kind: string) => lines.flatMap(({ event }) => (event?.kind === kind ? [event] : []))
  let lastId = 0
  return {
    lines,
    events,
    code,
    stderr: () => stderr,
    write: (line: object | string) => child.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`),
    end: () => child.stdin.end(),
    /** Writes a line, and resolves to what became of it. */
    do(line: object): Promise<Record<string, unknown>> {
      const id = (lastId += 1)
      child.stdin.write(`${JSON.stringify({ id, ...line })}\n`)
      return until(`the result of ${JSON.stringify(line)}`, () => events('result').find((event) => event['id'] === id))
    },
    captions: () =>
      events('caption').map(({ caption }) => {
        const { role, text } = caption as { role: string; text: string }
        return `${role}: ${text}`
      }),
    activity: () => (events('state').at(-1)?.['state'] as { activity?: string } | undefined)?.activity
  }
}

const LONG = Array.from({ length: 20 }, (_, i) => `This is sentence number ${i + 1} of the instructions.`).join(' ')

describe.concurrent('parley talk --stdin', () => {
  test.for(['napster', 'deepgram'] as const)(
    'N12 N20 N21 a program tells the agent what its user does, on the %s door',
    async (service, context) => {
      const file = service === 'napster' ? napster('stdin.json') : profile('stdin-dg.json', 'deepgram', DEEPGRAM)
      const at = program(context, ['--profile', file])
      // Napster confirms no settings and no context.
      const quiet = service === 'napster' ? 'unconfirmed' : 'applied'
      expect(await at.do({ type: 'context', text: 'The code is 4711.' })).toMatchObject({
        type: 'context',
        outcome: quiet
      })
      expect(await at.do({ type: 'say', text: 'What is the code?' })).toMatchObject({ type: 'say', outcome: 'applied' })
      await until('the answer', () => at.captions().some((line) => /^agent: .*4711/.test(line)))
      await until('listening', () => at.activity() === 'listening')

      expect(await at.do({ type: 'prompt', text: `Your name is Eva. ${LONG}`, replace: true })).toMatchObject({
        outcome: quiet
      })
      expect(await at.do({ type: 'say', text: 'What are your instructions?' })).toMatchObject({ outcome: 'applied' })
      await until('the voice', () => at.activity() === 'agentSpeaking')
      expect(await at.do({ type: 'stop' })).toMatchObject({ outcome: 'applied' })
      await until('silence', () => at.activity() === 'listening')
      await until('the cut', () => at.events('interrupted').length > 0)
      expect(at.events('interrupted')).toMatchObject([{ by: 'stop-speaking' }])

      const silence = await at.do({ type: 'settings', turnDetection: { silenceDurationMs: 1000 } })
      const said = await at.do({ type: 'inject', text: 'One moment, please.', behavior: 'interrupt' })
      if (service === 'napster') {
        expect(silence).toMatchObject({ outcome: 'unconfirmed' })
        expect(said).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/\w+.*\.$/) as string })
        expect(sent(at.lines, 'set_settings')).toContainEqual({ turn_detection: { silence_duration_ms: 1000 } })
      } else {
        expect(silence).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/Flux/) as string })
        expect(said).toMatchObject({ outcome: 'applied' })
        await until('the statement', () => at.captions().some((line) => line.includes('One moment, please.')))
      }
      at.end()
      expect(await at.code).toBe(0)
      expect(at.stderr()).not.toMatch(/wrong inside Parley/)
    }
  )

  test(
    'after the end of stdin the answer of a slow tool is heard before the session ends',
    { timeout: 120_000 },
    async (context) => {
      const at = program(context, await slowTool('slow-stdin'))
      at.write({ type: 'say', text: ASK_WEATHER })
      at.end()
      expect(await at.code).toBe(0)
      expect(at.captions().findLast((line) => line.startsWith('agent:'))).toMatch(/sunny/)
      expect(at.events('interrupted')).toEqual([])
      expect(at.events('reply-played').length).toBeGreaterThanOrEqual(2)
    }
  )

  test('a line that is no command is told with its number, and the conversation goes on', async (context) => {
    const at = program(context, ['--profile', profile('wrong.json', 'deepgram', DEEPGRAM)])
    at.write('hello')
    at.write('{"type":"sing","text":"la"}')
    at.write('{"type":"say"}')
    expect(await at.do({ type: 'say', text: 'What is 4 plus 4?' })).toMatchObject({ outcome: 'applied' })
    await until('the answer', () => at.captions().some((line) => /^agent: .*\b8\b/.test(line)))
    expect(at.events('error').map((event) => event['line'])).toEqual([1, 2, 3])
    expect(await at.do({ type: 'hang-up' })).toMatchObject({ outcome: 'applied' })
    expect(await at.code).toBe(0)
  })
})
