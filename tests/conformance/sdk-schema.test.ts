import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { createGenerator } from 'ts-json-schema-generator'
import { beforeAll, describe, expect, it } from 'vitest'
import { SessionRig, profile, settle } from '../../src/core/testing.test-support.ts'
import type { Command } from '../../src/shared/commands.ts'
import type { AgentProfile } from '../../src/shared/profile.ts'

// Every message that Parley's client sends, against a schema made from the type declarations of the official client, with no additional
// properties. The schema is made anew in each run, so it cannot be out of date.
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const SETTINGS = {
  tags: ['demo'],
  experimental: true,
  flags: { history: true },
  mip_opt_out: false,
  audio: {
    input: { encoding: 'linear16', sample_rate: 16_000 },
    output: { encoding: 'linear16', sample_rate: 24_000, container: 'none' }
  },
  agent: {
    listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', eot_threshold: 0.7 } },
    think: {
      provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.5 },
      prompt: 'Be brief.',
      functions: [{ name: 'book', description: 'Books.', parameters: { type: 'object' } }]
    },
    speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } },
    greeting: 'Hi.'
  }
}

/** What {@link SETTINGS} leaves out: the transcriber of the other generation with its fields, fallback lists, voices with a manner. */
const FALLBACKS = {
  ...SETTINGS,
  agent: {
    listen: {
      provider: {
        type: 'deepgram',
        version: 'v1',
        model: 'nova-3',
        language: 'multi',
        keyterms: ['Parley', 'barge-in'],
        smart_format: true
      }
    },
    think: [
      { provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.5 }, prompt: 'Be brief.' },
      {
        provider: { type: 'google', model: 'gemini-2.5-flash' },
        endpoint: { url: 'https://models.example/v1', headers: { authorization: 'Bearer x' } },
        prompt: 'Be brief.',
        context_length: 20_000
      }
    ],
    speak: [
      { provider: { type: 'deepgram', version: 'v2', model: 'flux-kit-en', speed: 1.25, expressivity: -1 } },
      { provider: { type: 'deepgram', version: 'v1', model: 'aura-2-thalia-en', speed: 0.9 } },
      {
        provider: { type: 'eleven_labs', model_id: 'eleven_turbo_v2_5' },
        endpoint: { url: 'wss://voices.example/v1', headers: { 'xi-api-key': 'x' } }
      }
    ],
    context: {
      messages: [
        { type: 'History', role: 'user', content: 'Yesterday.' },
        {
          type: 'History',
          function_calls: [
            { id: 'f0', name: 'book', client_side: true, arguments: '{}', response: 'ok', thought_signature: 'c2ln' }
          ]
        }
      ]
    }
  }
}

/** A transcriber that is told what to listen for. */
const FLUX_MULTI = {
  ...SETTINGS,
  agent: {
    listen: {
      provider: {
        type: 'deepgram',
        version: 'v2',
        model: 'flux-general-multi',
        language_hints: ['en', 'de'],
        keyterms: ['Parley'],
        eot_threshold: 0.7,
        eager_eot_threshold: 0.5,
        eot_timeout_ms: 4000
      }
    },
    think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'Be brief.' },
    speak: { provider: { type: 'deepgram', version: 'v2', model: 'flux-alexis-en' } }
  }
}

/** The agent is one that the service has saved. */
const SAVED = { ...SETTINGS, agent: '3b2c1f0e-6a54-4c55-9d0a-0c7a1e0f9b11' }

