import { describe, expect, it } from 'vitest'
import { MAX_BUFFERED_BYTES } from './connection.ts'
import { Rig, settings } from './rig.test-support.ts'
import { silence, tone } from './scripted-engine.test-support.ts'

describe('audio out', () => {
  it('is never more than 500 ms ahead of real time', () => {
    const rig = Rig.live({ greeting: 'x'.repeat(200) })
    rig.clock.advance(10_000)
    let bytes = 0
    const frames = rig.sent.filter((entry) => 'bytes' in entry)
    for (const frame of frames) {
      bytes += frame.bytes.length
      const aheadMs = bytes / 32 - (frame.atMs - (frames[0]?.atMs ?? 0))
      expect(aheadMs).toBeLessThanOrEqual(500)
    }
    expect(bytes).toBe(200 * 20 * 32)
  })

  it('wav puts one RIFF header in front of each reply', () => {
    const rig = Rig.live({ greeting: 'One. Two. Three.' }, {}, { output: { container: 'wav' } })
    rig.clock.advance(5000)
    rig.inject('Four.')
    rig.clock.advance(5000)
    const starts = rig.sent.flatMap((entry) =>
      'bytes' in entry ? [Buffer.from(entry.bytes.subarray(0, 4)).toString('latin1')] : []
    )
    expect(starts.filter((start) => start === 'RIFF')).toHaveLength(2)
    expect(starts[0]).toBe('RIFF')
  })

  it('waits while the client does not read, and drops a client that leaves too much unread', () => {
    const rig = Rig.live()
    rig.bufferedBytes = 1_000_000
    rig.inject('Hello there.')
    rig.clock.advance(5000)
    expect(rig.audioBytes).toBe(0)
    rig.bufferedBytes = 0
    rig.clock.advance(5000)
    expect(rig.audioBytes).toBe(12 * 20 * 32)
    rig.bufferedBytes = MAX_BUFFERED_BYTES + 1
    rig.send({ type: 'UpdatePrompt', prompt: '' })
    expect(rig.terminated).toBe(true)
  })
})

describe('audio in', () => {
  it('keeps samples whole across frames of any length', () => {
    const rig = Rig.live()
    const pcm = tone(16_000, 100)
    for (let at = 0; at < pcm.length; at += 333) rig.sendAudio(pcm.subarray(at, at + 333))
    const got = Buffer.concat(rig.engine.of('audio').map((request) => request.pcm))
    expect(got.equals(Buffer.from(pcm))).toBe(true)
  })

  it('stops reading a client that is far ahead of the detector, and goes on when it has caught up', () => {
    const rig = new Rig({ holdBarriers: true })
    rig.send(settings())
    rig.engine.passBarriers()
    for (let second = 0; second < 21; second += 1) rig.sendAudio(silence(16_000, 1000))
    expect(rig.paused).toBe(true)
    rig.engine.passBarriers()
    expect(rig.paused).toBe(false)
  })

  it('is read on while a slow transcriber holds an acknowledgement back', () => {
    const rig = Rig.live({}, { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'thank you')
    rig.send({ type: 'UpdatePrompt', prompt: 'More.' })
    for (let second = 0; second < 40; second += 1) rig.sendAudio(silence(16_000, 1000))
    expect(rig.paused).toBe(false)
    expect(rig.count('PromptUpdated')).toBe(0)
  })

  it('messages that would fill memory behind a slow transcriber stop the reading until it is done', () => {
    for (const [count, prompt] of [
      [101, 'More.'],
      [3, 'a'.repeat(1_500_000)]
    ] as const) {
      const rig = Rig.live({}, { holdWords: true })
      rig.engine.userStarts(1)
      rig.engine.userStops(1, 'thank you')
      for (let i = 1; i < count; i += 1) rig.send({ type: 'UpdatePrompt', prompt })
      expect(rig.paused).toBe(false)
      rig.send({ type: 'UpdatePrompt', prompt })
      expect(rig.paused).toBe(true)
      rig.engine.giveWords()
      expect(rig.paused).toBe(false)
      expect(rig.count('PromptUpdated')).toBe(count)
    }
  })
})
