import { describe, expect, test } from 'vitest'
import type { PlaybackReport } from '../../core/ports.ts'
import { bytesToInt16, int16ToBytes } from '../../shared/audio/pcm.ts'
import { FakeClock } from './fake-clock.test-support.ts'
import { PacedSink } from './paced-sink.ts'

const RATE_HZ = 8000
const MS = RATE_HZ / 1000

function bench() {
  const clock = new FakeClock()
  const reports: PlaybackReport[] = []
  const heard: number[] = []
  const sink = new PacedSink({
    clock,
    sampleRateHz: RATE_HZ,
    onReport: (report) => reports.push(report),
    onHeard: (pcm) => heard.push(...bytesToInt16(pcm))
  })
  return { clock, sink, reports, heard }
}

const tone = (ms: number, value = 1000) => int16ToBytes(new Int16Array(ms * MS).fill(value))

describe('PacedSink', () => {
  test('hears audio at the pace of the clock, however early it came', async () => {
    const { clock, sink, heard, reports } = bench()
    sink.write(1, tone(1000))
    sink.end(1)
    await clock.pass(400)
    expect(heard).toHaveLength(400 * MS)
    expect(reports.at(-1)).toEqual({ reply: 1, playedSamples: 400 * MS, drained: false })
    await clock.pass(600)
    expect(heard).toHaveLength(1000 * MS)
    expect(reports.filter((report) => report.drained)).toEqual([{ reply: 1, playedSamples: 1000 * MS, drained: true }])
    expect(clock.pending).toBe(0)
  })

  test('says that a reply is over only after its end was announced, and then once', async () => {
    const { clock, sink, reports } = bench()
    sink.write(1, tone(100))
    await clock.pass(500)
    expect(reports.some((report) => report.drained)).toBe(false)
    sink.end(1)
    await clock.pass(500)
    expect(reports.filter((report) => report.drained)).toHaveLength(1)
  })

  test('waits when it runs dry and goes on in real time from the next audio, with no gap recorded', async () => {
    const { clock, sink, heard } = bench()
    sink.write(1, tone(100))
    await clock.pass(1000)
    expect(heard).toHaveLength(100 * MS)
    sink.write(1, tone(200))
    await clock.pass(100)
    expect(heard).toHaveLength(200 * MS)
    await clock.pass(1000)
    expect(heard).toHaveLength(300 * MS)
  })

  test('plays replies one after the other', async () => {
    const { clock, sink, reports, heard } = bench()
    sink.write(1, tone(100, 1))
    sink.write(2, tone(100, 2))
    sink.end(1)
    sink.end(2)
    await clock.pass(160)
    expect(heard.slice(0, 100 * MS).every((sample) => sample === 1)).toBe(true)
    expect(heard.slice(100 * MS)).toEqual(Array.from({ length: 60 * MS }, () => 2))
    await clock.pass(100)
    expect(reports.filter((report) => report.drained).map((report) => report.reply)).toEqual([1, 2])
  })

  test('a flush fades within 10 ms, forgets the rest and reports what was heard', async () => {
    const { clock, sink, heard, reports } = bench()
    const pcm = tone(1000)
    sink.write(1, pcm)
    sink.end(1)
    sink.write(2, tone(500))
    await clock.pass(300)
    sink.flush(2)
    expect(reports.some((report) => report.drained)).toBe(false)
    await clock.pass(1000)
    expect(heard).toHaveLength(310 * MS)
    const fade = heard.slice(300 * MS)
    expect(fade[0]).toBeGreaterThan(950)
    expect(fade.at(-1)).toBe(0)
    expect(fade.toSorted((a, b) => b - a)).toEqual(fade)
    expect(reports.filter((report) => report.drained)).toEqual([
      { reply: 1, playedSamples: 310 * MS, drained: true },
      { reply: 2, playedSamples: 0, drained: true }
    ])
    // What was handed in is the caller's: fading works on a copy.
    expect(bytesToInt16(pcm).every((sample) => sample === 1000)).toBe(true)
  })

  test('drops late audio of a flushed reply and plays the next one', async () => {
    const { clock, sink, heard, reports } = bench()
    sink.write(1, tone(100, 1))
    sink.flush(1)
    sink.write(1, tone(100, 1))
    sink.end(1)
    await clock.pass(20)
    heard.length = 0
    sink.write(2, tone(40, 2))
    sink.end(2)
    await clock.pass(200)
    expect(heard).toEqual(Array.from({ length: 40 * MS }, () => 2))
    expect(reports.filter((report) => report.drained).map((report) => report.reply)).toEqual([1, 2])
  })

  test('a flush of an earlier reply leaves the one being heard alone', async () => {
    const { clock, sink, heard } = bench()
    sink.write(1, tone(20))
    sink.end(1)
    sink.write(2, tone(200))
    sink.end(2)
    await clock.pass(100)
    sink.flush(1)
    await clock.pass(200)
    expect(heard).toHaveLength(220 * MS)
  })

  test('answers an end and a flush of replies that never had audio', async () => {
    const { clock, sink, reports } = bench()
    sink.end(1)
    sink.flush(2)
    sink.flush(2)
    await clock.pass(40)
    expect(reports).toEqual([
      { reply: 1, playedSamples: 0, drained: true },
      { reply: 2, playedSamples: 0, drained: true }
    ])
    expect(clock.pending).toBe(0)
  })

  test('is bounded: what does not fit is dropped and counted', () => {
    const { sink } = bench()
    for (let minute = 0; minute < 10; minute += 1) sink.write(1, tone(60_000))
    expect(sink.droppedMs).toBe(0)
    sink.write(1, tone(20))
    expect(sink.droppedMs).toBe(20)
  })

  test('closed, it has heard what was due and nothing more', async () => {
    const { clock, sink, heard, reports } = bench()
    sink.write(1, tone(1000))
    await clock.pass(20)
    sink.close()
    sink.close()
    sink.write(1, tone(20))
    sink.end(1)
    await clock.pass(1000)
    expect(heard).toHaveLength(20 * MS)
    expect(reports.some((report) => report.drained)).toBe(false)
    expect(clock.pending).toBe(0)
  })
})