const COMMANDS: readonly Command[] = [
  { kind: 'user-text', text: 'Hello.' },
  { kind: 'user-text', text: 'Silent.', respond: false },
  { kind: 'context', text: 'It rains.', when: 'now', respond: false },
  { kind: 'context', text: 'It pours.', when: 'now', respond: true },
  { kind: 'agent-speech', text: 'One.', behavior: 'if-quiet' },
  { kind: 'agent-speech', text: 'Two.', behavior: 'queue' },
  { kind: 'agent-speech', text: 'Three.', behavior: 'interrupt' },
  { kind: 'announce', text: 'Done.' },
  { kind: 'append-prompt', text: 'More.' },
  { kind: 'replace-prompt', text: 'Other.' },
  { kind: 'set-model', model: 'gpt-4o', temperature: 0.2 },
  { kind: 'set-turn-detection', eotThreshold: 0.8, eagerEotThreshold: 0.4, eotTimeoutMs: 3000 },
  { kind: 'set-voice', model: 'aura-2-apollo-en' },
  { kind: 'set-voice', speed: 1.2 },
  { kind: 'set-voice', model: 'flux-kit-en', speed: 0.75, expressivity: 1 },
  { kind: 'configure-listen', provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } },
  { kind: 'configure-listen', provider: { keyterms: ['Ada'] } },
  {
    kind: 'configure-listen',
    provider: { type: 'deepgram', version: 'v2', model: 'flux-general-multi', language_hints: ['en', 'fr'] }
  },
  { kind: 'configure-think', think: [{ provider: { type: 'open_ai', model: 'gpt-4o' }, prompt: 'List.' }] },
  { kind: 'configure-speak', speak: { provider: { type: 'deepgram', model: 'aura-2-apollo-en' } } },
  { kind: 'configure-speak', speak: FALLBACKS.agent.speak },
  { kind: 'end-turn' }
]

const UPDATED = ['ListenUpdated', 'ThinkUpdated', 'SpeakUpdated', 'PromptUpdated']

/** Runs everything a person, a script or the agent can make the client send, over two connections. */
async function everything(): Promise<Record<string, unknown>[]> {
  const runner = { run: () => Promise.resolve('{"ok":true}') }
  const rig = await SessionRig.live({ profile: profile(SETTINGS), tools: new Map([['book', runner]]) })
  for (const command of COMMANDS) {
    void rig.session.execute(command)
    for (let step = 0; step < 4; step += 1) {
      await settle()
      rig.socket.say({ type: 'ConversationText', role: 'user', content: 'text' in command ? command.text : '' })
      for (const type of UPDATED) rig.socket.say({ type })
      rig.socket.say({ type: 'AgentAudioDone' })
      rig.clock.advance(3_000)
    }
  }
  const call = { id: 'f1', name: 'book', arguments: '{}', client_side: true }
  rig.socket.say({ type: 'FunctionCallRequest', functions: [call] })
  await settle()
  rig.socket.say({ type: 'History', role: 'user', content: 'Book.' })
  const done = { ...call, response: '{"ok":true}', thought_signature: 'c2ln' }
  rig.socket.say({ type: 'History', function_calls: [done] })
  rig.clock.advance(20_000)
  return reconnected(rig)
}

/** The Settings of the first connection and of the next one. */
async function openings(settings: NonNullable<AgentProfile['settings']>): Promise<Record<string, unknown>[]> {
  const rig = await SessionRig.live({ profile: profile(settings) })
  rig.socket.say({ type: 'History', role: 'user', content: 'Hello.' })
  return (await reconnected(rig)).filter((message) => message['type'] === 'Settings')
}

/** Loses the connection and ends the session; all that was sent on the old one and on the next. */
async function reconnected(rig: SessionRig): Promise<Record<string, unknown>[]> {
  const first = rig.socket
  first.handlers.onClose(1006, '')
  for (let ms = 0; rig.socket === first && ms < 20_000; ms += 500) {
    rig.clock.advance(500)
    await settle()
  }
  rig.socket.handlers.onOpen()
  rig.socket.say({ type: 'Welcome', request_id: 'r2' })
  const sent = [...first.messages, ...rig.socket.messages]
  rig.session.hangUp()
  return sent
}

function validatorOf(type: string): (message: unknown) => boolean {
  const schema = createGenerator({
    path: here('sdk-messages.ts'),
    tsconfig: here('tsconfig.schema.json'),
    type,
    skipTypeCheck: true,
    additionalProperties: false,
    encodeRefs: false
  }).createSchema(type)
  const validate = new Ajv({ strict: false, allErrors: false }).compile(schema as object)
  return (message) => validate(message)
}

