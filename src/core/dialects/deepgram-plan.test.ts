import { describe, expect, it } from 'vitest'
import type { Command } from '../../shared/commands.ts'
import { CUE } from './deepgram-plan.ts'
import { support } from './deepgram-support.ts'
import { DialectRig, FLUX, NOVA, SPEAK, THINK, filling } from './testing.test-support.ts'

const AGENT = { listen: { provider: FLUX }, think: THINK, speak: SPEAK }
type Of<K extends Command['kind']> = Omit<Extract<Command, { kind: K }>, 'kind'>
const turns = (rest: Of<'set-turn-detection'>) => ({ kind: 'set-turn-detection', ...rest }) as const
const model = (rest: Of<'set-model'>) => ({ kind: 'set-model', ...rest }) as const
const voice = (rest: Of<'set-voice'>) => ({ kind: 'set-voice', ...rest }) as const

describe('what is typed and told', () => {
  it('a typed text is InjectUserMessage, shown as the user said it, and takes the turn', () => {
    const plan = new DialectRig(AGENT).plan({ kind: 'user-text', text: 'Hi' })
    expect(plan).toMatchObject({
      kind: 'send',
      steps: [{ ack: 'user-echo', says: 'Hi', shows: { role: 'user', text: 'Hi' }, takesTurn: 'user' }]
    })
    expect(new DialectRig(AGENT).send({ kind: 'user-text', text: 'Hi' })).toEqual([
      { type: 'InjectUserMessage', content: 'Hi' }
    ])
  })

  it('a typed text without an answer is UpdatePrompt stating it, shown as the user said it, and takes no turn', () => {
    const rig = new DialectRig(AGENT)
    const plan = rig.plan({ kind: 'user-text', text: 'I am "Ann"', respond: false })
    expect(plan).toMatchObject({ steps: [{ ack: 'prompt-updated', shows: { role: 'user', text: 'I am "Ann"' } }] })
    expect(plan.kind === 'send' && plan.steps[0]?.takesTurn).toBeUndefined()
    const [message] = rig.send({ kind: 'user-text', text: 'I am "Ann"', respond: false })
    expect(message).toEqual({ type: 'UpdatePrompt', prompt: expect.stringMatching(/typed.*I am \\"Ann\\"/) as string })
  })

  it('context is UpdatePrompt and nothing is shown', () => {
    const rig = new DialectRig(AGENT)
    const command = { kind: 'context', text: 'It rains.', when: 'now', respond: false } as const
    const plan = rig.plan(command)
    expect(plan.kind === 'send' && plan.steps.map(({ shows }) => shows)).toEqual([undefined])
    expect(rig.send(command)).toEqual([{ type: 'UpdatePrompt', prompt: 'It rains.' }])
  })

  it('context to be answered is UpdatePrompt and then one fixed cue, shown as sent by Parley and never an injection of the agent', () => {
    const rig = new DialectRig(AGENT)
    const command = { kind: 'context', text: 'It rains.', when: 'now', respond: true } as const
    expect(rig.plan(command)).toMatchObject({
      steps: [{ ack: 'prompt-updated' }, { ack: 'user-echo', shows: { role: 'parley', text: CUE }, takesTurn: 'user' }]
    })
    expect(rig.send(command)).toEqual([
      { type: 'UpdatePrompt', prompt: 'It rains.' },
      { type: 'InjectUserMessage', content: CUE }
    ])
  })

  it.each([
    ['if-quiet', 'default'],
    ['queue', 'queue'],
    ['interrupt', 'interrupt']
  ] as const)('C40 a statement %s is InjectAgentMessage with "message" and behavior %s', (behavior, wire) => {
    expect(new DialectRig(AGENT).send({ kind: 'agent-speech', text: 'Ready.', behavior })).toEqual([
      { type: 'InjectAgentMessage', message: 'Ready.', behavior: wire }
    ])
  })

  it('an announcement is a queued statement', () => {
    expect(new DialectRig(AGENT).send({ kind: 'announce', text: 'Half done.' })).toEqual([
      { type: 'InjectAgentMessage', message: 'Half done.', behavior: 'queue' }
    ])
  })
})

