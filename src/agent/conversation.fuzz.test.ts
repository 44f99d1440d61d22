import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rig, settings } from './rig.test-support.ts'

/**
 * Whatever the user, the client, the models and the functions do, in any order, the session keeps its promises.
 */
const FUNCTIONS = [
  { name: 'look' },
  { name: 'pay', defer_until_eot: true },
  { name: 'stock', endpoint: { url: 'http://127.0.0.1:1/' } }
]
const model = {
  provider: { type: 'open_ai', model: 'm' },
  endpoint: { url: 'http://127.0.0.1:1/' },
  functions: FUNCTIONS
}
const small = { provider: { type: 'open_ai', model: 'm' }, functions: FUNCTIONS }
const listen = { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', eager_eot_threshold: 0.4 } }

const words = fc.constantFrom('hello', 'use look', 'use pay', 'use stock', 'what is two plus two', '', 'my dog is Rex')
const step = fc.oneof(
  fc.record({ do: fc.constant('time' as const), ms: fc.nat(3000) }),
  fc.record({ do: fc.constantFrom('starts', 'goes on', 'gives words', 'gives speech' as const) }),
  fc.record({ do: fc.constantFrom('pauses', 'stops', 'types' as const), words }),
  fc.record({
    do: fc.constant('injects' as const),
    behavior: fc.constantFrom('default', 'queue', 'interrupt' as const)
  }),
  fc.record({
    do: fc.constant('answers' as const),
    text: fc.constantFrom('One. Two.', '', 'Half a', 'Three. ', 'Done.')
  }),
  fc.record({ do: fc.constant('says' as const), text: fc.constantFrom('Well, ', 'one. ', 'Two ') }),
  fc.record({ do: fc.constant('calls' as const), names: fc.subarray(['look', 'pay', 'stock'], { minLength: 1 }) }),
  fc.record({ do: fc.constant('responds' as const), which: fc.nat(5) }),
  fc.record({ do: fc.constant('returns' as const), which: fc.nat(5), ok: fc.boolean() }),
  fc.record({ do: fc.constant('updates' as const), what: fc.nat(4) }),
  fc.record({ do: fc.constant('forces' as const) })
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const UPDATES: readonly object[] = [
  { type: 'UpdateThink', think: small },
  { type: 'UpdateThink', think: model },
  { type: 'UpdatePrompt', prompt: 'Your name is Max.' },
  { type: 'UpdateSpeak', speak: { provider: { type: 'deepgram', model: 'aura-2-apollo-en' } } },
  { type: 'UpdateListen', listen: { provider: { eot_threshold: 0.9 } } }
]

/** A session with the world around it, played step by step. */
class World {
  readonly rig: Rig
  private turn = 0
  private speaking = false
  private paused = false
  private lastWords = ''

  constructor(think: object, held: { holdWords: boolean; holdSpeech: boolean }) {
    this.rig = new Rig(held)
    this.rig.send(settings({ listen, think, greeting: 'Hi.' }))
  }

  async play(one: Step): Promise<void> {
    const { rig } = this
    switch (one.do) {
      case 'time':
        rig.clock.advance(one.ms)
        return
      case 'starts':
        if (this.speaking) return
        this.turn += 1
        this.speaking = true
        rig.engine.userStarts(this.turn)
        return
      case 'pauses':
        if (!this.speaking || this.paused) return
        this.paused = true
        this.lastWords = one.words
        rig.engine.userPauses(this.turn, one.words)
        return
      case 'goes on':
        if (!this.paused) return
        this.paused = false
        rig.engine.userGoesOn(this.turn)
        return
      case 'stops':
        if (!this.speaking) return
        this.speaking = false
        rig.engine.userStops(this.turn, this.paused ? this.lastWords : one.words)
        this.paused = false
        return
      case 'gives words':
        rig.engine.giveWords()
        return
      case 'gives speech':
        rig.engine.giveSpeech()
        return
      case 'types':
        rig.type(one.words)
        return
      case 'injects':
        rig.inject('A statement.', one.behavior)
        return
      case 'says':
      case 'answers':
      case 'calls':
        this.think(one)
        return
      case 'responds': {
        const calls = rig.all('FunctionCallRequest').flatMap(({ functions }) => functions)
        const call = calls[calls.length - 1 - one.which]
        if (call !== undefined) rig.respond(call.id, call.name, 'done')
        return
      }
      case 'returns': {
        const called = rig.functions.called.at(-1 - one.which)
        called?.answer(one.ok ? { ok: true, content: 'found' } : { ok: false, message: 'It failed.' })
        await Promise.resolve()
        await Promise.resolve()
        return
      }
      case 'updates':
        rig.send(UPDATES[one.what] ?? {})
        return
      case 'forces':
        rig.send({ type: 'ForceEndTurn' })
    }
  }

  /** A model that was not cancelled goes on; it says nothing after its last word. */
  private think(one: Extract<Step, { do: 'says' | 'answers' | 'calls' }>): void {
    const completion = this.rig.thinker.completions.find(({ cancelled, over }) => !cancelled && !over)
    if (completion === undefined) return
    if (one.do === 'says') completion.on.text(one.text)
    else if (one.do === 'answers') completion.answers(...(one.text === '' ? [] : [one.text]))
    else completion.calls(...one.names.map((name) => [name] as const))
  }
}

/** What must hold of everything that was sent: a deferred call leaves behind the user's words only, every call ends once. */
function check(rig: Rig): void {
  const open = new Set<string>()
  const ended = new Set<string>()
  let userIsDone = false
  for (const message of rig.messages) {
    switch (message.type) {
      case 'ConversationText':
        if (message.role === 'user') userIsDone = true
        break
      case 'UserStartedSpeaking':
        userIsDone = false
        break
      case 'FunctionCallRequest':
        for (const { id, name } of message.functions) {
          expect(open.has(id) || ended.has(id)).toBe(false)
          open.add(id)
          if (name === 'pay') expect(userIsDone).toBe(true)
        }
        break
      case 'FunctionCallCancelled':
        for (const { id } of message.functions) {
          expect(open.delete(id)).toBe(true)
          ended.add(id)
        }
        break
      case 'FunctionCallResponse':
        expect(open.delete(message.id)).toBe(true)
        ended.add(message.id)
        break
      default:
        break
    }
  }
  expect(rig.count('Error')).toBe(0)
  expect(rig.log.lines.filter((line) => line.includes('broke'))).toEqual([])
  // At most one model is at work.
  expect(rig.thinker.completions.filter(({ cancelled, over }) => !cancelled && !over).length).toBeLessThanOrEqual(1)
}

describe('whatever happens in a conversation', () => {
  it('calls end once, one model works at a time, and in the end everyone is free again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(model, small),
        fc.record({ holdWords: fc.boolean(), holdSpeech: fc.boolean() }),
        fc.array(step, { maxLength: 40 }),
        async (think, held, steps) => {
          const world = new World(think, held)
          const { rig } = world
          for (const one of steps) {
            await world.play(one)
            check(rig)
          }
          await settle(world)
          rig.clear()
          rig.inject('Still there?')
          expect(rig.trace).not.toContain('InjectionRefused')
          rig.engine.giveSpeech()
          rig.clock.advance(60_000)
          expect(rig.trace).toEqual(['ConversationText assistant: Still there?', 'audio', 'AgentAudioDone'])
          rig.connection.onClosed()
          expect(rig.clock.pending).toBe(0)
        }
      ),
      { numRuns: 300 }
    )
  })
})

/** The user falls silent, every model finishes, every call is answered, and all is spoken. */
async function settle(world: World): Promise<void> {
  const { rig } = world
  await world.play({ do: 'stops', words: '' })
  for (let round = 0; round < 60; round += 1) {
    rig.engine.giveWords()
    rig.engine.giveSpeech()
    await world.play({ do: 'answers', text: 'Done.' })
    for (let which = 0; which < 6; which += 1) {
      await world.play({ do: 'responds', which })
      await world.play({ do: 'returns', which, ok: true })
    }
    await new Promise((resolve) => setImmediate(resolve))
    rig.clock.advance(5000)
  }
}
