import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ManualClock } from '../../core/testing.test-support.ts'
import { decodeWav } from '../../shared/audio/wav.ts'
import { fileProblem } from '../node/file-problem.ts'
import { createEventsFile } from './events-file.ts'
import { ignoredMessages } from './ignored-messages.ts'
import { scrubberFor } from './scrub.ts'
import { TalkFiles } from './talk-files.ts'
import { Transcript } from './transcript.ts'
import { createWavFile } from './wav-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('WAV file', () => {
  test('is whole after finish, also when empty, and ignores what comes later', () => {
    const path = join(folder, 'a.wav')
    const file = createWavFile(path, 24_000)
    file.append(new Uint8Array([1, 0, 2, 0]))
    file.append(new Uint8Array([3, 0]))
    file.finish()
    file.finish()
    file.append(new Uint8Array([4, 0]))
    const bytes = readFileSync(path)
    expect(decodeWav(bytes)).toEqual({ sampleRateHz: 24_000, channels: 1, samples: new Int16Array([1, 2, 3]) })
    expect(bytes.readUInt32LE(4)).toBe(bytes.byteLength - 8)

    createWavFile(path, 8000).finish()
    expect(decodeWav(readFileSync(path)).samples).toHaveLength(0)
  })
})

describe('events file', () => {
  test('writes one line per message and event, audio as its size, secrets as their names', () => {
    const path = join(folder, 'e.jsonl')
    let t = 0.0004
    const scrub = scrubberFor({ DEEPGRAM_API_KEY: 'dg-0123456789', PARLEY_SECRET_LLM: 'say "friend"' })
    const file = createEventsFile({ path, seconds: () => t, scrub })
    file.wire({ dir: 'out', message: { type: 'Settings', key: 'say "friend"', nested: ['x dg-0123456789 y'] } })
    t = 1.2344
    file.wire({ dir: 'in', message: { type: 'binary', bytes: 640 } })
    file.wire({ dir: 'in', message: { type: 'audio', delta: Buffer.alloc(480).toString('base64') } })
    file.local({ kind: 'talk', open: true })
    file.finish()
    file.finish()
    file.local({ kind: 'talk', open: false })
    const text = readFileSync(path, 'utf8')
    expect(text.endsWith('\n')).toBe(true)
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown)
    ).toEqual([
      {
        t: 0,
        dir: 'out',
        message: { type: 'Settings', key: '{{secret:LLM}}', nested: ['x [DEEPGRAM_API_KEY] y'] }
      },
      { t: 1.234, dir: 'in', message: { type: 'binary', bytes: 640 } },
      { t: 1.234, dir: 'in', message: { type: 'audio', delta: { type: 'binary', bytes: 480 } } },
      { t: 1.234, dir: 'local', event: { kind: 'talk', open: true } }
    ])
  })
})

function fakeHost(): ConstructorParameters<typeof TalkFiles>[0] {
  return { clock: new ManualClock(), scrub: scrubberFor({}), atExit: () => () => undefined }
}

// The device that is always full.
describe.runIf(process.platform === 'linux')('a full disk', () => {
  test('is told at once where a file is created, and leaves nothing open', () => {
    const files = new TalkFiles(fakeHost(), 0)
    expect(() => files.open({ out: '/dev/full' }, 8000)).toThrow(
      expect.objectContaining({ exitCode: 2, message: 'Cannot write /dev/full: the disk is full.' })
    )
    files.finish()
  })

  test('never throws into the conversation, which is told once', async () => {
    const files = new TalkFiles(fakeHost(), 0)
    const out = join(folder, 'beside.wav')
    files.open({ events: '/dev/full', out }, 8000)
    expect(files.problem).toBeUndefined()
    files.local({ kind: 'talk', open: true })
    files.wire({ dir: 'in', message: { type: 'Welcome' } })
    expect(await files.failed).toMatchObject({ exitCode: 2, message: 'Cannot write /dev/full: the disk is full.' })
    files.heard(new Uint8Array([1, 0]))
    files.finish()
    expect(decodeWav(readFileSync(out)).samples).toHaveLength(1)
  })
})

