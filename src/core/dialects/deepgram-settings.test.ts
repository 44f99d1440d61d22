import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { converseUrl } from './deepgram-url.ts'
import { deepgramDialect } from './deepgram.ts'
import { DialectRig, FLUX, NOVA, SPEAK, THINK, deepgramProfile } from './testing.test-support.ts'

describe('the address', () => {
  it.each([
    ['wss://agent.deepgram.com', 'wss://agent.deepgram.com/v1/agent/converse'],
    ['wss://api.eu.deepgram.com', 'wss://api.eu.deepgram.com/v1/agent/converse'],
    ['wss://api.au.deepgram.com/', 'wss://api.au.deepgram.com/v1/agent/converse'],
    ['https://api.in.deepgram.com', 'wss://api.in.deepgram.com/v1/agent/converse'],
    ['ws://127.0.0.1:8080', 'ws://127.0.0.1:8080/v1/agent/converse'],
    ['wss://host.test/v1/agent/converse', 'wss://host.test/v1/agent/converse'],
    ['wss://host.test/v1/agent/converse/', 'wss://host.test/v1/agent/converse']
  ])('C1 %s is dialled at exactly its path, without a query', (base, url) => {
    expect(converseUrl(base)).toBe(url)
  })
})

describe('Settings', () => {
  it('C8 it has type, audio and agent, and flags.history stands at the top level', () => {
    const rig = new DialectRig(
      { think: THINK },
      { flags: { history: true }, tags: ['a'], mip_opt_out: true, experimental: true }
    )
    const message = rig.opening()
    expect(message['type']).toBe('Settings')
    expect(message['audio']).toBeDefined()
    expect(message['agent']).toEqual({ think: THINK })
    expect(message).toMatchObject({ flags: { history: true }, tags: ['a'], mip_opt_out: true, experimental: true })
  })

  it('C9 a Flux model without a version gets "v2", also after every update', () => {
    const rig = new DialectRig({ listen: { provider: { type: 'deepgram', model: 'flux-general-en' } } })
    expect(rig.opening()['agent']).toEqual({ listen: { provider: FLUX } })
    const [update] = rig.send({ kind: 'configure-listen', provider: { keyterms: ['table'] } })
    expect(update).toEqual({ type: 'UpdateListen', listen: { provider: { ...FLUX, keyterms: ['table'] } } })
    expect(rig.opening()['agent']).toEqual({ listen: { provider: { ...FLUX, keyterms: ['table'] } } })
  })

  it.each([
    [{ ...FLUX, version: 'v1' }, /listen\.provider\.version.*"v2"/],
    [{ ...FLUX, smart_format: true }, /listen\.provider\.smart_format/],
    [{ ...FLUX, language: 'en' }, /listen\.provider\.language /],
    [{ ...FLUX, eot_threshold: 0.4 }, /eot_threshold.*0\.5 to 1/],
    [{ ...FLUX, eager_eot_threshold: 0.95 }, /eager_eot_threshold.*0\.3 to 0\.9/],
    [{ ...FLUX, eager_eot_threshold: 0.8 }, /above eot_threshold \(0\.7 by default\)/],
    [{ ...FLUX, eot_timeout_ms: 499 }, /eot_timeout_ms.*500 to 60000/],
    [{ ...FLUX, eot_timeout_ms: 800.5 }, /eot_timeout_ms.*whole/]
  ])('C9 a listen provider that Flux refuses is refused before connecting (%#)', (provider, sentence) => {
    expect(() => deepgramDialect(deepgramProfile({ listen: { provider } }))).toThrow(sentence)
  })

  it('C9 a Nova model keeps language and smart_format and gets no version', () => {
    const provider = { ...NOVA, language: 'multi', smart_format: true }
    expect(new DialectRig({ listen: { provider } }).opening()['agent']).toEqual({ listen: { provider } })
  })

  it('C10 language in a Deepgram speak provider is refused, in any of a list; elsewhere it stays', () => {
    const speak = [SPEAK, { provider: { ...SPEAK.provider, language: 'en' } }]
    expect(() => deepgramDialect(deepgramProfile({ speak }))).toThrow(/settings\.agent\.speak\.provider\.language/)
    const other = { provider: { type: 'cartesia', model_id: 'm', voice: { mode: 'id', id: 'v' }, language: 'en' } }
    expect(new DialectRig({ speak: other }).opening()['agent']).toEqual({ speak: other })
  })

  it('C10 client_side in a function is refused', () => {
    const think = { ...THINK, functions: [{ name: 'a', client_side: true }] }
    expect(() => deepgramDialect(deepgramProfile({ think }))).toThrow(/settings\.agent\.think\.functions: client_side/)
  })

  it('C11 think and speak go out as they are, one or several', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (manyThinks, manyVoices) => {
        const agent = {
          think: manyThinks ? [THINK, { provider: { type: 'anthropic', model: 'claude-haiku-4-5' } }] : THINK,
          speak: manyVoices ? [SPEAK, { provider: { type: 'deepgram', model: 'aura-2-apollo-en', speed: 1.2 } }] : SPEAK
        }
        expect(new DialectRig(agent).opening()['agent']).toEqual(agent)
      })
    )
  })

  it('C12 the id of a saved agent is a plain string', () => {
    const rig = new DialectRig('5b1f0c7e-1111-4222-8333-444455556666', { tags: ['t'] })
    expect(rig.opening()).toEqual({
      type: 'Settings',
      tags: ['t'],
      audio: expect.any(Object) as object,
      agent: '5b1f0c7e-1111-4222-8333-444455556666'
    })
  })
})

