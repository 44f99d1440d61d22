import { describe, expect, it } from 'vitest'
import { napsterDialect } from './napster.ts'
import { TOLD_LIMIT } from './napster-plan.ts'
import { DialectRig, napsterProfile } from './testing.test-support.ts'

const HISTORY = [
  { type: 'History', role: 'user', content: 'Book table four.' },
  { type: 'History', role: 'assistant', content: 'Done.' }
]

const TUNING = {
  instructions: 'Be brief.',
  temperature: 0.4,
  turnDetection: { silenceDurationMs: 700 },
  context: ['The user is Ann.']
}

function rigOf(...given: Parameters<typeof napsterProfile>): DialectRig {
  return DialectRig.of(napsterDialect(napsterProfile(...given)))
}

function context(text: string): object {
  return { type: 'send_message', data: { role: 'system', text, trigger_response: false, delay: true } }
}

describe('after the first opening', () => {
  it('nothing is sent for a profile without tuning, and no first message ever', () => {
    expect(rigOf().afterOpening()).toEqual([])
    expect(rigOf().dialect.opening(rigOf().agent)).toBeUndefined()
  })

  it("the profile's tuning goes out: one set_settings, then the context", () => {
    expect(rigOf({}, { tuning: TUNING }).afterOpening()).toEqual([
      {
        type: 'set_settings',
        data: { instructions: 'Be brief.', temperature: 0.4, turn_detection: { silence_duration_ms: 700 } }
      },
      context('The user is Ann.')
    ])
  })

  it('N15 tuning sends only what it has', () => {
    expect(rigOf({}, { tuning: { temperature: 0 } }).afterOpening()).toEqual([
      { type: 'set_settings', data: { temperature: 0 } }
    ])
  })
})

describe('after a reopening', () => {
  it('all that was changed goes out in one set_settings, then what was added and told, then the last turns', () => {
    const rig = rigOf({}, { tuning: TUNING })
    void rig.send({ kind: 'set-model', temperature: 0.9 })
    void rig.send({ kind: 'set-turn-detection', threshold: 0.5 })
    void rig.send({ kind: 'append-prompt', text: 'Call her Ann.' })
    void rig.send({ kind: 'context', text: 'The cart has shoes.', when: 'now', respond: false })
    void rig.send({ kind: 'user-text', text: 'Size 40.', respond: false })
    expect(rig.afterReopening(HISTORY)).toEqual([
      {
        type: 'set_settings',
        data: {
          instructions: 'Be brief.',
          temperature: 0.9,
          turn_detection: { silence_duration_ms: 700, threshold: 0.5 }
        }
      },
      context('The user is Ann.'),
      context('Call her Ann.'),
      context('The cart has shoes.'),
      context('The user typed: "Size 40."'),
      context(
        'The connection was interrupted. This was said before, oldest first. Go on from there without a new greeting.\nUser: Book table four.\nYou: Done.'
      )
    ])
  })

  it('N13 nothing of it is shown or answered', () => {
    const { dialect, agent } = rigOf({}, { tuning: TUNING })
    for (const step of dialect.afterReopening(agent, HISTORY)) {
      expect(step).toMatchObject({ ack: 'no-objection' })
      expect(step).not.toHaveProperty('shows')
    }
  })

  it('with an externalClientId the service remembers what was said', () => {
    expect(rigOf({ externalClientId: 'ann' }).afterReopening(HISTORY)).toEqual([])
  })

  it('of what was told only the newest is told again', () => {
    const rig = rigOf()
    for (let at = 0; at <= TOLD_LIMIT; at += 1) {
      void rig.send({ kind: 'context', text: `Fact ${at}.`, when: 'now', respond: false })
    }
    expect(rig.afterReopening([])).toHaveLength(TOLD_LIMIT)
    expect(rig.afterReopening([])[0]).toEqual(context('Fact 1.'))
  })
})

describe('a profile', () => {
  it('is heard and spoken to in PCM16 at 16 kHz in blocks of 100 ms, and greets once', () => {
    const { dialect } = rigOf()
    expect(dialect).toMatchObject({
      modality: 'audio',
      inputSampleRateHz: 16_000,
      outputSampleRateHz: 16_000,
      outputIsWav: false,
      greetsAgain: false,
      handshake: { late: 'go-on' }
    })
    expect(dialect.blockMs(dialect.agent)).toBe(100)
    const pcm = Uint8Array.of(1, 2, 3, 4)
    expect(dialect.inputCodec.encode(pcm)).toBe(pcm)
    expect(dialect.outputCodec.decode(pcm)).toBe(pcm)
  })

  it('has no limit of the prompt, and counts what Parley knows of it', () => {
    const rig = rigOf({}, { tuning: { instructions: 'Be brief. 😀' } })
    void rig.send({ kind: 'append-prompt', text: 'And kind.' })
    expect(rig.dialect.promptUse(rig.agent)).toEqual({ codePoints: 20, limit: null })
    expect(rigOf().dialect.promptUse(rigOf().agent)).toEqual({ codePoints: 0, limit: null })
  })
})
