import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { createGenerator } from 'ts-json-schema-generator'
import { beforeAll, describe, expect, it } from 'vitest'
import { SessionRig, profile, settle } from '../../src/core/testing.test-support.ts'
import type { Command } from '../../src/shared/commands.ts'

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
  { kind: 'configure-listen', provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } },
  { kind: 'configure-think', think: [{ provider: { type: 'open_ai', model: 'gpt-4o' }, prompt: 'List.' }] },
  { kind: 'configure-speak', speak: { provider: { type: 'deepgram', model: 'aura-2-apollo-en' } } },
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
  const done = { ...call, response: '{"ok":true}' }
  rig.socket.say({ type: 'History', function_calls: [done] })
  rig.clock.advance(20_000)
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

let valid: (message: unknown) => boolean
let sent: Record<string, unknown>[]

beforeAll(async () => {
  const schema = createGenerator({
    path: here('sdk-messages.ts'),
    tsconfig: here('tsconfig.schema.json'),
    type: 'SdkClientMessage',
    skipTypeCheck: true,
    additionalProperties: false,
    encodeRefs: false
  }).createSchema('SdkClientMessage')
  const validate = new Ajv({ strict: false, allErrors: false }).compile(schema as object)
  valid = (message) => validate(message)
  sent = await everything()
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
  })

  it('refuse every one of them with any of its fields renamed', () => {
    const unnoticed = sent.flatMap((message) =>
      renamed(message)
        .filter(({ copy }) => valid(copy))
        .map(({ path }) => `${String(message['type'])} ${path}`)
    )
    // What the types leave open themselves: JSON schemas of functions.
    expect([...new Set(unnoticed)].filter((path) => !path.includes('.parameters.'))).toEqual([])
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