test.each([
  ['ENOSPC', 'Cannot write a: the disk is full.'],
  ['EWEIRD', 'Cannot write a: the system refuses it (EWEIRD); choose another file.'],
  [undefined, 'Cannot write a: the system refuses it; choose another file.']
])('a file problem of code %s is a sentence', (code, sentence) => {
  expect(fileProblem('write', 'a', Object.assign(new Error('x'), code === undefined ? {} : { code }))).toBe(sentence)
})

const silent = () => undefined

test('what a service sends beyond what is known is logged once per name, by the names of that service', () => {
  const log: string[] = []
  const write = (message: string, fields?: object) => void log.push(`${message} ${JSON.stringify(fields)}`)
  const note = ignoredMessages({ debug: silent, info: silent, warn: write, error: silent }, 'napster')
  const known = [
    { event: 'avatar_state_changed', data: { state: 'ready' } },
    { event: 'audio_received', data: { data: { type: 'binary', bytes: 640 } } },
    { type: 'mcp_call', action: 'created' },
    { event: 'message_received', data: {} },
    { type: 'binary', bytes: 640 }
  ]
  for (const message of known) note({ dir: 'in', message })
  note({ dir: 'out', message: { type: 'send_message' } })
  expect(log).toEqual([])
  for (const message of [{ event: 'brand_new', type: 'x' }, { event: 'brand_new' }, { type: 'text', bytes: 5 }, [1]]) {
    note({ dir: 'in', message })
  }
  expect(log).toEqual([
    'ignored a message that is unknown or malformed {"type":"brand_new"}',
    'ignored a frame that is not JSON {"bytes":5}',
    'ignored a message that is unknown or malformed {"type":"none"}'
  ])
})

describe('scrubberFor', () => {
  test('leaves short values and other variables alone, and takes the longest secret first', () => {
    const scrub = scrubberFor({
      PATH: '/usr/local/bin',
      PARLEY_SECRET_A: 'abc',
      PARLEY_SECRET_B: 'hidden',
      PARLEY_SECRET_C: 'hidden-more'
    })
    expect(scrub.text('/usr/local/bin abc hidden hidden-more')).toBe('/usr/local/bin abc {{secret:B}} {{secret:C}}')
  })
})

function transcriptBench() {
  const lines: string[] = []
  return { lines, transcript: new Transcript((line) => lines.push(line)) }
}

function agent(id: string, text: string, interrupted = false) {
  return { id, role: 'agent' as const, text, interrupted }
}

describe('Transcript', () => {
  test('prints a line that grows once, when it is settled', () => {
    const { lines, transcript } = transcriptBench()
    transcript.caption(agent('1', 'Hello.'))
    transcript.caption(agent('1', 'Hello. How are\nyou?'))
    expect(lines).toEqual([])
    transcript.settle()
    transcript.settle()
    expect(lines).toEqual(['Agent: Hello. How are you?'])
  })

  test('prints a waiting line when another begins, and marks what was cut', () => {
    const { lines, transcript } = transcriptBench()
    transcript.caption(agent('1', 'One two three.'))
    transcript.caption({ id: '2', role: 'user', text: 'stop', interrupted: false })
    transcript.caption(agent('1', 'One two three.', true))
    transcript.settle()
    expect(lines).toEqual(['Agent: One two three.', 'You: stop', 'Agent: ... [interrupted]'])
  })

  test('prints words that came after their answer had begun above that answer', () => {
    const { lines, transcript } = transcriptBench()
    transcript.caption(agent('1', 'It is five.'))
    transcript.caption({ id: '2', role: 'user', text: 'Two plus three?', interrupted: false, before: '1' })
    transcript.caption(agent('1', 'It is five. Really.'))
    transcript.settle()
    expect(lines).toEqual(['You: Two plus three?', 'Agent: It is five. Really.'])
    transcript.caption({ id: '3', role: 'user', text: 'Late.', interrupted: false, before: '1' })
    transcript.settle()
    expect(lines.at(-1)).toBe('You: Late.')
  })

  test('a sentence that comes after its line was printed gets a line of its own', () => {
    const { lines, transcript } = transcriptBench()
    transcript.caption(agent('1', 'One.'))
    transcript.settle()
    transcript.caption(agent('1', 'One. Two.'))
    transcript.settle()
    expect(lines).toEqual(['Agent: One.', 'Agent: ... Two.'])
  })
})
