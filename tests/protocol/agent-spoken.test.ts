import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settings } from '../../src/agent/rig.test-support.ts'
import { NOISE_KINDS, noise, seededRandom, toPcm16 } from '../../src/agent/speech/ears/noise.test-support.ts'
import { LINEAR16_SAMPLE_RATES_HZ } from '../../src/shared/audio/format.ts'
import { int16ToBytes } from '../../src/shared/audio/pcm.ts'
import { Client, correlation, silence, startSpoken, type Spoken } from './agent-spoken.test-support.ts'

/** The built-in agent over a real socket with its real engine: detector, voice and transcriber. */

const RATE_HZ = 16_000
const FRAME_MS = 40
const SENTENCE = 'Good morning, what is the weather like today?'
const formats = (input: number, output: number, container = 'none') => ({
  input: { encoding: 'linear16', sample_rate: input },
  output: { encoding: 'linear16', sample_rate: output, container }
})
const LONG_PROMPT = Array.from({ length: 12 }, (_, i) => `This is sentence number ${i + 1} of the instructions.`).join(
  ' '
)
const longWinded = settings({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: LONG_PROMPT } })
const question = { type: 'InjectUserMessage', content: 'What are your instructions?' }

/** Understands nothing, but proves that the recording reached it: only a real one is answered with "seven". */
const scripted = (pidFile: string): string => {
  const script =
    `const fs = require('fs'), bytes = fs.readFileSync(process.argv[1]).length;` +
    `console.log('what is twelve times', bytes > 40000 ? 'seven' : 'nothing');` +
    `if (fs.existsSync('${pidFile}')) { fs.writeFileSync('${pidFile}', String(process.pid)); setTimeout(() => {}, 60000) }`
  return `"${process.execPath}" -e "${script}"`
}

let folder: string
let pidFile: string
let micCheck: Spoken
let understanding: Spoken
let speech: Uint8Array

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-test-spoken-'))
  pidFile = join(folder, 'hang')
  ;[micCheck, understanding] = await Promise.all([startSpoken('none'), startSpoken(scripted(pidFile))])
  speech = await micCheck.say(SENTENCE, RATE_HZ)
})
afterAll(async () => {
  await Promise.all([micCheck.close(), understanding.close()])
  rmSync(folder, { recursive: true, force: true })
})