let valid: (message: unknown) => boolean
let validSaved: (message: unknown) => boolean
let sent: Record<string, unknown>[]
let opened: Record<string, unknown>[]
let openedSaved: Record<string, unknown>[]

beforeAll(async () => {
  valid = validatorOf('SdkClientMessage')
  validSaved = validatorOf('SdkSavedAgentSettings')
  sent = await everything()
  opened = [...(await openings(FALLBACKS)), ...(await openings(FLUX_MULTI))]
  openedSaved = await openings(SAVED)
})

describe("the official client's types", () => {
  it('C8 C40 allow every message that Parley sends', () => {
    expect(sent.filter((message) => !valid(message))).toEqual([])
    expect([...new Set(sent.map(({ type }) => String(type)))].toSorted()).toEqual(
      [
        'Settings',
        'KeepAlive',
        'UpdateListen',
        'UpdateThink',
        'UpdateSpeak',
        'UpdatePrompt',
        'InjectUserMessage',
        'InjectAgentMessage',
        'FunctionCallResponse',
        'ForceEndTurn'
      ].toSorted()
    )
    const settings = sent.filter(({ type }) => type === 'Settings')
    expect(settings).toHaveLength(2)
    expect(JSON.stringify(settings[1])).toContain('"function_calls"')
    expect(JSON.stringify(settings[1])).toContain('"thought_signature":"c2ln"')
    const updates = JSON.stringify(sent)
    for (const field of ['speed', 'expressivity', 'keyterms', 'language_hints']) expect(updates).toContain(`"${field}"`)
  })

  it('C8 C9 C11 C39 allow Settings with fallback lists, voices with a manner, hints and a context, and Parley sends them as written', () => {
    expect(opened.filter((message) => !valid(message))).toEqual([])
    expect(opened.map(({ agent }) => agent)).toMatchObject([
      FALLBACKS.agent,
      { ...FALLBACKS.agent, context: { messages: [...FALLBACKS.agent.context.messages, { content: 'Hello.' }] } },
      FLUX_MULTI.agent,
      { ...FLUX_MULTI.agent, context: { messages: [{ content: 'Hello.' }] } }
    ])
  })

  it('C12 know the id of a saved agent only beside their Settings, and allow what Parley sends there', () => {
    // The declarations say so themselves: `Agent` is the block alone, and `AgentReference` is for the id.
    expect(openedSaved.map(({ agent }) => agent)).toEqual([SAVED.agent, SAVED.agent])
    expect(openedSaved.map(valid)).toEqual([false, false])
    expect(openedSaved.map(validSaved)).toEqual([true, true])
    expect(validSaved({ ...openedSaved[0], agent: 7 })).toBe(false)
  })

  it('refuse every one of them with any of its fields renamed', () => {
    const unnoticed = [...sent, ...opened].flatMap((message) =>
      renamed(message)
        .filter(({ copy }) => valid(copy))
        .map(({ path }) => `${String(message['type'])} ${path}`)
    )
    // What the types leave open themselves: JSON schemas of functions, and names of headers.
    expect([...new Set(unnoticed)].filter((path) => !/\.(?:parameters|headers)\./.test(path))).toEqual([])
  })
})

/** A copy for each field of `message`, at any depth, with that field's name changed. */
function renamed(message: unknown): { path: string; copy: unknown }[] {
  if (Array.isArray(message)) {
    return message.flatMap((item, at) =>
      renamed(item).map(({ path, copy }) => ({ path: `[]${path}`, copy: message.with(at, copy) }))
    )
  }
  if (typeof message !== 'object' || message === null) return []
  return Object.entries(message).flatMap(([key, value]) => [
    {
      path: `.${key}`,
      copy: Object.fromEntries(Object.entries(message).map(([name, v]) => [name === key ? `${name}X` : name, v]))
    },
    ...renamed(value).map(({ path, copy }) => ({ path: `.${key}${path}`, copy: { ...message, [key]: copy } }))
  ])
}