describe('set-model', () => {
  it('changes only what is given, and sends the whole effective block', () => {
    const rig = new DialectRig(AGENT)
    rig.send({ kind: 'append-prompt', text: 'Speak French.' })
    expect(rig.send(model({ temperature: 0.2 }))).toEqual([
      {
        type: 'UpdateThink',
        think: { ...THINK, provider: { ...THINK.provider, temperature: 0.2 }, prompt: 'Be brief.\nSpeak French.' }
      }
    ])
  })

  it('changes the first of a list and keeps its fallbacks', () => {
    const fallback = { provider: { type: 'anthropic', model: 'claude-haiku-4-5' }, prompt: 'Be kind.' }
    const rig = new DialectRig({ think: [THINK, fallback] })
    expect(rig.send(model({ model: 'gpt-4o' }))).toEqual([
      { type: 'UpdateThink', think: [{ ...THINK, provider: { ...THINK.provider, model: 'gpt-4o' } }, fallback] }
    ])
  })

  it('another provider brings its own model and leaves the fields of the old one behind', () => {
    const think = { ...THINK, provider: { ...THINK.provider, reasoning_mode: 'low' } }
    const [message] = new DialectRig({ think }).send(model({ provider: 'anthropic', model: 'claude-haiku-4-5' }))
    expect(message).toEqual({
      type: 'UpdateThink',
      think: { ...THINK, provider: { type: 'anthropic', model: 'claude-haiku-4-5' } }
    })
  })

  it.each([
    [{}, /Nothing/],
    [{ provider: 'anthropic' }, /model/],
    [{ provider: 'anthropic', model: 'm', temperature: 1.5 }, /from 0 to 1/],
    [{ temperature: 2.5 }, /from 0 to 2/]
  ])('what cannot work is said before anything is sent (%#)', (change, reason) => {
    expect(new DialectRig(AGENT).obstacle(model(change))).toMatch(reason)
  })

  it('the provider of an own endpoint is not changed without it', () => {
    const rig = new DialectRig({ think: { ...THINK, endpoint: { url: 'https://llm.test' } } })
    expect(rig.obstacle(model({ provider: 'groq', model: 'm' }))).toMatch(/endpoint/)
  })
})

describe('configure-think', () => {
  it('C11 a list goes out as it is and is the agent from then on', () => {
    const think = [THINK, { provider: { type: 'anthropic', model: 'claude-haiku-4-5' } }]
    const rig = new DialectRig(AGENT)
    expect(rig.send({ kind: 'configure-think', think })).toEqual([{ type: 'UpdateThink', think }])
    expect(rig.opening()['agent']).toEqual({ ...AGENT, think })
  })

  it('C10 client_side in a function is refused before sending', () => {
    const think = { ...THINK, functions: [{ name: 'a', client_side: true }] }
    expect(new DialectRig(AGENT).obstacle({ kind: 'configure-think', think })).toMatch(/^think\.functions: client_side/)
  })
})

describe('set-turn-detection', () => {
  it.each([
    [{ eotThreshold: 0.85 }, { eot_threshold: 0.85 }],
    [{ eotThreshold: 1 }, { eot_threshold: 1 }],
    [{ eagerEotThreshold: 0.4 }, { eager_eot_threshold: 0.4 }],
    [{ eotTimeoutMs: 500 }, { eot_timeout_ms: 500 }],
    [{ eotTimeoutMs: 60_000 }, { eot_timeout_ms: 60_000 }],
    [{ silenceDurationMs: 1_000 }, { eot_timeout_ms: 1_000 }],
    [{ silenceDurationMs: 700, eotTimeoutMs: 700 }, { eot_timeout_ms: 700 }]
  ])('on Flux %j is sent under the name of the service', (change, wire) => {
    expect(new DialectRig(AGENT).send(turns(change))).toEqual([
      { type: 'UpdateListen', listen: { provider: { ...FLUX, ...wire } } }
    ])
  })

  it('language hints, which the service would clear, are sent again', () => {
    const provider = { ...FLUX, model: 'flux-general-multi', language_hints: ['es'], keyterms: ['a'] }
    const rig = new DialectRig({ listen: { provider } })
    expect(rig.send(turns({ eotThreshold: 0.9 }))).toEqual([
      {
        type: 'UpdateListen',
        listen: { provider: { ...FLUX, model: 'flux-general-multi', language_hints: ['es'], eot_threshold: 0.9 } }
      }
    ])
    expect(rig.opening()['agent']).toEqual({ listen: { provider: { ...provider, eot_threshold: 0.9 } } })
  })

  it.each([
    [{ eotThreshold: 0.49 }, /0\.5 to 1/],
    [{ eotThreshold: 1.01 }, /0\.5 to 1/],
    [{ eagerEotThreshold: 0.29 }, /0\.3 to 0\.9/],
    [{ eagerEotThreshold: 0.8 }, /eot_threshold/],
    [{ eotTimeoutMs: 499 }, /500 to 60000/],
    [{ silenceDurationMs: 60_001 }, /500 to 60000/],
    [{ eotThreshold: Number.NaN }, /0\.5 to 1/],
    [{ eotTimeoutMs: 500, silenceDurationMs: 600 }, /one setting/],
    [{ threshold: 0.5, eotThreshold: 0.7 }, /no threshold/],
    [{ prefixPaddingMs: 100 }, /padding/],
    [{}, /Nothing/]
  ])('%j is refused before sending', (change, reason) => {
    expect(new DialectRig(AGENT).obstacle(turns(change))).toMatch(reason)
  })

  it.each([[{ listen: { provider: NOVA } }], [{}]])(
    'without Flux it is not possible, with the reason (%#)',
    (agent) => {
      expect(new DialectRig(agent).obstacle(turns({ silenceDurationMs: 1_000 }))).toMatch(/Only Flux/)
    }
  )
})

