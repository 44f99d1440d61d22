import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeWav } from '../../src/shared/audio/wav.ts'
import { run } from '../rig/processes.ts'
import { levelDbfs, percentile, tone, toneDbfs, writeWav } from '../rig/signal.ts'
import { type AudioPage, expect, test } from './audio-page.ts'

const RATE_HZ = 16_000
const TONE_HZ = 1000
/** It is played at about -23 dBFS. */
const TONE_HEARD_DBFS = -35
const COMPUTER = { kind: 'device', deviceId: 'of-another-day', label: 'Computer' } as const

/** What comes out of the loudspeaker as an input device, made and removed as docs/audio.md tells. Resolves to its own removal. */
async function plugComputer({ rig }: AudioPage): Promise<() => Promise<void>> {
  const page = await readFile(new URL('../../docs/audio.md', import.meta.url), 'utf8')
  const [recipe = '', removal = ''] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands)
  const id = (await run('sh', ['-ec', recipe], { env: rig.env })).trim()
  return async () => void (await run('sh', ['-ec', removal.replace('NUMBER', id)], { env: rig.env }))
}

async function speech(name: string): Promise<Int16Array> {
  const path = new URL(`../fixtures/speech/${name}.wav`, import.meta.url)
  return decodeWav(new Uint8Array(await readFile(path))).samples
}

const state = ({ page }: AudioPage) => page.evaluate(() => window.audioEngine.systemAudio)

/** Speaks one reply; resolves to what came up the link while it was heard. */
async function reply({ main }: AudioPage, number: number, samples: Int16Array): Promise<Int16Array> {
  const before = main.blocks().length
  main.speak(number, samples)
  main.send({ kind: 'reply-end', reply: number })
  const isDrained = () => main.controls('played').some((played) => played.reply === number && played.drained)
  await main.until(`reply ${number}`, isDrained)
  return Int16Array.from(
    main
      .blocks()
      .slice(before)
      .flatMap((block) => [...block.samples])
  )
}

/** Level of 100 ms, as `level` measures, that `share` of them stay below: what a busy machine cuts is not counted. */
function usual(samples: Int16Array, level: (part: Int16Array) => number, share = 0.5): number {
  const size = RATE_HZ / 10
  const parts = Array.from({ length: Math.floor(samples.length / size) }, (_, i) =>
    level(samples.subarray(i * size, (i + 1) * size))
  )
  return percentile(parts, share)
}

const usualTone = (samples: Int16Array): number => usual(samples, (part) => toneDbfs(part, TONE_HZ, RATE_HZ), 0.75)

/** What came up the link in the newest `count` blocks of 20 ms. */
const newest = ({ main }: AudioPage, count: number): Int16Array =>
  Int16Array.from(
    main
      .blocks()
      .slice(-count)
      .flatMap((block) => [...block.samples])
  )

test("another program is heard as system audio while the agent's own voice is taken out of it", async ({ audio }) => {
  const unplug = await plugComputer(audio)
  await audio.configure({ systemAudio: COMPUTER })
  await audio.open(RATE_HZ, RATE_HZ)
  expect(await state(audio)).toMatchObject({ kind: 'live', label: 'Computer', ownVoice: 'learning' })
  await audio.talk(true)
  const isCancelled = async (): Promise<boolean> => {
    const now = await state(audio)
    return now.kind === 'live' && now.ownVoice === 'cancelled'
  }
  let number = 0
  const learnt = await speech('espeak-3')
  // One is enough where nothing stutters.
  while (number < 6 && !(await isCancelled())) await reply(audio, (number += 1), learnt)
  expect(await isCancelled()).toBe(true)
  const said = await speech('espeak-1')
  const leftDb = usual(await reply(audio, (number += 1), said), levelDbfs) - usual(said, levelDbfs)

  const folder = await mkdtemp(join(tmpdir(), 'parley-tone-'))
  const file = join(folder, 'tone.wav')
  await writeWav(file, tone({ hz: TONE_HZ, ms: 3200, sampleRateHz: 48_000, peak: 0.1 }), 48_000)
  const other = run('paplay', ['--device=speaker', '--latency-msec=200', file], { env: audio.rig.env })
  const { main } = audio
  await main.until('the tone', () => toneDbfs(newest(audio, 5), TONE_HZ, RATE_HZ) > TONE_HEARD_DBFS)
  const begun = main.blocks().length
  await main.until('half a second of the tone', () => main.blocks().length >= begun + 25)
  const aloneDb = usualTone(newest(audio, 25))
  const toneDb = usualTone(await reply(audio, (number += 1), said)) - aloneDb
  await other
  await rm(folder, { recursive: true })
  const figures = `own voice ${leftDb.toFixed(1)} dB against as played, tone ${toneDb.toFixed(1)} dB against alone`
  test.info().annotations.push({ type: 'system audio', description: figures })
  // The function; how well is the figure of `npm run bench -- loopback`.
  expect(leftDb, figures).toBeLessThan(-20)
  expect(Math.abs(toneDb), figures).toBeLessThan(6)
  await unplug()
})

/** The platform's answers as they are known of Windows, macOS and Linux; the capture itself was not run on those systems. */
test('what the platform answers is told: silence, no sound at all, and a refusal', async ({ audio }) => {
  const { page } = audio
  const choose = (kind: 'computer' | 'off') => audio.configure({ systemAudio: { kind } })
  await page.evaluate(() => {
    window.systemAudioAnswer = { how: 'display-media', platform: 'macos' }
    navigator.mediaDevices.getDisplayMedia = () =>
      Promise.resolve(new AudioContext().createMediaStreamDestination().stream)
  })
  await choose('computer')
  await audio.open()
  expect(await state(audio)).toMatchObject({ kind: 'live', silent: false })
  await expect.poll(() => state(audio)).toMatchObject({ kind: 'live', silent: true })

  await page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(new MediaStream())
  })
  await choose('off')
  expect(await state(audio)).toEqual({ kind: 'off' })
  await choose('computer')
  await expect.poll(() => state(audio)).toMatchObject({ kind: 'failed', code: 'no-track' })

  await page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await choose('off')
  await choose('computer')
  await expect.poll(() => state(audio)).toMatchObject({ kind: 'failed', code: 'denied' })
  expect(await page.evaluate(() => window.audioEngine.microphone.kind)).toBe('live')
})
