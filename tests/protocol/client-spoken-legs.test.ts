import { expect, it } from 'vitest'
import { ScriptedEngine, tone } from '../../src/agent/scripted-engine.test-support.ts'
import { startAgent } from '../../src/agent/server.ts'
import { startScriptedModel } from '../../src/agent/think/scripted-model.test-support.ts'
import type { AudioSink } from '../../src/core/ports.ts'
import { silentLog } from '../../src/core/testing.test-support.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import type { TurnLatency } from '../../src/shared/events.ts'
import { Client, TALK_PROFILE, until } from './client.test-support.ts'

// The legs of a spoken turn as Parley's session tells them, over real sockets, beside what the test saw itself.

const RATE_HZ = 16_000
const SPOKEN_BLOCKS = 25
/** The scripted ears end a turn after so much silence. */
const EARS_MS = 300
const STT_MS = 40
const FIRST_TOKEN_MS = 120
/** From the first audio of a reply to its first sample at the loudspeaker of this test. */
const BUFFER_MS = 200
/** A busy machine may take a moment between two readings of the clock that belong together. */
const APART_MS = 100

/** One spoken turn: its legs as told, and as seen. */
async function turn(mode: 'push-to-talk' | 'open') {
  const engine = new ScriptedEngine({ transcripts: ['What is the weather like?'], sttMs: STT_MS })
  const agent = await startAgent({ port: 0, engine, log: silentLog, clock: systemClock })
  const model = await startScriptedModel([{ firstTokenMs: FIRST_TOKEN_MS, tokens: ['It ', 'is ', 'sunny.'] }])
  const think = { provider: { type: 'open_ai', model: 'm' }, endpoint: { url: model.url }, prompt: 'Be brief.' }
  const settings = { ...TALK_PROFILE.settings, agent: { think } }
  const seen = { releasedMs: NaN, firstByteMs: NaN, firstSampleMs: NaN }
  const timers: NodeJS.Timeout[] = []
  let samples = 0
  let played = 0
  const sink: AudioSink = {
    write(reply, pcm) {
      if (samples === 0) {
        seen.firstByteMs = performance.now()
        timers.push(
          setTimeout(() => {
            seen.firstSampleMs = performance.now()
            one.session.playback({ reply, playedSamples: (played = 1), drained: false })
          }, BUFFER_MS)
        )
      }
      samples += pcm.byteLength / 2
    },
    end(reply) {
      timers.push(
        setTimeout(() => one.session.playback({ reply, playedSamples: samples, drained: true }), BUFFER_MS + 20)
      )
    },
    flush: () => undefined
  }
  const one = new Client(agent.url, { sink }, { ...TALK_PROFILE, settings })
  try {
    await one.live()
    one.session.talk(true, mode)
    const block = tone(RATE_HZ, 20)
    const quiet = new Uint8Array(block.length)
    let pushed = 0
    await new Promise<void>((resolve) => {
      const microphone = setInterval(() => {
        if (pushed === SPOKEN_BLOCKS) {
          seen.releasedMs = performance.now()
          if (mode === 'push-to-talk') {
            one.session.talk(false, mode)
            clearInterval(microphone)
          }
          resolve()
        }
        one.session.pushAudio(pushed < SPOKEN_BLOCKS ? block : quiet)
        pushed += 1
      }, 20)
      timers.push(microphone)
    })
    await until('the reply', () => one.count('reply-played') === 1)
    const told = one.events.flatMap((event) => (event.kind === 'latency' ? [event.latency] : []))
    const final = told.at(-1) as TurnLatency
    return { told, final, seen, played, captions: one.captions }
  } finally {
    for (const timer of timers) clearTimeout(timer)
    one.close()
    await agent.close()
    await model.close()
  }
}

it.concurrent.each(['push-to-talk', 'open'] as const)(
  'C35 every leg of a spoken turn (%s) is told, in order, as it happened',
  async (mode) => {
    const { told, final, seen, played, captions } = await turn(mode)
    expect(captions).toEqual(['user: What is the weather like?', 'agent: It is sunny.'])
    expect(played).toBe(1)
    expect([...new Set(told.map((one) => one.turn))]).toEqual([1])
    const { lastBlockSentMs = NaN, firstByteMs = NaN, firstSampleMs = NaN } = final.client
    // What was said last goes out before or at the release, or when the block of an open microphone is complete; never later.
    expect(lastBlockSentMs).toBeGreaterThanOrEqual(0)
    expect(lastBlockSentMs).toBeLessThan(100)
    expect(firstByteMs).toBeGreaterThanOrEqual(EARS_MS + FIRST_TOKEN_MS - 40)
    expect(firstByteMs).toBeGreaterThan(lastBlockSentMs)
    expect(firstSampleMs).toBeGreaterThanOrEqual(firstByteMs + BUFFER_MS - APART_MS)
    // Beside what this test saw: an open microphone's speech ended a block before it stopped being pushed.
    expect(Math.abs(firstByteMs - (seen.firstByteMs - seen.releasedMs))).toBeLessThan(
      mode === 'open' ? 60 + APART_MS : APART_MS
    )
    expect(Math.abs(firstSampleMs - firstByteMs - (seen.firstSampleMs - seen.firstByteMs))).toBeLessThan(APART_MS)
    // The service's own parts stand beside them.
    expect(final.service).toMatchObject({ sttMs: STT_MS, totalMs: expect.any(Number) as number })
    expect(final.service.totalMs).toBeGreaterThanOrEqual(FIRST_TOKEN_MS)
    expect(final.service.totalMs).toBeLessThan(firstByteMs + 50)
  }
)
