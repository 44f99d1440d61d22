import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codePointCount } from '../../shared/prompt.ts'
import type { WireCommand, WireMessage } from './dialect.ts'
import { isObject, itemsOf, type Block, type JsonObject } from './json.ts'
import { DialectRig, SPEAK, THINK } from './testing.test-support.ts'

/** The think block as a service keeps it: settings and updates replace it, `UpdatePrompt` adds to its prompts. */
class Service {
  think: Block = {}

  take(message: WireMessage): void {
    if (message['type'] === 'UpdateThink') this.think = message['think'] as Block
    if (message['type'] === 'Settings' && isObject(message['agent'])) this.think = message['agent']['think'] as Block
    if (message['type'] !== 'UpdatePrompt') return
    const added = message['prompt'] as string
    const items = itemsOf(this.think).map((item) => ({ ...item, prompt: `${promptOf(item)}|${added}` }))
    this.think = Array.isArray(this.think) ? items : (items[0] as JsonObject)
  }

  get prompts(): string[] {
    return itemsOf(this.think).map((item) => promptOf(item))
  }
}

function promptOf({ prompt }: JsonObject): string {
  return typeof prompt === 'string' ? prompt : ''
}

const FALLBACK = { provider: { type: 'anthropic', model: 'claude-haiku-4-5' }, prompt: 'Be kind.' }

describe('the prompt', () => {
  it('P1 what was added is in every UpdateThink that follows, of every item', () => {
    const rig = new DialectRig({ think: [THINK, FALLBACK] })
    rig.send({ kind: 'append-prompt', text: 'Speak French.' })
    rig.send({ kind: 'context', text: 'It rains.', when: 'now', respond: false })
    const [message] = rig.send({ kind: 'set-model', temperature: 0.1 })
    const [first, second] = itemsOf(message?.['think'] as Block)
    expect(first).toMatchObject({ prompt: 'Be brief.\nSpeak French.\nIt rains.', functions: THINK.functions })
    expect(second).toMatchObject({ prompt: 'Be kind.\nSpeak French.\nIt rains.' })
  })

  it('P1 a whole think block from the user keeps what was added before', () => {
    const rig = new DialectRig({ think: THINK })
    rig.send({ kind: 'append-prompt', text: 'Speak French.' })
    expect(rig.send({ kind: 'configure-think', think: FALLBACK })).toEqual([
      { type: 'UpdateThink', think: { ...FALLBACK, prompt: 'Be kind.\nSpeak French.' } }
    ])
  })

  it('P1 a block that was made from the effective one does not hold additions twice', () => {
    const rig = new DialectRig({ think: THINK })
    rig.send({ kind: 'append-prompt', text: 'Speak French.' })
    const [message] = rig.send({ kind: 'set-model', temperature: 0.1 })
    const think = message?.['think'] as JsonObject
    expect(rig.send({ kind: 'configure-think', think })).toEqual([{ type: 'UpdateThink', think }])
    const [again] = rig.send({ kind: 'set-model', temperature: 0.1 })
    expect(again).toEqual(message)
  })

  it('P1 without a prompt of its own the block gets the additions alone', () => {
    const rig = new DialectRig({ think: { provider: THINK.provider } })
    rig.send({ kind: 'append-prompt', text: 'Speak French.' })
    expect(rig.send({ kind: 'set-model', model: 'gpt-4o' })[0]).toMatchObject({ think: { prompt: 'Speak French.' } })
  })

  it('P1 only replacing the prompt takes out what was added; functions and model stay', () => {
    const rig = new DialectRig({ think: [THINK, FALLBACK] })
    rig.send({ kind: 'append-prompt', text: 'Speak French.' })
    expect(rig.send({ kind: 'replace-prompt', text: 'You are a pirate.' })).toEqual([
      {
        type: 'UpdateThink',
        think: [
          { ...THINK, prompt: 'You are a pirate.' },
          { ...FALLBACK, prompt: 'You are a pirate.' }
        ]
      }
    ])
    expect(rig.dialect.promptUse(rig.agent)).toEqual({ codePoints: 17, limit: 25_000 })
  })

  it('P5 an empty addition changes nothing', () => {
    const rig = new DialectRig({ think: THINK })
    rig.send({ kind: 'append-prompt', text: '' })
    expect(rig.send({ kind: 'set-model', temperature: 0.5 })).toEqual([{ type: 'UpdateThink', think: THINK }])
  })

  it('P1 whatever is changed in whatever order, across new connections too, the service has every text since the last replacement', () => {
    const text = fc.stringMatching(/^[a-zäß😀 ]{1,12}$/u).filter((value) => value.trim() !== '')
    const command: fc.Arbitrary<WireCommand> = fc.oneof(
      text.map((value) => ({ kind: 'append-prompt' as const, text: value })),
      text.map((value) => ({ kind: 'context' as const, text: value, when: 'now' as const, respond: true })),
      text.map((value) => ({ kind: 'user-text' as const, text: value, respond: false })),
      text.map((value) => ({ kind: 'replace-prompt' as const, text: value })),
      fc.nat({ max: 1 }).map((temperature) => ({ kind: 'set-model' as const, temperature })),
      fc.constant<WireCommand>({ kind: 'configure-think', think: [THINK, FALLBACK] }),
      fc.constant({ kind: 'configure-speak' as const, speak: SPEAK })
    )
    const step = fc.oneof(
      { weight: 6, arbitrary: command },
      { weight: 1, arbitrary: fc.constant('reconnect' as const) }
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, many) => {
        const rig = new DialectRig({ think: many ? [THINK, FALLBACK] : THINK })
        const service = new Service()
        service.take(rig.opening())
        let told: string[] = []
        for (const each of steps) {
          if (each === 'reconnect') service.take(rig.opening([]))
          else {
            for (const message of rig.send(each)) service.take(message)
            if (each.kind === 'replace-prompt') told = []
            if ('text' in each) told.push(each.text)
          }
          for (const prompt of service.prompts) {
            let at = 0
            for (const one of told) {
              at = prompt.indexOf(one, at)
              expect(at, `${one} is in ${prompt}`).toBeGreaterThanOrEqual(0)
              at += one.length
            }
          }
        }
        const { codePoints } = rig.dialect.promptUse(rig.agent)
        const written = rig.agent.think === undefined ? '' : promptOf(itemsOf(rig.agent.think)[0] as JsonObject)
        expect(codePoints).toBe(codePointCount(written) + codePointCount(rig.agent.additions.join('')))
      })
    )
  })

  it('P3 an endpoint has no limit, also once an update gives or takes it', () => {
    const rig = new DialectRig({ think: THINK })
    expect(rig.dialect.promptUse(rig.agent)).toEqual({ codePoints: 9, limit: 25_000 })
    rig.send({ kind: 'configure-think', think: { ...THINK, endpoint: { url: 'https://llm.test' } } })
    expect(rig.dialect.promptUse(rig.agent)).toEqual({ codePoints: 9, limit: null })
    rig.send({ kind: 'append-prompt', text: 'x'.repeat(90_000) })
    expect(rig.dialect.promptUse(rig.agent)).toEqual({ codePoints: 90_009, limit: null })
    rig.send({ kind: 'configure-think', think: THINK })
    expect(rig.dialect.promptUse(rig.agent)).toEqual({ codePoints: 90_009, limit: 25_000 })
  })
})
