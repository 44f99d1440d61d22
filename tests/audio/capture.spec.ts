import { loudestToneDbfs, percentile, tone } from '../rig/signal.ts'
import { expect, test } from './audio-page.ts'

const joined = (blocks: { samples: Int16Array }[]) => Int16Array.from(blocks.flatMap(({ samples }) => [...samples]))

for (const rateHz of [8000, 16_000, 24_000, 48_000]) {
  test(`a tone said into the microphone arrives in exact 20 ms blocks at ${rateHz} Hz`, async ({ audio }) => {
    await audio.open(rateHz)
    await audio.talk(true)
    await audio.main.until('blocks', () => audio.main.blocks().length > 10)
    await audio.say(tone({ hz: 1000, ms: 600, sampleRateHz: 48_000 }))
    const blocks = audio.main.blocks()
    expect(new Set(blocks.map(({ samples }) => samples.length))).toEqual(new Set([rateHz / 50]))
    expect(blocks.map(({ sequence }) => sequence)).toEqual(blocks.map((_, i) => (blocks[0]?.sequence ?? 0) + i))
    const heard = joined(blocks)
    expect(loudestToneDbfs(heard, 1000, rateHz)).toBeGreaterThan(-30)
    expect(loudestToneDbfs(heard, 1000, rateHz) - loudestToneDbfs(heard, 1700, rateHz)).toBeGreaterThan(25)
    const state = await audio.page.evaluate(() => window.audioEngine.microphone)
    expect(state).toMatchObject({ kind: 'live', echoCancellation: true, sound: 'heard' })
  })
}

test('while the gate is closed no sample leaves, and control messages frame the blocks they govern', async ({
  audio
}) => {
  await audio.open()
  await audio.say(tone({ hz: 1000, ms: 500, sampleRateHz: 48_000 }))
  expect(audio.main.blocks()).toHaveLength(0)
  for (let round = 0; round < 2; round += 1) {
    const before = audio.main.blocks().length
    await audio.talk(true)
    await audio.main.until('blocks', () => audio.main.blocks().length > before + 15)
    await audio.talk(false)
    await audio.main.until('closing', () => audio.main.arrivals.at(-1)?.kind === 'control')
  }
  const sent = audio.main.arrivals.length
  await audio.say(tone({ hz: 1000, ms: 500, sampleRateHz: 48_000 }))
  expect(audio.main.arrivals.slice(sent).filter(({ kind }) => kind === 'block')).toHaveLength(0)
  let open = false
  for (const arrival of audio.main.arrivals) {
    if (arrival.kind === 'control' && arrival.message.kind === 'talk') open = arrival.message.open
    if (arrival.kind === 'block') expect(open).toBe(true)
  }
  expect(audio.main.controls('talk').map((talk) => talk.open)).toEqual([false, true, false, true, false])
})

test('levels follow the microphone, at most 20 a second', async ({ audio }) => {
  await audio.open()
  await audio.page.evaluate(() => (window.levels.length = 0))
  const startedAt = performance.now()
  await audio.say(tone({ hz: 1000, ms: 1000, sampleRateHz: 48_000 }))
  const levels = await audio.page.evaluate(() => window.levels)
  const seconds = (performance.now() - startedAt) / 1000
  expect(Math.max(...levels.map(({ inputDbfs }) => inputDbfs))).toBeGreaterThan(-25)
  expect(levels.length).toBeGreaterThan(5)
  expect(levels.length).toBeLessThanOrEqual(20 * seconds + 3)
})

test('a blocked UI thread does not hold blocks up', async ({ audio }) => {
  await audio.open()
  await audio.talk(true)
  await audio.main.until('blocks', () => audio.main.blocks().length > 25)
  const before = audio.main.blocks().length
  await audio.page.evaluate(async () => {
    for (let i = 0; i < 6; i += 1) {
      const until = performance.now() + 300
      while (performance.now() < until) {
        // busy on purpose
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })
  const times = audio.main
    .blocks()
    .slice(before)
    .map(({ atMs }) => atMs)
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  const p99 = percentile(gaps, 0.99)
  test.info().annotations.push({ type: 'p99 block gap', description: `${p99.toFixed(1)} ms over ${gaps.length} gaps` })
  expect(gaps.length).toBeGreaterThan(90)
  // Through the UI thread it would be 300 and more; on a quiet machine it is about 20.
  expect(p99).toBeLessThan(200)
})

test('after a dropped link the worker comes back, says hello and which way the gate stands', async ({ audio }) => {
  await audio.open()
  await audio.talk(true)
  await audio.main.until('blocks', () => audio.main.blocks().length > 5)
  audio.main.drop()
  await audio.main.until('second hello', () => audio.main.controls('hello').length === 2)
  const before = audio.main.blocks().length
  await audio.main.until('blocks again', () => audio.main.blocks().length > before + 5)
  expect(audio.main.controls('talk').at(-1)).toMatchObject({ open: true })
})

test('a microphone that is opened again and again leaves one stream of blocks', async ({ audio }) => {
  await audio.open()
  for (let i = 0; i < 4; i += 1) {
    await audio.page.evaluate(() => window.audioEngine.close())
    await audio.page.evaluate(() => window.audioEngine.open(null))
  }
  await audio.talk(true)
  await audio.main.until('blocks', () => audio.main.blocks().length > 5)
  const first = audio.main.blocks().length
  const startedAt = performance.now()
  await audio.main.until('a second of blocks', () => audio.main.blocks().length >= first + 50)
  expect(performance.now() - startedAt).toBeGreaterThan(700)
})

test('C44 after closing every track of the microphone has ended, also one that came late, and the context rests', async ({
  audio
}) => {
  const states = () => audio.page.evaluate(() => window.tracks.map(({ readyState }) => readyState))
  await audio.open()
  expect(await states()).toEqual(['live'])
  await audio.page.evaluate(() => window.audioEngine.close())
  expect(await states()).toEqual(['ended'])
  await audio.page.evaluate(() => window.audioEngine.open(null))
  await audio.page.evaluate(() => window.audioEngine.open(null))
  expect((await states()).filter((state) => state === 'live')).toHaveLength(1)
  await audio.page.evaluate(async () => {
    window.audioEngine.close()
    const opening = window.audioEngine.open(null)
    window.audioEngine.close()
    await opening
  })
  expect((await states()).length).toBeGreaterThanOrEqual(3)
  expect(new Set(await states())).toEqual(new Set(['ended']))
  // Suspended, not closed (ADR 5): the next conversation often follows at once.
  await expect
    .poll(() => audio.page.evaluate(() => window.contexts.map(({ state }) => state)), { timeout: 15_000 })
    .toEqual(['suspended'])
})
