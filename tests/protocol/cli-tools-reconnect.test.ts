import { writeFileSync } from 'node:fs'
import { expect, test, type TestContext } from 'vitest'
import { eventLines, folder, refusing, runInside, startCli, type EventLine } from './cli.test-support.ts'

// `parley talk` with programs as tools, and over connections that break, against the built-in agent.

function files({ onTestFinished }: TestContext) {
  const made = folder()
  onTestFinished(made.remove)
  return made.path
}

/** The built-in agent in a process of its own, which does what `faults` say. */
async function agent({ onTestFinished }: TestContext, ...faults: string[]): Promise<string> {
  const cli = startCli(['agent', '--port', '0', ...faults.flatMap((fault) => ['--fault', fault])])
  onTestFinished(async () => {
    cli.child.kill()
    await cli.done
  })
  let printed = ''
  cli.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await cli.printed('\n')
  return /ws:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? ''
}

/** A profile of the built-in agent that may call `add` and `fail`. */
function withFunctions(path: string): string {
  const functions = ['add', 'fail'].map((name) => ({
    name,
    description: name,
    parameters: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } } }
  }))
  const think = { provider: { type: 'open_ai', model: 'm' }, functions }
  const settings = { agent: { think, greeting: 'Hi.' } }
  writeFileSync(path, JSON.stringify({ schemaVersion: 1, name: 'Tools', service: 'builtin', settings }))
  return path
}

const sent = (lines: readonly EventLine[], type: string) =>
  lines.flatMap(({ dir, message }) => (dir === 'out' && message?.type === type ? [message] : []))

test.concurrent('--tool: programs answer what the agent calls, and what fails is told to it', async (context) => {
  const path = files(context)
  writeFileSync(
    path('add.mjs'),
    "let text = ''; for await (const part of process.stdin) text += part; const { a, b } = JSON.parse(text); console.log(a + b)"
  )
  const add = `add=${process.execPath} ${path('add.mjs')}`
  const fail = `fail=${process.execPath} -e "console.error('no such table'); process.exit(3)"`
  const texts = ['--text', 'Call the function add with {"a": 2, "b": 40}', '--text', 'Use fail.']
  const rest = ['--tool', add, '--tool', fail, ...texts, '--events', path('e.jsonl'), '--timeout', '50']
  const ran = await runInside(['talk', '--profile', withFunctions(path('p.json')), ...rest])
  expect(ran).toMatchObject({ code: 0 })
  expect(ran.stderr).toContain('parley: Tool add is called with {"a":2,"b":40}\n')
  expect(ran.stderr).toContain('parley: Tool add answered: 42\n')
  expect(ran.lines[2]).toMatch(/^Agent: .*\b42\b/)
  expect(ran.stderr).toMatch(/^parley: Tool fail failed: .*exit code 3\. no such table/m)
  const [added, failed, ...more] = sent(eventLines(path('e.jsonl')), 'FunctionCallResponse')
  expect(added).toMatchObject({ name: 'add', content: '42' })
  expect(failed).toMatchObject({ name: 'fail', content: expect.stringContaining('exit code 3. no such table') })
  expect(more).toEqual([])
})

test.concurrent(
  'a function that no --tool answers is told with what to give, and --timeout ends it',
  async (context) => {
    const path = files(context)
    const args = ['talk', '--profile', withFunctions(path('p.json')), '--text', 'Use add.', '--timeout', '12']
    const ran = await runInside(args)
    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain('nothing here answers it. Give --tool add=COMMAND.\n')
  }
)

const QUESTION = ['--text', 'My name is Bo.', '--text', 'What is my name?']

test.concurrent(
  '--reconnect: an answer that was lost is told, the conversation goes on, and it ends with 3',
  async (context) => {
    const path = files(context)
    const url = await agent(context, 'drop,times=1@type=InjectUserMessage')
    const texts = ['--text', 'Hello.', ...QUESTION]
    const ran = await runInside(['talk', '--url', url, '--reconnect', ...texts, '--events', path('e.jsonl')])
    expect(ran).toMatchObject({ code: 3 })
    expect(ran.stderr.match(/^parley: .* Trying again in \d+\.\d s\.$/gm)).toHaveLength(1)
    expect(ran.stderr.match(/^parley: Connected again after \d+\.\d s\.$/gm)).toHaveLength(1)
    expect(ran.stderr).toContain('parley: The answer to "Hello." was lost with the connection.\n')
    const said = ran.lines.filter((line) => line.startsWith('You:'))
    expect(said).toEqual(['You: Hello.', 'You: My name is Bo.', 'You: What is my name?'])
    expect(ran.lines.at(-1)).toMatch(/^Agent: .*\bBo\b/)
    expect(sent(eventLines(path('e.jsonl')), 'Settings')).toHaveLength(2)
  }
)

test.concurrent('--reconnect: what was said before the connection was lost is known after it', async (context) => {
  // The first connection is dropped after the greeting, the second after the answer to the first text.
  const url = await agent(context, 'drop,times=2@type=AgentAudioDone')
  const ran = await runInside(['talk', '--url', url, '--reconnect', ...QUESTION])
  expect(ran).toMatchObject({ code: 0 })
  expect(ran.stderr.match(/^parley: Connected again after/gm)).toHaveLength(2)
  expect(ran.stderr).not.toContain('was lost with the connection')
  expect(ran.lines.at(-1)).toMatch(/^Agent: .*\bBo\b/)
})

test.concurrent('without --reconnect the same drop ends the conversation with 3', async (context) => {
  const url = await agent(context, 'drop@type=InjectUserMessage')
  const ran = await runInside(['talk', '--url', url, ...QUESTION])
  expect(ran.code).toBe(3)
  expect(ran.stderr).not.toContain('Trying again')
})

test.concurrent('--reconnect: --timeout counts on across a lost connection', async (context) => {
  const path = files(context)
  const url = await agent(context, 'drop,times=1@audio=2', 'delay:all=30s@type=InjectUserMessage')
  const begun = performance.now()
  const args = ['--url', url, '--reconnect', '--text', 'Hello.', '--timeout', '7', '--events', path('e.jsonl')]
  const ran = await runInside(['talk', ...args])
  const tookMs = performance.now() - begun
  expect(ran.code).toBe(5)
  expect(ran.stderr).toMatch(/^parley: Connected again after/m)
  expect(ran.stderr).toMatch(/^parley: Gave up after 7 s; the session was \w+\. See --timeout\.$/m)
  expect(tookMs).toBeGreaterThanOrEqual(6_990)
  expect(tookMs).toBeLessThan(15_000)
  expect(eventLines(path('e.jsonl')).at(-1)?.event).toMatchObject({ state: { reason: { code: 'hung-up' } } })
})

test.concurrent(
  '--reconnect does not try a first connection again that a service refuses for good',
  async ({ onTestFinished }) => {
    const refused = await refusing(401)
    onTestFinished(() => refused.close())
    const ran = await runInside(['talk', '--url', refused.url, '--reconnect', '--text', 'Hello.'])
    expect(ran.code).toBe(3)
    expect(ran.stderr).not.toContain('Trying again')
  }
)
