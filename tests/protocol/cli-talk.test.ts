import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { decodeWav } from '../../src/shared/audio/wav.ts'
import {
  CLI,
  eventLines,
  folder,
  refusing,
  runCli,
  runInside,
  service,
  startCli,
  startProgram,
  toneWav,
  type Peer,
  type Service
} from './cli.test-support.ts'

// The CLI against services that do what each test says: in processes of its own where process matters, else in this one.

const releases: (() => void)[] = []
afterEach(() => {
  for (const release of releases.splice(0)) release()
})

async function scripted(...args: Parameters<typeof service>): Promise<Service> {
  const started = await service(...args)
  releases.push(() => started.close())
  return started
}

function files() {
  const made = folder()
  releases.push(made.remove)
  return made.path
}

/** Takes typed texts as the hosted service does: an echo, then an answer that plays for `ms`. */
function answering(ms: number) {
  return (type: string, peer: Peer) => {
    if (type !== 'InjectUserMessage') return
    const content = peer.got.at(-1)?.message['content']
    peer.say({ type: 'ConversationText', role: 'user', content })
    peer.answer(`You said ${String(content)}.`, ms)
  }
}

describe('parley talk --text', () => {
  test('says the first text when the greeting has been played, each further one after the reply, and records it all', async () => {
    const path = files()
    const answer = answering(400)
    const { url, peers } = await scripted((type, peer) => {
      if (type === 'Settings') {
        peer.answer('Hello there.', 900)
      }
      answer(type, peer)
    })
    const args = ['--url', url, '--text', 'one', '--text', 'two', '--out', path('o.wav'), '--events', path('e.jsonl')]
    const ran = await runCli(['talk', ...args])
    expect(ran).toMatchObject({ code: 0 })
    const latencies = ran.stderr.trim().split('\n')
    expect(latencies).toEqual(
      ['Turn 1', 'Turn 2'].map((turn) => expect.stringContaining(`parley: ${turn} (ms): first byte `))
    )
    expect(ran.lines).toEqual([
      'Agent: Hello there.',
      'You: one',
      'Agent: You said one.',
      'You: two',
      'Agent: You said two.'
    ])

    const got = peers[0]?.got ?? []
    expect(got.map((entry) => entry.type)).toEqual(['Settings', 'InjectUserMessage', 'InjectUserMessage'])
    const [settings, first, second] = got.map((entry) => entry.atMs)
    expect(first! - settings!).toBeGreaterThanOrEqual(895)
    expect(first! - settings!).toBeLessThan(2500)
    expect(second! - first!).toBeGreaterThanOrEqual(395)
    expect(second! - first!).toBeLessThan(2500)

    const out = decodeWav(readFileSync(path('o.wav')))
    expect({ rate: out.sampleRateHz, channels: out.channels, samples: out.samples.length }).toEqual({
      rate: 24_000,
      channels: 1,
      samples: 24 * (900 + 400 + 400)
    })

    const lines = eventLines(path('e.jsonl'))
    const wire = lines.filter((line) => line.dir !== 'local')
    expect(wire.every((line) => line.message !== undefined && line.event === undefined)).toBe(true)
    expect(wire.filter((line) => line.dir === 'out').map((line) => line.message?.type)).toEqual([
      'Settings',
      'InjectUserMessage',
      'InjectUserMessage'
    ])
    expect(wire).toContainEqual(
      expect.objectContaining({ dir: 'in', message: { type: 'binary', bytes: 900 * 24 * 2 } })
    )
    const local = lines.filter((line) => line.dir === 'local')
    expect(local.every((line) => typeof line.event?.kind === 'string' && line.message === undefined)).toBe(true)
    expect(local.filter((line) => line.event?.kind === 'reply-played').map((line) => line.event?.['playedMs'])).toEqual(
      [900, 400, 400]
    )
    expect(local.at(-1)?.event).toMatchObject({ kind: 'state', state: { phase: 'ended', reason: { code: 'hung-up' } } })
    expect(lines.every((line, i) => line.t >= (lines[i - 1]?.t ?? 0))).toBe(true)
  })

  test('without a greeting says the first text 3 s after the session is live', async () => {
    const { url, peers } = await scripted(answering(100))
    expect((await runInside(['talk', '--url', url, '--text', 'one'])).code).toBe(0)
    const [settings, first] = (peers[0]?.got ?? []).map((entry) => entry.atMs)
    expect(first! - settings!).toBeGreaterThanOrEqual(2950)
    expect(first! - settings!).toBeLessThan(4500)
  })

  test('logs and ignores unknown messages and frames that are not JSON', async () => {
    const path = files()
    const answer = answering(100)
    const { url } = await scripted((type, peer) => {
      if (type === 'Settings') {
        peer.say({ type: 'BrandNew', field: { deep: [1] } })
        for (const garbage of ['{"type":', 'hello', '[]', '42', 'null', '{}', '']) peer.socket.send(garbage)
        peer.say({ type: 'ConversationText', role: 'robot' })
        peer.socket.send(new Uint8Array([1]))
        peer.answer('Hi.', 100)
      }
      answer(type, peer)
    })
    const ran = await runInside(['talk', '--url', url, '--text', 'one', '--events', path('e.jsonl')])
    expect(ran.code).toBe(0)
    expect(ran.lines).toEqual(['Agent: Hi.', 'You: one', 'Agent: You said one.'])
    const incoming = eventLines(path('e.jsonl'))
      .filter((line) => line.dir === 'in')
      .map((line) => line.message)
    expect(incoming).toContainEqual({ type: 'BrandNew', field: { deep: [1] } })
    expect(incoming).toContainEqual({ type: 'text', bytes: 5 })
    expect(ran.stderr).toContain('BrandNew')
    expect(ran.stderr).toContain('not JSON')
    expect(ran.stderr).not.toContain('hello')
  })

  test('records an interrupted reply only as far as it was heard', async () => {
    const path = files()
    const { url } = await scripted((type, peer) => {
      if (type === 'Settings') {
        peer.answer('A very long greeting.', 5000)
        setTimeout(() => peer.say({ type: 'UserStartedSpeaking' }), 500)
      }
      answering(100)(type, peer)
    })
    const ran = await runInside(['talk', '--url', url, '--text', 'one', '--out', path('o.wav')])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('A very long greeting. [interrupted]')
    const heardMs = decodeWav(readFileSync(path('o.wav'))).samples.length / 24 - 100
    expect(heardMs).toBeGreaterThan(400)
    expect(heardMs).toBeLessThan(1500)
  })
})