const formats = (input: object, output: object = {}) => ({ audio: { input, output } }) as never

describe('audio formats', () => {
  it.each(['mulaw', 'alaw'] as const)('%s at 8 kHz is PCM16 inside and one byte a sample on the wire', (encoding) => {
    const { dialect } = new DialectRig({}, formats({ encoding, sample_rate: 8_000 }, { encoding }))
    expect(dialect).toMatchObject({ inputSampleRateHz: 8_000, outputSampleRateHz: 8_000, outputIsWav: false })
    const pcm = new Uint8Array(new Int16Array([0, 1_000, -1_000, 32_124, -32_124]).buffer)
    const wire = dialect.inputCodec.encode(pcm)
    expect(wire).toHaveLength(5)
    const back = new Int16Array(dialect.outputCodec.decode(wire).buffer)
    const given = new Int16Array(pcm.buffer)
    back.forEach((sample, index) => expect(Math.abs(sample - (given[index] as number))).toBeLessThan(600))
    expect(Math.abs(back[0] as number)).toBeLessThanOrEqual(8)
  })

  it('C14 linear16 blocks are on the wire byte by byte', () => {
    const { dialect } = new DialectRig({}, formats({ encoding: 'linear16', sample_rate: 16_000 }))
    const pcm = new Uint8Array([1, 2, 3, 4])
    expect(dialect.inputCodec.encode(pcm)).toEqual(pcm)
    expect(dialect.outputCodec.decode(pcm)).toEqual(pcm)
  })

  it('C25 the output rate of the settings is the one to play at', () => {
    for (const sample_rate of [8_000, 16_000, 24_000, 48_000]) {
      const { dialect } = new DialectRig({}, formats({ encoding: 'linear16', sample_rate: 16_000 }, { sample_rate }))
      expect(dialect.outputSampleRateHz).toBe(sample_rate)
    }
  })

  it.each([
    [{ encoding: 'opus', sample_rate: 8_000 }, {}, /audio\.input\.encoding.*"opus".*linear16.*mulaw.*alaw/],
    [{ encoding: 'mulaw', sample_rate: 16_000 }, {}, /audio\.input\.sample_rate.*mulaw\. Write 8000\./],
    [{ encoding: 'linear16', sample_rate: 16_000 }, { encoding: 'mp3' }, /audio\.output\.encoding/],
    [{ encoding: 'linear16', sample_rate: 16_000 }, { encoding: 'alaw', sample_rate: 24_000 }, /output\.sample_rate/],
    [{ encoding: 'linear16', sample_rate: 16_000 }, { encoding: 'mulaw', container: 'wav' }, /container.*"none"/]
  ])('a format that Parley cannot use is refused before connecting (%#)', (input, output, sentence) => {
    expect(() => new DialectRig({}, formats(input, output))).toThrow(sentence)
  })

  it('Flux is sent 80 ms a message, everything else 20 ms, as the agent listens now', () => {
    const rig = new DialectRig({ listen: { provider: NOVA } })
    expect(rig.dialect.blockMs(rig.agent)).toBe(20)
    rig.send({ kind: 'configure-listen', provider: { model: 'flux-general-en' } })
    expect(rig.dialect.blockMs(rig.agent)).toBe(80)
    expect(new DialectRig('id').dialect.blockMs(new DialectRig('id').agent)).toBe(20)
  })
})
