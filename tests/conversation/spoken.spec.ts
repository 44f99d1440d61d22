import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeWav } from '../../src/shared/audio/wav.ts'
import { run as runIn } from '../rig/processes.ts'
import { tone, writeWav } from '../rig/signal.ts'
import { likeness, randomWords, speak, toCompareRate } from '../rig/speech.ts'
import type { Rig } from '../rig/rig.ts'
import { expect, isActivity, isCaption, isPlayed, type Parley, test as base } from './parley.ts'

const toneTranscriber = fileURLToPath(new URL('../fixtures/tone-transcriber.mjs', import.meta.url))
/** A man says "go forward ten meters": the recogniser's own test data and the grammar that comes with it. */
const PERSON = '/usr/share/pocketsphinx/test/data/goforward'
const SUMS = `#JSGF V1.0;
grammar sums;
<number> = three | six | seven;
public <sum> = what is <number> plus <number>;
`
const RATE_HZ = 48_000

const test = base.extend<{ sums: string }>({
  sums: async ({}, use) => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-sums-'))
    const path = join(dir, 'sums.gram')
    await writeFile(path, SUMS)
    await use(path)
    await rm(dir, { recursive: true, force: true })
  }
})

const run = (command: string, args: readonly string[]): Promise<string> => runIn(command, args, { env: process.env })

/** Differing neighbours: a repeated digit would be one long tone. */
function randomDigits(count: number): number[] {
  const digits: number[] = []
  while (digits.length < count) {
    const digit = Math.floor(Math.random() * 10)
    if (digit !== digits.at(-1)) digits.push(digit)
  }
  return digits
}

function concatenate(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

test('without a transcriber the words that were said come back from the loudspeaker', async ({ rig, start }) => {
  const parley = await start()
  const said = await speak(randomWords(5), parley.dir)
  await parley.connect({ mode: 'open' })
  const recording = await rig.recordSpeaker()
  const saidAtMs = Date.now()
  await rig.say(said.wavPath)
  await parley.until('the user is heard', isActivity('userSpeaking'), { sinceMs: saidAtMs })
  // It is sent behind the words, up to half a second before they have been played.
  await parley.until('what is said after the words', isCaption('agent', /mic check: I hear you/), { sinceMs: saidAtMs })
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const played = toCompareRate(await recording.stop())
  expect(likeness(played, said.samples)).toBeGreaterThanOrEqual(0.8)
  await expect(parley.page.getByRole('log')).toContainText('mic check')
})

test('a transcriber command gets the samples that were said, and the reply names what it found in them', async ({
  rig,
  start
}) => {
  const digits = randomDigits(4)
  const parley = await start({ env: { PARLEY_TRANSCRIBER: `"${process.execPath}" "${toneTranscriber}" {wav}` } })
  const spoken = await speak(randomWords(3), parley.dir)
  const speech = decodeWav(new Uint8Array(await readFile(spoken.wavPath))).samples
  const gap = new Int16Array(RATE_HZ * 0.08)
  const tones = digits.flatMap((digit) => [tone({ hz: 800 + 200 * digit, ms: 160, sampleRateHz: RATE_HZ }), gap])
  const wav = join(parley.dir, 'coded.wav')
  await writeWav(wav, concatenate([speech, ...tones]), RATE_HZ)
  await parley.connect({ mode: 'open' })
  const saidAtMs = Date.now()
  await rig.say(wav)
  const named = new RegExp(`the code is ${digits.join(' ')}`)
  await parley.until('the digits were understood', isCaption('user', named), { sinceMs: saidAtMs })
  await parley.until('the reply names the digits', isCaption('agent', named), { sinceMs: saidAtMs })
})

/** Says each WAV and expects its words as the user's caption, then an answer that is played. */
async function understands(
  rig: Rig,
  parley: Parley,
  said: readonly (readonly [string, string, RegExp])[]
): Promise<void> {
  for (const [wav, words, answer] of said) {
    const saidAtMs = Date.now()
    await rig.say(wav)
    const understood = await parley.until(words, isCaption('user', /./), { sinceMs: saidAtMs })
    expect(understood.event).toMatchObject({ caption: { text: words } })
    await parley.until('the answer', isCaption('agent', answer), { sinceMs: saidAtMs })
    await parley.until('the answer was played', isPlayed, { sinceMs: saidAtMs })
  }
}

test('pocketsphinx with a fixed grammar understands a known recording of a person', async ({ rig, start }) => {
  const parley = await start({ env: { PARLEY_TRANSCRIBER: `pocketsphinx_continuous -jsgf ${PERSON}.gram` } })
  const wav = join(parley.dir, 'person.wav')
  await run('sox', [
    '-t',
    'raw',
    '-r',
    '16000',
    '-e',
    'signed',
    '-b',
    '16',
    '-c',
    '1',
    `${PERSON}.raw`,
    '-r',
    '48000',
    wav
  ])
  await parley.connect({ mode: 'open' })
  await understands(rig, parley, [[wav, 'go forward ten meters', /./]])
})

test('pocketsphinx with a fixed grammar understands spoken sums, and they are answered', async ({
  rig,
  start,
  sums
}) => {
  const recogniser = `pocketsphinx_continuous -jsgf ${sums} -beam 1e-100 -wbeam 1e-80 -pbeam 1e-100 -remove_noise no`
  const parley = await start({ env: { PARLEY_TRANSCRIBER: recogniser } })
  const first = await speak('what is three plus six', parley.dir, { name: 'first' })
  const second = await speak('what is seven plus six', parley.dir, { name: 'second' })
  await parley.connect({ mode: 'open' })
  await understands(rig, parley, [
    [first.wavPath, 'what is three plus six', /\b9\b/],
    [second.wavPath, 'what is seven plus six', /\b13\b/]
  ])
})