describe.concurrent('a spoken turn', () => {
  it('mic check plays the words back and says once what to connect', async () => {
    const client = await Client.dial(micCheck.agent, settings())
    await client.hear(Buffer.concat([speech, silence(RATE_HZ, 1)]), RATE_HZ, { paced: true })
    await client.until(() => client.count('AgentAudioDone') === 1, 'the end of the reply')
    const replied = ['text of user', 'text of assistant', 'audio', 'text of assistant', 'audio', 'text of assistant']
    const expected = ['Welcome', 'SettingsApplied', 'UserStartedSpeaking', ...replied, 'audio', 'AgentAudioDone']
    expect(client.trace).toEqual(expected)
    expect(client.texts('user')).toEqual([expect.stringMatching(/^\(speech, \d\.\d s\)$/)])
    expect(client.texts('assistant')[2]).toContain('whisper-cli')
    const first = client.indexOf('ConversationText', client.indexOf('ConversationText') + 1)
    const played = client.audio(first, client.indexOf('ConversationText', first + 1))
    expect(correlation({ pcm: played, sampleRateHz: RATE_HZ }, { pcm: speech, sampleRateHz: RATE_HZ })).toBeGreaterThan(
      0.8
    )
    const before = client.got.length
    await client.hear(Buffer.concat([speech, silence(RATE_HZ, 1)]), RATE_HZ)
    await client.until(() => client.count('AgentAudioDone') === 2, 'the end of the second reply')
    expect(client.indexOf('UserStartedSpeaking', before)).toBeGreaterThan(0)
    expect(client.texts('assistant')).toHaveLength(4)
  })

  it('V20 with a transcriber the words are shown once and answered', async () => {
    const client = await Client.dial(understanding.agent, settings())
    await client.hear(Buffer.concat([speech, silence(RATE_HZ, 1)]), RATE_HZ, { paced: true })
    await client.until(() => client.count('AgentAudioDone') === 1, 'the end of the reply')
    const replied = ['UserStartedSpeaking', 'text of user', 'text of assistant', 'audio', 'AgentAudioDone']
    expect(client.trace.slice(2)).toEqual(replied)
    expect(client.texts('user')).toEqual(['what is twelve times seven'])
    expect(client.texts('assistant')).toEqual(['The answer is 84.'])
  })

  it.each(LINEAR16_SAMPLE_RATES_HZ.map((rate, i, all) => [rate, all.at(-1 - i) ?? rate]))(
    'is heard at %i Hz and played back at %i Hz',
    async (input, output) => {
      const client = await Client.dial(micCheck.agent, settings({}, formats(input, output, 'wav')))
      const said = await micCheck.say(SENTENCE, input)
      await client.hear(Buffer.concat([said, silence(input, 1)]), input)
      await client.until(() => client.texts('assistant').length > 1, 'what follows the mic check')
      const from = client.indexOf('ConversationText', client.indexOf('ConversationText') + 1)
      const reply = client.audio(from, client.indexOf('ConversationText', from + 1))
      expect(reply.subarray(0, 4).toString('latin1')).toBe('RIFF')
      expect(reply.readUInt32LE(24)).toBe(output)
      const played = { pcm: reply.subarray(44), sampleRateHz: output }
      expect(correlation(played, { pcm: said, sampleRateHz: input })).toBeGreaterThan(0.8)
    }
  )

  it('V16 wav has one RIFF header per reply, none has none', async () => {
    expect(await Promise.all([headers('wav'), headers('none')])).toEqual([2, 0])
  })

  it('V24 speech in the middle of an answer cuts it', async () => {
    const client = await Client.dial(understanding.agent, longWinded)
    client.send(question)
    await client.until(() => client.texts('assistant').length === 2, 'the second sentence of a long answer')
    // Another voice: the agent takes its own for an echo of what it says, in more than half of the frames (ADR 3).
    const other = await micCheck.say(SENTENCE, RATE_HZ, 'flite-rms')
    const asked = client.got.length
    await client.hear(Buffer.concat([other, silence(RATE_HZ, 1)]), RATE_HZ, { paced: true })
    await client.until(() => client.count('AgentAudioDone') === 1, 'the end of the new answer')
    const cut = client.indexOf('UserStartedSpeaking', asked)
    const answer = client.indexOf('ConversationText', cut)
    expect(cut).toBeGreaterThan(0)
    expect(client.audio(cut, answer)).toHaveLength(0)
    // How many of the words were heard is not the matter here, but that they are answered, and not the question before.
    expect(client.texts('user').at(-1)).toMatch(/^what is twelve times/)
    expect(client.texts('assistant').at(-1)).toMatch(/^The answer is 84\.|^I can do time/)
    expect(client.texts('assistant').length).toBeLessThan(8)
    expect(client.indexOf('AgentAudioDone')).toBe(client.got.length - 1)
    expect(client.indexOf('UserStartedSpeaking', cut + 1)).toBe(-1)
  })

  it.each(NOISE_KINDS)('V21 %s alone starts nothing', async (kind) => {
    const client = await Client.dial(micCheck.agent, settings())
    await client.hear(int16ToBytes(toPcm16(noise(kind, 18, RATE_HZ, -30, seededRandom(3)))), RATE_HZ)
    client.send({ type: 'UpdatePrompt', prompt: '' })
    await client.until(() => client.count('PromptUpdated') === 1, 'PromptUpdated')
    expect(client.trace).toEqual(['Welcome', 'SettingsApplied', 'PromptUpdated'])
  })

  it('ends by itself when the client stops sending, and injections are welcome again', async () => {
    const client = await Client.dial(understanding.agent, settings())
    await client.hear(speech.subarray(0, RATE_HZ * 2), RATE_HZ)
    await client.until(() => client.count('UserStartedSpeaking') === 1, 'UserStartedSpeaking')
    client.send({ type: 'InjectAgentMessage', message: 'Too early.' })
    await client.until(() => client.count('InjectionRefused') === 1, 'InjectionRefused')
    await client.until(() => client.count('AgentAudioDone') === 1, 'the reply to half a sentence')
    client.send({ type: 'InjectAgentMessage', message: 'Are you there?', behavior: 'queue' })
    await client.until(() => client.count('AgentAudioDone') === 2, 'the injected statement')
    expect(client.texts('assistant').at(-1)).toBe('Are you there?')
    expect(client.texts('assistant')).not.toContain('Too early.')
  })
})