describe('configure-listen', () => {
  it('a patch names type, version and model again, and the rest stays', () => {
    const rig = new DialectRig({ listen: { provider: { ...NOVA, language: 'en', keyterms: ['a'] } } })
    expect(rig.send({ kind: 'configure-listen', provider: { language: 'multi' } })).toEqual([
      { type: 'UpdateListen', listen: { provider: { ...NOVA, version: 'v1', language: 'multi' } } }
    ])
    expect(rig.opening()['agent']).toEqual({
      listen: { provider: { ...NOVA, version: 'v1', language: 'multi', keyterms: ['a'] } }
    })
  })

  it('language hints, which the service would clear, are sent again; an empty list or another model clears them', () => {
    const multi = { ...FLUX, model: 'flux-general-multi' }
    const rig = new DialectRig({ listen: { provider: { ...multi, language_hints: ['es'] } } })
    expect(rig.send({ kind: 'configure-listen', provider: { keyterms: ['b'] } })).toEqual([
      { type: 'UpdateListen', listen: { provider: { ...multi, language_hints: ['es'], keyterms: ['b'] } } }
    ])
    expect(rig.agent.listen).toEqual({ ...multi, language_hints: ['es'], keyterms: ['b'] })
    rig.send({ kind: 'configure-listen', provider: { language_hints: [] } })
    expect(rig.agent.listen).toEqual({ ...multi, language_hints: [], keyterms: ['b'] })
    rig.send({ kind: 'configure-listen', provider: { language_hints: ['de'] } })
    rig.send({ kind: 'configure-listen', provider: { model: 'flux-general-en' } })
    expect(rig.agent.listen).toEqual({ ...FLUX, model: 'flux-general-en', keyterms: ['b'] })
  })

  it('other keyterms are for Flux only, and the support says so', () => {
    const provider = { keyterms: ['a'] }
    const nova = new DialectRig({ listen: { provider: NOVA } })
    expect(nova.obstacle({ kind: 'configure-listen', provider })).toMatch(/Only Flux .* keyterms/)
    expect(nova.send({ kind: 'configure-listen', provider: { ...provider, model: 'flux-general-en' } })).toHaveLength(1)
    expect(support(new DialectRig({ listen: { provider: NOVA } }).agent)['configure-listen/keyterms'].kind).toBe(
      'unsupported'
    )
    expect(support(new DialectRig(AGENT).agent)['configure-listen/keyterms']).toEqual({ kind: 'native' })
  })

  it('a model of the other family leaves the fields of the old one behind', () => {
    const rig = new DialectRig({ listen: { provider: { ...NOVA, language: 'en', smart_format: true } } })
    rig.send({ kind: 'configure-listen', provider: { model: 'flux-general-en', eot_threshold: 0.8 } })
    expect(rig.agent.listen).toEqual({ ...FLUX, eot_threshold: 0.8 })
    rig.send({ kind: 'configure-listen', provider: { model: 'nova-3', language: 'de' } })
    expect(rig.agent.listen).toEqual({ ...NOVA, version: 'v1', language: 'de' })
  })

  it('C9 what the model refuses is refused before sending', () => {
    const rig = new DialectRig(AGENT)
    expect(rig.obstacle({ kind: 'configure-listen', provider: { language: 'en' } })).toMatch(/provider\.language/)
    expect(rig.obstacle({ kind: 'configure-listen', provider: { eot_threshold: 2 } })).toMatch(/0\.5 to 1/)
  })

  it('an agent whose model is not known needs one named', () => {
    const rig = new DialectRig('saved')
    expect(rig.obstacle({ kind: 'configure-listen', provider: { keyterms: ['a'] } })).toMatch(/model/)
    expect(rig.send({ kind: 'configure-listen', provider: { model: 'flux-general-en' } })).toEqual([
      { type: 'UpdateListen', listen: { provider: FLUX } }
    ])
  })
})