describe('parley talk --in', () => {
  test('streams the recording at real-time pace from live on, then silence, until the answer has been played', async () => {
    const path = files()
    writeFileSync(path('i.wav'), toneWav(1000, 44_100))
    let liveAt = 0
    let spokenAt = 0
    let answered = false
    const { url, peers } = await scripted((type, peer) => {
      if (type === 'Settings') liveAt = performance.now()
      // 1 s at 16 kHz PCM16, then half a second of what must be silence.
      if (type === 'audio' && spokenAt === 0 && peer.audioBytes >= 32_000) spokenAt = performance.now()
      if (type !== 'audio' || answered || peer.audioBytes < 48_000) return
      answered = true
      peer.say({ type: 'UserStartedSpeaking' })
      peer.say({ type: 'ConversationText', role: 'user', content: 'beep' })
      peer.answer('I heard a beep.', 600)
    })
    const ran = await runInside(['talk', '--url', url, '--in', path('i.wav'), '--events', path('e.jsonl')])
    expect(ran.code).toBe(0)
    expect(ran.lines).toEqual(['You: beep', 'Agent: I heard a beep.'])
    expect(spokenAt - liveAt).toBeGreaterThan(900)
    expect(spokenAt - liveAt).toBeLessThan(2000)
    expect(peers[0]?.audioBytes).toBeGreaterThan(32_000 + 32_000)
    const sent = eventLines(path('e.jsonl')).filter((line) => line.dir === 'out' && line.message?.type === 'binary')
    expect(sent.reduce((sum, line) => sum + Number(line.message?.['bytes']), 0)).toBeGreaterThanOrEqual(
      peers[0]?.audioBytes ?? 0
    )
  })
})

