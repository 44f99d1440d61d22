import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProviderSettings } from './agent-config.ts'
import { NapsterRig } from './rig.test-support.ts'

/**
 * Whatever the user, the client, the model and the tools do, in any order: what the client is told is a story that makes sense.
 */
const MODEL = { endpoint: { url: 'http://127.0.0.1:1/' } }
const FUNCTIONS = [{ data: { name: 'look' } }, { data: { name: 'pay' } }]

const words = fc.constantFrom('hello', 'use look', 'what is two plus two', 'my dog is Rex')
const step = fc.oneof(
  fc.record({ do: fc.constant('time' as const), ms: fc.nat(4000) }),
  fc.record({ do: fc.constantFrom('starts', 'gives words', 'gives speech' as const) }),
  fc.record({ do: fc.constant('stops' as const), words }),
  fc.record({
    do: fc.constant('sends' as const),
    role: fc.constantFrom('user', 'system' as const),
    words,
    respond: fc.boolean(),
    delay: fc.boolean()
  }),
  fc.record({
    do: fc.constant('sets' as const),
    data: fc.constantFrom({ instructions: 'Be kind.' }, { temperature: 1 }, {})
  }),
  fc.record({ do: fc.constant('says' as const), text: fc.constantFrom('Well, ', 'one. ', 'Two ') }),
  fc.record({ do: fc.constant('answers' as const), text: fc.constantFrom('One. Two.', '', 'Half a', 'Three. ') }),
  fc.record({ do: fc.constant('calls' as const), names: fc.subarray(['look', 'pay'], { minLength: 1 }) }),
  fc.record({ do: fc.constant('responds' as const), which: fc.nat(5) })
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A session with the world around it, played step by step. */
class World {
  readonly rig: NapsterRig
  /** What the client has sent as the user, in the order of sending. */
  readonly typed: string[] = []
  private turn = 0
  private speaking = false
  private readonly isText: boolean

  constructor(
    modality: 'audio' | 'text',
    settings: ProviderSettings,
    held: { holdWords: boolean; holdSpeech: boolean }
  ) {
    this.isText = modality === 'text'
    this.rig = new NapsterRig({
      modality,
      settings,
      functions: FUNCTIONS,
      script: held,
      initialSpeech: 'Say "Hi there."'
    })
  }

  async play(one: Step): Promise<void> {
    const { rig } = this
    switch (one.do) {
      case 'time':
        rig.clock.advance(one.ms)
        return
      case 'starts':
        if (this.speaking || this.isText) return
        this.turn += 1
        this.speaking = true
        rig.engine.userStarts(this.turn)
        return
      case 'stops':
        if (!this.speaking) return
        this.speaking = false
        rig.engine.userStops(this.turn, one.words)
        return
      case 'gives words':
        rig.engine.giveWords()
        return
      case 'gives speech':
        rig.engine.giveSpeech()
        return
      case 'sends': {
        const text = `${one.words} ${this.typed.length}`
        if (one.role === 'user') this.typed.push(text)
        rig.command('send_message', { role: one.role, text, trigger_response: one.respond, delay: one.delay })
        return
      }
      case 'sets':
        rig.set(one.data)
        return
      case 'responds': {
        const calls = rig.all('function_implicitly_called')
        const call = calls[calls.length - 1 - one.which]
        if (call !== undefined) rig.command('send_function_output', { call_id: call.call_id, output: { done: true } })
        await Promise.resolve()
        return
      }
      case 'says':
      case 'answers':
      case 'calls':
        this.think(one)
    }
  }

  private think(one: Extract<Step, { do: 'says' | 'answers' | 'calls' }>): void {
    const completion = this.rig.thinker.completions.find(({ cancelled, over }) => !cancelled && !over)
    if (completion === undefined) return
    if (one.do === 'says') completion.on.text(one.text)
    else if (one.do === 'answers') completion.answers(...(one.text === '' ? [] : [one.text]))
    else completion.calls(...one.names.map((name) => [name] as const))
  }
}

/** What must hold of everything that was sent so far. */
function check({ rig, typed }: World, modality: 'audio' | 'text'): void {
  let open: { id: string; text: string } | undefined
  let talking = false
  const responses = new Set<string>()
  const calls = new Set<string>()
  for (const frame of rig.events) {
    switch (frame.event) {
      case 'message_received': {
        const { message } = frame.data
        if (message.type !== 'message' || message.role !== 'assistant') break
        const { response_id: id } = message
        if (message.action === 'created') {
          expect([open, responses.has(id)]).toEqual([undefined, false])
          responses.add(id)
          open = { id, text: '' }
          break
        }
        expect(open?.id).toBe(id)
        if (message.action === 'delta') open = { id, text: `${open?.text}${message.content}` }
        else {
          if (message.action === 'completed') expect(message.content).toBe(open?.text)
          open = undefined
        }
        break
      }
      case 'talk_state_changed':
        expect(talking).toBe(frame.data.state !== 'started')
        talking = !talking
        break
      case 'audio_received':
        expect(talking).toBe(true)
        break
      case 'function_implicitly_called':
        expect(calls.has(frame.data.call_id)).toBe(false)
        calls.add(frame.data.call_id)
        break
      case 'function_call_timeout':
        expect(calls.has(frame.data.call_id)).toBe(true)
        break
      default:
        break
    }
  }
  if (modality === 'text') expect([rig.talk, rig.audioBytes]).toEqual([[], 0])
  // Words are echoed once at most.
  const echoed = rig.echoed.filter((text) => typed.includes(text))
  expect(new Set(echoed).size).toBe(echoed.length)
  expect([rig.errors, rig.ended]).toEqual([[], []])
  expect(rig.log.lines.filter((line) => line.includes('broke'))).toEqual([])
  expect(rig.thinker.completions.filter(({ cancelled, over }) => !cancelled && !over).length).toBeLessThanOrEqual(1)
}

describe('whatever happens in a session', () => {
  it('responses, talk and calls make sense, every typed text is delivered once, and in the end all is quiet', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('audio', 'text' as const),
        fc.constantFrom(MODEL, {}),
        fc.record({ holdWords: fc.boolean(), holdSpeech: fc.boolean() }),
        fc.array(step, { maxLength: 40 }),
        async (modality, settings, held, steps) => {
          const world = new World(modality, settings, held)
          for (const one of steps) {
            await world.play(one)
            check(world, modality)
          }
          await settle(world)
          check(world, modality)
          const { rig, typed } = world
          expect(rig.echoed.filter((text) => typed.includes(text)).toSorted()).toEqual(typed.toSorted())
          rig.clear()
          rig.clock.advance(60_000)
          expect(rig.sent).toEqual([])
          rig.connection.onClosed()
          expect(rig.clock.pending).toBe(0)
        }
      ),
      { numRuns: 300 }
    )
  })
})

/** The user falls silent, the model finishes, every call is answered, and all is spoken. */
async function settle(world: World): Promise<void> {
  const { rig } = world
  await world.play({ do: 'stops', words: 'hello' })
  for (let round = 0; round < 150; round += 1) {
    rig.engine.giveWords()
    rig.engine.giveSpeech()
    await world.play({ do: 'answers', text: 'Three. ' })
    for (let which = 0; which < 4; which += 1) await world.play({ do: 'responds', which })
    await new Promise((resolve) => setImmediate(resolve))
    rig.clock.advance(5000)
  }
}