describe('voices', () => {
  it('another voice of the first item, with its fallbacks kept', () => {
    const rig = new DialectRig({ speak: [{ provider: { ...SPEAK.provider, speed: 1.1 } }, SPEAK] })
    expect(rig.send(voice({ model: 'aura-2-apollo-en' }))).toEqual([
      { type: 'UpdateSpeak', speak: [{ provider: { type: 'deepgram', model: 'aura-2-apollo-en', speed: 1.1 } }, SPEAK] }
    ])
  })

  it('a Flux voice carries version v2, and an Aura voice after it does not', () => {
    const rig = new DialectRig(AGENT)
    expect(rig.send(voice({ model: 'flux-kit-en', speed: 0.6, expressivity: -2 }))).toEqual([
      {
        type: 'UpdateSpeak',
        speak: { provider: { type: 'deepgram', version: 'v2', model: 'flux-kit-en', speed: 0.6, expressivity: -2 } }
      }
    ])
    expect(rig.send(voice({ model: 'aura-2-thalia-en' }))).toEqual([{ type: 'UpdateSpeak', speak: SPEAK }])
  })

  it('another speed alone keeps the voice of now, not that of the settings, and the other way round', () => {
    const rig = new DialectRig(AGENT)
    rig.send(voice({ model: 'aura-2-apollo-en' }))
    const apollo = { type: 'deepgram', model: 'aura-2-apollo-en', speed: 1.2 }
    expect(rig.send(voice({ speed: 1.2 }))).toEqual([{ type: 'UpdateSpeak', speak: { provider: apollo } }])
    expect(rig.send(voice({ model: 'aura-2-thalia-en' }))).toEqual([
      { type: 'UpdateSpeak', speak: { provider: { ...SPEAK.provider, speed: 1.2 } } }
    ])
    expect(rig.obstacle(voice({ speed: 0.6 }))).toMatch(/0\.7 to 1\.5/)
  })

  it.each([
    ['an agent of the service', 'saved'],
    ['a service default', {}]
  ])('another speed alone is refused with a sentence where Parley does not know the voice: %s', (_, agent) => {
    expect(new DialectRig(agent).obstacle(voice({ speed: 1.2 }))).toMatch(/does not know which voice/)
  })

  it('a change of nothing is refused', () => {
    expect(new DialectRig(AGENT).obstacle(voice({}))).toMatch(/Nothing is to be changed/)
  })

  it('a voice for an agent whose speak block is not known is a block of its own', () => {
    expect(new DialectRig('saved').send(voice({ model: 'aura-2-thalia-en' }))).toEqual([
      { type: 'UpdateSpeak', speak: SPEAK }
    ])
  })

  it.each([
    [{ model: 'aura-2-thalia-en', speed: 0.6 }, /0\.7 to 1\.5/],
    [{ model: 'flux-kit-en', speed: 1.6 }, /0\.5 to 1\.5/],
    [{ model: 'flux-kit-en', speed: 1.03 }, /steps of 0\.05/],
    [{ model: 'flux-kit-en', expressivity: 3 }, /-2 to 2/],
    [{ model: 'aura-2-thalia-en', expressivity: 1 }, /Only Flux/]
  ])('%j is refused before sending', (change, reason) => {
    expect(new DialectRig(AGENT).obstacle(voice(change))).toMatch(reason)
  })

  it.each([0.5, 0.55, 0.7, 0.95, 1.05, 1.15, 1.35, 1.5])('a Flux voice takes the speed %s', (speed) => {
    expect(new DialectRig(AGENT).send(voice({ model: 'flux-kit-en', speed }))).toHaveLength(1)
  })

  it('a voice of another provider is changed by a whole block only', () => {
    const other = { provider: { type: 'open_ai', model: 'tts-1', voice: 'alloy' }, endpoint: { url: 'https://v.test' } }
    const rig = new DialectRig({ speak: other })
    expect(rig.obstacle(voice({ model: 'aura-2-thalia-en' }))).toMatch(/another provider/)
    expect(rig.send({ kind: 'configure-speak', speak: [SPEAK, other] })).toEqual([
      { type: 'UpdateSpeak', speak: [SPEAK, other] }
    ])
    expect(rig.opening()['agent']).toEqual({ speak: [SPEAK, other] })
  })

  it('C10 language with a Deepgram voice is refused before sending', () => {
    const speak = { provider: { ...SPEAK.provider, language: 'en' } }
    expect(new DialectRig(AGENT).obstacle({ kind: 'configure-speak', speak })).toMatch(/speak\.provider\.language/)
  })
})