describe('exit codes of parley talk', () => {
  test.each([401, 403, 404, 429, 500])('3 when the service refuses with HTTP %i', async (status) => {
    const refuser = await refusing(status)
    releases.push(() => refuser.close())
    const ran = await runInside(['talk', '--url', refuser.url, '--text', 'x'])
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain(String(status))
  })

  test('3 when nothing answers, when the service hangs up, and when the key of the service is missing', async () => {
    const unreachable = await runCli(['talk', '--url', 'ws://127.0.0.1:47839', '--text', 'x'])
    expect(unreachable).toMatchObject({ code: 3, stdout: '' })
    const { url } = await scripted((type, peer) => {
      if (type === 'Settings') peer.socket.close(1011, 'gone')
    })
    const closed = await runInside(['talk', '--url', url, '--text', 'x'])
    expect(closed.code).toBe(3)
    expect(closed.stderr).toContain('1011')
    const keyless = await runInside(['talk', '--url', 'wss://agent.deepgram.com', '--text', 'x'])
    expect(keyless.code).toBe(3)
    expect(keyless.stderr).toContain('DEEPGRAM_API_KEY')
    expect(unreachable.stderr).toBe(
      'parley: Nothing answers at 127.0.0.1:47839. Check that the service runs and the url that was given.\n'
    )
  })

  test('4 when the service sends an Error, with its code and text', async () => {
    const path = files()
    const { url } = await scripted((type, peer) => {
      if (type !== 'Settings') return
      peer.say({ type: 'Error', code: 'INVALID_SETTINGS', description: 'no such model' })
      peer.socket.close()
    }, 'by-test')
    const ran = await runInside(['talk', '--url', url, '--text', 'x', '--events', path('e.jsonl')])
    expect(ran.code).toBe(4)
    expect(ran.stderr).toContain('INVALID_SETTINGS')
    expect(ran.stderr).toContain('no such model')
    const late = await scripted((type, peer) => {
      if (type === 'Settings') peer.answer('Hello.', 40)
      if (type === 'InjectUserMessage') peer.say({ type: 'Error', code: 'FAILED_TO_THINK', description: 'all failed' })
    })
    expect((await runInside(['talk', '--url', late.url, '--text', 'x'])).code).toBe(4)
  })

  test('5 when the conversation is not over in time; the files are whole', async () => {
    const path = files()
    const { url } = await scripted((type, peer) => {
      if (type !== 'Settings') return
      peer.answer('Going on and on.', 60_000)
    })
    const startMs = performance.now()
    const args = ['--text', 'x', '--timeout', '1.5', '--out', path('o.wav'), '--events', path('e.jsonl')]
    const ran = await runInside(['talk', '--url', url, ...args])
    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain('--timeout')
    expect(performance.now() - startMs).toBeLessThan(6000)
    const { samples } = decodeWav(readFileSync(path('o.wav')))
    expect(samples.length / 24).toBeGreaterThan(500)
    expect(samples.length / 24).toBeLessThan(1600)
    expect(eventLines(path('e.jsonl')).at(-1)?.event?.kind).toBe('state')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '130 or 143 after %s: it hangs up and the files are whole',
    async (signal) => {
      const path = files()
      const closed = Promise.withResolvers<number>()
      const { url } = await scripted((type, peer) => {
        if (type === 'open') peer.socket.on('close', (code) => closed.resolve(code))
        if (type !== 'Settings') return
        peer.answer('Hello.', 300)
        setTimeout(() => cli.child.kill(signal), 1200)
      })
      const args = ['--text', 'x', '--out', path('o.wav'), '--events', path('e.jsonl')]
      const cli = startCli(['talk', '--url', url, ...args])
      const ran = await cli.done
      expect(ran.code).toBe(signal === 'SIGINT' ? 130 : 143)
      expect(await closed.promise).toBe(1000)
      expect(decodeWav(readFileSync(path('o.wav'))).samples).toHaveLength(300 * 24)
      expect(eventLines(path('e.jsonl')).at(-1)?.event).toMatchObject({ state: { reason: { code: 'hung-up' } } })
    }
  )

  test('2 for bad input, with a sentence, and without connecting', async () => {
    const path = files()
    const { url, peers } = await scripted(() => undefined)
    writeFileSync(path('text.wav'), 'this is no audio')
    writeFileSync(path('ok.wav'), toneWav(100, 16_000))
    writeFileSync(path('broken.json'), '{"schemaVersion": 1,')
    writeFileSync(path('wrong.json'), JSON.stringify({ schemaVersion: 1, name: 'x', service: 'telepathy' }))
    writeFileSync(path('napster.json'), JSON.stringify({ schemaVersion: 1, name: 'x', service: 'napster' }))
    writeFileSync(path('deep.json'), '['.repeat(20_000) + ']'.repeat(20_000))
    const float = Buffer.from(toneWav(100, 16_000))
    float.writeUInt16LE(3, 20)
    writeFileSync(path('float.wav'), float)
    const cases: [string[], RegExp][] = [
      [[], /--text|--in/],
      [['--nonsense'], /nonsense/],
      [['--text', 'x', '--profile', path('none.json')], /none\.json/],
      [['--text', 'x', '--profile', path('broken.json')], /broken\.json.*JSON/s],
      [['--text', 'x', '--profile', path('wrong.json')], /wrong\.json.*service/s],
      [['--text', 'x', '--profile', path('napster.json')], /Napster/i],
      [['--text', 'x', '--profile', path('deep.json')], /nested too deeply/],
      [['--text', 'x', '--profile', '/dev/zero'], /too large/],
      [['--in', path('none.wav')], /none\.wav/],
      [['--in', path('text.wav')], /not a WAV file/],
      [['--in', path('float.wav')], /16-bit PCM/],
      [['--text', 'x', '--out', path('no/such/o.wav')], /o\.wav/],
      [['--text', 'x', '--events', path('no/such/e.jsonl')], /e\.jsonl/],
      [['--in', path('ok.wav'), '--out', path('ok.wav')], /same file/]
    ]
    const problems: string[] = []
    const check = async ([args, sentence]: (typeof cases)[number], start: typeof runCli) => {
      const ran = await start(['talk', '--url', url, ...args])
      const good = ran.code === 2 && ran.stdout === '' && sentence.test(ran.stderr) && !ran.stderr.includes('\n    at ')
      if (!good) problems.push(`${args.join(' ')}: ${JSON.stringify(ran)}`)
    }
    await Promise.all(cases.map((one) => check(one, runInside)))
    // The same as a process ends it: one from each place where input is read.
    await Promise.all([cases[1]!, cases[3]!, cases[7]!].map((one) => check(one, runCli)))
    expect(problems).toEqual([])
    expect(peers).toHaveLength(0)
    expect(readFileSync(path('ok.wav')).byteLength).toBe(44 + 3200)
  })
})

test.each(['--out', '--events'])('2 when the disk is full from the start (%s), in one sentence', async (flag) => {
  const { url } = await scripted(() => undefined)
  const ran = await runInside(['talk', '--url', url, '--text', 'x', flag, '/dev/full'])
  expect(ran).toMatchObject({ code: 2, stdout: '', stderr: 'parley: Cannot write /dev/full: the disk is full.\n' })
})

test('2 when a file can grow no more in the middle: it hangs up, and the other file is whole', async () => {
  const path = files()
  const closed = Promise.withResolvers<number>()
  const { url } = await scripted((type, peer) => {
    if (type === 'open') peer.socket.on('close', (code) => closed.resolve(code))
    if (type === 'Settings') peer.answer('Hello.', 60_000)
  })
  // 64 KB are 1.4 s of audio. The signal that comes with the limit is taken, so that the write itself fails.
  const limited = ['-c', 'ulimit -f 64; exec "$0" "$@"', process.execPath]
  const survive = ['--import', `data:text/javascript,${encodeURIComponent("process.on('SIGXFSZ', () => {})")}`]
  const args = ['talk', '--url', url, '--text', 'x', '--out', path('o.wav'), '--events', path('e.jsonl')]
  const ran = await startProgram('bash', [...limited, ...survive, CLI, ...args]).done
  expect(ran.code).toBe(2)
  expect(ran.stderr).toBe(`parley: Cannot write ${path('o.wav')}: it would be larger than the system allows.\n`)
  expect(await closed.promise).toBe(1000)
  expect(eventLines(path('e.jsonl')).at(-1)?.event).toMatchObject({ state: { reason: { code: 'hung-up' } } })
})

test('2 when the output itself goes to a full disk', async () => {
  const ran = await startProgram('bash', ['-c', 'exec "$0" "$@" > /dev/full', process.execPath, CLI, '--version']).done
  expect(ran).toMatchObject({ code: 2, stderr: 'parley: Cannot write the output: the disk is full.\n' })
})

test('70 when something inside Parley goes wrong, with what to report', async () => {
  const broken = "import { URL as U } from 'node:url'; U.canParse = () => { throw new TypeError('Unexpected') }"
  const survive = ['--import', `data:text/javascript,${encodeURIComponent(broken)}`]
  const args = ['talk', '--url', 'ws://127.0.0.1:47839', '--text', 'x']
  const ran = await startProgram(process.execPath, [...survive, CLI, ...args]).done
  expect(ran).toMatchObject({ code: 70, stdout: '' })
  expect(ran.stderr).toMatch(/^parley: Something went wrong inside Parley: TypeError: Unexpected\n +at /)
})

test('3 when a secret is too short to be kept out of what is reported, naming it', async () => {
  const path = files()
  const { url, peers } = await scripted(() => undefined)
  const settings = { agent: { think: { prompt: 'The word is {{secret:WORD}}.' } } }
  writeFileSync(path('p.json'), JSON.stringify({ schemaVersion: 1, name: 'x', service: 'deepgram', settings }))
  const args = ['talk', '--profile', path('p.json'), '--url', url, '--text', 'x']
  const ran = await runInside(args, { PARLEY_SECRET_WORD: 'a' })
  expect(ran).toMatchObject({ code: 3, stdout: '' })
  expect(ran.stderr).toMatch(/^parley: The secret WORD is shorter than 6 characters, .*PARLEY_SECRET_WORD.*\n$/)
  expect(peers).toEqual([])
})

test('a key that would go unencrypted to another machine is warned of; to this one it is not', async () => {
  const answer = answering(40)
  const { url } = await scripted((type, peer) => {
    if (type === 'Settings') peer.answer('Hello.', 40)
    answer(type, peer)
  })
  const key = { DEEPGRAM_API_KEY: 'dg-key-0123456789' }
  expect(await runInside(['talk', '--url', url.replace('ws:', 'http:'), '--text', 'x'], key)).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^parley: Turn 1 \(ms\): [^\n]*\n$/)
  })
  // A name that never exists: the warning comes before anything is sent.
  const far = await runInside(['talk', '--url', 'ws://parley-test.invalid:9', '--text', 'x'], key)
  expect(far.code).toBe(3)
  expect(far.stderr).toMatch(/parley-test\.invalid:9 is not encrypted: your Deepgram key .*\n.*not Deepgram's.*\n/)
  expect(far.stderr).not.toContain(key.DEEPGRAM_API_KEY)
  const keyless = await runInside(['talk', '--url', 'ws://parley-test.invalid:9', '--text', 'x'])
  expect(keyless.stderr).not.toContain('not encrypted')
})

