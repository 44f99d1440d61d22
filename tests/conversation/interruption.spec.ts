import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RECORDING_RATE_HZ, record, type Recording } from '../rig/recording.ts'
import type { Rig } from '../rig/rig.ts'
import { correlate, levelDbfs, soundingSpan } from '../rig/signal.ts'
import { COMPARE_RATE_HZ, randomWords, speak, type Spoken, toCompareRate } from '../rig/speech.ts'
import { expect, isActivity, isCaption, ownSoundTest as test, type Parley } from './parley.ts'

/** From the onset of speech at the microphone to the loudspeaker's last sample. */
const LIMIT_MS = 600
/** Interruptions of one conversation. */
const ROUNDS = process.env['PARLEY_LONG'] === '1' ? 3 : 1
const AUDIBLE_DBFS = -50
const SENTENCE = 'This sentence is here to be read aloud, and it goes on about nothing in particular for a while. '

/** A profile whose instructions take `sentences` times about six seconds to read aloud. */
async function longInstructions(dir: string, sentences: number): Promise<string> {
  const path = join(dir, 'long.json')
  const prompt = Array.from({ length: sentences }, (_, i) => `Number ${i + 1}. ${SENTENCE}`).join('')
  await writeFile(
    path,
    JSON.stringify({
      schemaVersion: 1,
      name: 'Long instructions',
      service: 'builtin',
      settings: {
        audio: {
          input: { encoding: 'linear16', sample_rate: 16000 },
          output: { encoding: 'linear16', sample_rate: 24000, container: 'none' }
        },
        agent: {
          greeting: 'Hello there. Ask me for my instructions, and I will read them to you.',
          think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt }
        }
      }
    })
  )
  return path
}

/** Time (`performance.now()` scale) of sample `index` of a recording. */
function timeOf(recording: Recording, index: number): number {
  return recording.startedAtMs + (index / RECORDING_RATE_HZ) * 1000
}

const PIECE_SAMPLES = COMPARE_RATE_HZ * 0.25

/**
 * Finds the beginning of `said` in what the microphone got, also under the agent's echo; milliseconds. The piece of its
 * first second that is found best counts, because a busy machine may tear a recording.
 */
function onsetInMicrophone(recording: Recording, said: Spoken, fromMs: number): number {
  const { first } = soundingSpan(said.samples, -40)!
  const skip = Math.max(0, fromMs - recording.startedAtMs)
  const heard = toCompareRate(recording.samples(skip))
  const found = [0, 1, 2, 3]
    .map((piece) => {
      const from = first + piece * PIECE_SAMPLES
      const { value, at } = correlate(heard, said.samples.subarray(from, from + PIECE_SAMPLES))
      return { value, at: at - piece * PIECE_SAMPLES }
    })
    .toSorted((a, b) => b.value - a.value)[0]!
  expect(found.value, 'the speech is in the microphone').toBeGreaterThan(0.6)
  return recording.startedAtMs + skip + (found.at / COMPARE_RATE_HZ) * 1000
}

/** Interrupts with random words; returns the time from their onset to the loudspeaker's last audible sample. */
async function interrupt(rig: Rig, parley: Parley, what: string): Promise<number> {
  const said = await speak(randomWords(6), parley.dir, { name: `interruption-${Date.now()}` })
  const microphone = await record('micsink.monitor', rig.env)
  const loudspeaker = await rig.recordSpeaker()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const fromMs = performance.now() - 200
  const saying = rig.say(said.wavPath)
  await new Promise((resolve) => setTimeout(resolve, 1800))
  const onsetMs = onsetInMicrophone(microphone, said, fromMs)
  const [heard] = await Promise.all([loudspeaker.stop(), microphone.stop()])
  const last = soundingSpan(
    heard.subarray(0, Math.round(((onsetMs + 1500 - loudspeaker.startedAtMs) / 1000) * RECORDING_RATE_HZ)),
    AUDIBLE_DBFS
  )
  expect(last, 'the agent was speaking').not.toBeNull()
  await saying
  const tookMs = timeOf(loudspeaker, last!.last) - onsetMs
  const noticed = (await parley.events()).find(
    ({ atMs, event }) => atMs - performance.timeOrigin > onsetMs && isActivity('userSpeaking')(event)
  )
  const noticedMs = noticed === undefined ? undefined : Math.round(noticed.atMs - performance.timeOrigin - onsetMs)
  console.log(`${what}: noticed ${noticedMs ?? 'not yet'}, silence ${Math.round(tookMs)} ms after the onset`)
  expect(tookMs, 'the agent still spoke when the interruption began').toBeGreaterThan(0)
  return tookMs
}