describe.concurrent('acknowledgements', () => {
  it('S6 audio between Settings and SettingsApplied is processed before SettingsApplied', async ({
    onTestFinished
  }) => {
    // Its engine is still loading when the audio comes, so all of it is there before the settings can be applied.
    const loading = await startSpoken('none')
    onTestFinished(() => loading.close())
    const client = await Client.dial(loading.agent, null)
    client.send(settings())
    await client.hear(Buffer.concat([speech, silence(RATE_HZ, 1)]), RATE_HZ)
    await client.until(() => client.count('SettingsApplied') === 1, 'SettingsApplied')
    expect(client.trace.slice(0, 4)).toEqual(['Welcome', 'UserStartedSpeaking', 'text of user', 'SettingsApplied'])
    await client.until(() => client.audio().length > 0, 'the reply to what was said meanwhile')
  })

  it('P4 PromptUpdated comes after the turn whose audio came before UpdatePrompt', async () => {
    const client = await Client.dial(micCheck.agent, settings())
    await client.hear(Buffer.concat([speech, silence(RATE_HZ, 1)]), RATE_HZ)
    client.send({ type: 'UpdatePrompt', prompt: 'The code is 4711.' })
    await client.until(() => client.count('PromptUpdated') === 1, 'PromptUpdated')
    const order = client.trace.filter((label) => label !== 'audio' && label !== 'text of assistant')
    expect(order).toEqual(['Welcome', 'SettingsApplied', 'UserStartedSpeaking', 'text of user', 'PromptUpdated'])
  })
})

describe('a client at the socket', () => {
  it('never gets audio more than 500 ms ahead of real time', async () => {
    const client = await Client.dial(micCheck.agent, longWinded)
    client.send(question)
    await client.until(() => client.texts('assistant').length === 4, 'the fourth sentence')
    const frames = client.got.flatMap((one) => ('pcm' in one ? [one] : []))
    let playedMs = 0
    const aheadMs = frames.map(({ atMs, pcm }) => {
      playedMs += pcm.length / (RATE_HZ / 500)
      return playedMs - (atMs - (frames[0]?.atMs ?? 0))
    })
    expect(playedMs).toBeGreaterThan(3000)
    // The agent keeps to 480 ms; what is measured here has the scheduling of the first frame on top.
    expect(Math.max(...aheadMs)).toBeLessThanOrEqual(500 + FRAME_MS)
    expect(Math.max(...aheadMs)).toBeGreaterThan(300)
  })

  it('that stops reading is dropped before it fills memory', async () => {
    const client = await Client.dial(micCheck.agent, settings())
    client.socket.pause()
    const before = process.memoryUsage().arrayBuffers
    const closed = () => micCheck.log.lines.some((line) => line.includes('does not read'))
    let most = 0
    for (let i = 0; i < 60 && !closed(); i += 1) {
      client.send({ type: 'InjectUserMessage', content: 'word '.repeat(200_000) })
      await sleep(30)
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    await expect.poll(closed).toBe(true)
    expect(most).toBeLessThan(100 * 1024 * 1024)
  })

  it('V52 that goes without a word in the middle of a reply leaves no work behind', async () => {
    const client = await Client.dial(micCheck.agent, longWinded)
    client.send(question)
    await client.until(() => client.texts('assistant').length === 2, 'the second sentence')
    const stream = micCheck.requests.findLast((request) => request.kind === 'speak')?.stream
    client.socket.terminate()
    const mine = () => micCheck.requests.filter((request) => 'stream' in request && request.stream === stream)
    await expect.poll(() => mine().at(-1)?.kind).toBe('close')
    const events = micCheck.events.length
    await sleep(500)
    expect(mine().at(-1)?.kind).toBe('close')
    expect(micCheck.events.slice(events).filter((event) => 'stream' in event && event.stream === stream)).toEqual([])
  })

  it('V52 that goes while its words are transcribed ends the transcriber', async () => {
    writeFileSync(pidFile, '')
    const client = await Client.dial(understanding.agent, settings())
    await client.hear(Buffer.concat([speech, silence(RATE_HZ, 1)]), RATE_HZ)
    await expect.poll(() => readFileSync(pidFile, 'utf8'), { timeout: 10_000 }).not.toBe('')
    const pid = Number(readFileSync(pidFile, 'utf8'))
    rmSync(pidFile)
    expect(isAlive(pid)).toBe(true)
    client.socket.terminate()
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** RIFF headers in a greeting and an answer. */
async function headers(container: string): Promise<number> {
  const client = await Client.dial(micCheck.agent, settings({ greeting: 'Hi. You.' }, formats(8000, 8000, container)))
  await client.until(() => client.count('AgentAudioDone') === 1, 'the greeting')
  client.send({ type: 'InjectUserMessage', content: '1 + 1' })
  await client.until(() => client.count('AgentAudioDone') === 2, 'the answer')
  return client.got.filter((one) => 'pcm' in one && one.pcm.includes('RIFF')).length
}