test('keys and secrets reach the service, and neither stdout, stderr nor the events', async () => {
  const path = files()
  const env = {
    DEEPGRAM_API_KEY: 'dg-key-0123456789',
    PARLEY_SECRET_LLM: 'llm"secret\\0123456789',
    PARLEY_LOG_LEVEL: 'debug'
  }
  const profile = {
    schemaVersion: 1,
    name: 'secret',
    service: 'deepgram',
    settings: {
      audio: {},
      agent: {
        think: {
          provider: { type: 'open_ai', model: 'x' },
          endpoint: { url: 'https://llm.example', headers: { authorization: 'Bearer {{secret:LLM}}' } }
        }
      }
    }
  }
  writeFileSync(path('p.json'), JSON.stringify(profile))
  const { url, peers } = await scripted((type, peer) => {
    if (type === 'Settings') peer.answer('Hello.', 40)
    if (type !== 'InjectUserMessage') return
    const echo = `${JSON.stringify(peer.got[0]?.message)} ${peer.headers.authorization} ${env.PARLEY_SECRET_LLM}`
    peer.say({ type: 'Warning', code: 'ECHO', description: echo })
    peer.say({ type: 'ConversationText', role: 'assistant', content: echo })
    peer.socket.send(`not JSON ${echo}`)
    peer.say({ type: 'Error', code: 'INTERNAL_SERVER_ERROR', description: echo })
  })
  const args = ['--profile', path('p.json'), '--url', url, '--text', 'x', '--events', path('e.jsonl')]
  const ran = await runCli(['talk', ...args], env)
  expect(ran.code).toBe(4)
  expect(peers[0]?.headers.authorization).toBe(`Token ${env.DEEPGRAM_API_KEY}`)
  expect(JSON.stringify(peers[0]?.got[0]?.message)).toContain(JSON.stringify(env.PARLEY_SECRET_LLM).slice(1, -1))
  const written = ran.stdout + ran.stderr + readFileSync(path('e.jsonl'), 'utf8')
  expect(written).toContain('{{secret:LLM}}')
  for (const secret of ['dg-key-0123456789', 'llm"secret', 'llm\\"secret', '0123456789']) {
    expect(written).not.toContain(secret)
  }
})