describe('end-turn', () => {
  it('C42 ForceEndTurn is only offered with version v2', () => {
    const flux = new DialectRig(AGENT)
    expect(flux.send({ kind: 'end-turn' })).toEqual([{ type: 'ForceEndTurn' }])
    expect(flux.dialect.support(flux.agent)['end-turn']).toEqual({ kind: 'native' })
    for (const agent of [{ listen: { provider: NOVA } }, {}, 'saved']) {
      const rig = new DialectRig(agent)
      expect(rig.plan({ kind: 'end-turn' })).toEqual({ kind: 'trailing-silence' })
      expect(rig.dialect.support(rig.agent)['end-turn']?.kind).toBe('emulated')
    }
  })

  it('C42 it is offered as soon as the agent listens with Flux', () => {
    const rig = new DialectRig({ listen: { provider: NOVA } })
    rig.send({ kind: 'configure-listen', provider: { model: 'flux-general-en' } })
    expect(rig.send({ kind: 'end-turn' })).toEqual([{ type: 'ForceEndTurn' }])
  })
})

describe('a saved agent', () => {
  it.each([{ kind: 'replace-prompt', text: 'New.' } as const, model({ model: 'gpt-4o' }), model({ temperature: 1 })])(
    '%j is not possible, with the reason',
    (command) => {
      const rig = new DialectRig('saved')
      expect(rig.obstacle(command)).toMatch(/under an id/)
      expect(rig.dialect.support(rig.agent)[command.kind]).toEqual({
        kind: 'unsupported',
        why: expect.stringMatching(/under an id/) as string
      })
    }
  )

  it('once a whole think block was sent, it can be changed', () => {
    const rig = new DialectRig('saved')
    rig.send({ kind: 'append-prompt', text: 'The caller is a member.' })
    expect(rig.send({ kind: 'configure-think', think: THINK })).toEqual([
      { type: 'UpdateThink', think: { ...THINK, prompt: 'Be brief.\nThe caller is a member.' } }
    ])
    rig.send(model({ temperature: 1 }))
    expect(rig.agent.think).toMatchObject({ provider: { temperature: 1 } })
  })
})

describe('secrets in updates', () => {
  it('a placeholder in a whole block is filled, one in what was typed is not', () => {
    const rig = new DialectRig(AGENT)
    rig.send({ kind: 'append-prompt', text: 'Say {{secret:TOKEN}}.' })
    const think = { ...THINK, endpoint: { url: 'https://llm.test', headers: { authorization: '{{secret:TOKEN}}' } } }
    const plan = rig.plan({ kind: 'configure-think', think })
    if (plan.kind !== 'send') throw new Error(plan.kind)
    expect(plan.steps[0]?.compose(filling('TOKEN', 'hidden!'))).toEqual({
      type: 'UpdateThink',
      think: {
        ...THINK,
        endpoint: { url: 'https://llm.test', headers: { authorization: 'hidden!' } },
        prompt: 'Be brief.\nSay {{secret:TOKEN}}.'
      }
    })
    expect(plan.effective.think).toEqual(think)
  })

  it('a placeholder that cannot be read is refused before sending, naming the field', () => {
    const think = { ...THINK, endpoint: { url: 'https://{{secret: X}}' } }
    expect(new DialectRig(AGENT).obstacle({ kind: 'configure-think', think })).toMatch(
      /^endpoint\.url.*\{\{secret:NAME\}\}/
    )
  })
})