/**
 * Chromium's echo canceller holds everything back while it has not yet learnt what of the loudspeaker comes back: in its
 * first ten seconds of agent speech it may eat the first half second of an interruption. Measured is what comes after.
 */
async function warmUp(parley: Parley): Promise<void> {
  const askedAtMs = Date.now()
  await parley.type('What are your instructions?')
  await parley.until('the answer is under way', isCaption('agent', /Number 2\./), { sinceMs: askedAtMs })
  await parley.page.keyboard.press('Escape')
  await parley.until('the answer is cut', (event) => event.kind === 'interrupted', { sinceMs: askedAtMs })
}

test('the loudspeaker is silent within 600 ms of the onset of speech that interrupts an answer', async ({
  rig,
  start
}, testInfo) => {
  const profile = await longInstructions(await tempDir(testInfo), 8)
  const parley = await start({ args: ['--profile', profile] })
  await parley.connect({ mode: 'open' })
  await warmUp(parley)
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const askedAtMs = Date.now()
    await parley.type('What are your instructions?')
    await parley.until('the answer begins', isActivity('agentSpeaking'), { sinceMs: askedAtMs })
    await parley.until('the answer is under way', isCaption('agent', /Number 1\./), { sinceMs: askedAtMs })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const since = Date.now()
    times.push(await interrupt(rig, parley, 'no echo'))
    await parley.until('the cut is reported', (event) => event.kind === 'interrupted', { sinceMs: since })
    await parley.until('the words come back', (event) => event.kind === 'reply-played', { sinceMs: since })
  }
  testInfo.annotations.push({
    type: 'measured',
    description: `onset to silence ${times.map(Math.round).join(', ')} ms`
  })
  expect(Math.max(...times)).toBeLessThanOrEqual(LIMIT_MS)
})

test('hearing its own voice through the room the agent does not interrupt itself for 60 s, and a real interruption still ends it', async ({
  rig,
  start
}, testInfo) => {
  await rig.plugEcho()
  const profile = await longInstructions(await tempDir(testInfo), 20)
  const parley = await start({ args: ['--profile', profile] })
  await parley.connect({ mode: 'open' })
  const askedAtMs = Date.now()
  await parley.type('What are your instructions?')
  const begun = await parley.until('the answer begins', isActivity('agentSpeaking'), { sinceMs: askedAtMs })
  const room = await record('virtmic', rig.env)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  expect(levelDbfs(await room.stop()), 'the microphone hears the loudspeaker').toBeGreaterThan(-40)
  await new Promise((resolve) => setTimeout(resolve, 65_000 - (Date.now() - begun.atMs)))
  const soFar = (await parley.events()).filter(({ atMs }) => atMs >= begun.atMs)
  expect(soFar.filter(({ event }) => event.kind === 'interrupted')).toEqual([])
  expect(soFar.filter(({ event }) => isActivity('userSpeaking')(event))).toEqual([])
  const tookMs = await interrupt(rig, parley, 'under echo')
  expect(tookMs).toBeLessThanOrEqual(LIMIT_MS)
  await parley.until('the cut is reported', (event) => event.kind === 'interrupted', { sinceMs: begun.atMs + 60_000 })
})

async function tempDir(testInfo: { outputPath(name: string): string }): Promise<string> {
  const dir = testInfo.outputPath('profiles')
  await mkdir(dir, { recursive: true })
  return dir
}
