import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Activity } from '../../shared/events.ts'
import { THINK } from '../dialects/testing.test-support.ts'
import { settle } from '../testing.test-support.ts'
import { ACK_MS, HELD_LIMIT } from './command-desk.ts'
import { append, DeskRig, later } from './desk-rig.test-support.ts'

describe('after speech', () => {
  it('a text waits until the reply was played, then it is sent', async () => {
    const rig = DeskRig.ready()
    rig.become('agentSpeaking')
    const result = rig.desk.execute(later('And then?'))
    rig.become('userSpeaking')
    rig.become('thinking')
    rig.become('agentSpeaking')
    expect(rig.sent).toEqual([])
    expect(rig.shows).toEqual([])
    rig.become('listening')
    expect(rig.sent).toEqual([{ type: 'InjectUserMessage', content: 'And then?' }])
    rig.desk.userEcho('And then?')
    expect(await result).toEqual({ outcome: 'applied' })
  })

  it('in silence it is sent at once', () => {
    const rig = DeskRig.ready()
    void rig.desk.execute(later('And then?'))
    expect(rig.types).toEqual(['InjectUserMessage'])
  })

  it('several keep their order, and each that is answered waits for the reply before it', () => {
    const rig = DeskRig.ready()
    rig.become('agentSpeaking')
    for (const text of ['one', 'two']) void rig.desk.execute(later(text))
    void rig.desk.execute(later('three', false))
    rig.become('listening')
    expect(rig.sent.map(({ content }) => content)).toEqual(['one'])
    rig.become('agentSpeaking')
    rig.become('listening')
    expect(rig.sent.map(({ content }) => content)).toEqual(['one', 'two'])
    rig.become('listening')
    expect(rig.types).toEqual(['InjectUserMessage', 'InjectUserMessage', 'UpdatePrompt'])
  })

  it('what the agent shall not answer goes out while the user speaks, after the reply', () => {
    const rig = DeskRig.ready()
    rig.become('agentSpeaking')
    void rig.desk.execute({ kind: 'context', text: 'It rains.', when: 'after-speech', respond: false })
    expect(rig.sent).toEqual([])
    rig.become('userSpeaking')
    expect(rig.types).toEqual(['UpdatePrompt'])
  })

  it('what is said now is not held up by what waits', () => {
    const rig = DeskRig.ready()
    rig.become('agentSpeaking')
    void rig.desk.execute(later('later'))
    void rig.desk.execute(append('More.'))
    expect(rig.types).toEqual(['UpdatePrompt'])
  })

  it('a text that cuts the reply off goes first, and what waits waits for its answer too', () => {
    const rig = DeskRig.ready()
    rig.become('agentSpeaking')
    void rig.desk.execute(later('later'))
    void rig.desk.execute({ kind: 'user-text', text: 'now' })
    expect(rig.sent.map(({ content }) => content)).toEqual(['now'])
    rig.become('agentSpeaking')
    rig.become('listening')
    expect(rig.sent.map(({ content }) => content)).toEqual(['now', 'later'])
  })

  it('what waits survives a lost connection', () => {
    const rig = DeskRig.ready()
    rig.become('agentSpeaking')
    void rig.desk.execute(later('later'))
    rig.desk.dropped()
    rig.become('listening')
    expect(rig.sent).toEqual([])
    rig.desk.ready()
    expect(rig.types).toEqual(['InjectUserMessage'])
  })

  it('the end of the session drops it with a notice', async () => {
    const rig = DeskRig.ready()
    rig.become('agentSpeaking')
    const results = [rig.desk.execute(later('one')), rig.desk.execute(later('two'))]
    rig.desk.close()
    rig.become('listening')
    for (const result of results) expect((await result).outcome).toBe('failed')
    expect(rig.sent).toEqual([])
    expect(rig.events.filter(({ kind }) => kind === 'notice')).toEqual([
      {
        kind: 'notice',
        notice: { level: 'warning', code: 'text-dropped', message: expect.stringContaining('2 texts') as string }
      }
    ])
    expect(rig.clock.pending).toBe(0)
  })

  it('a flood of it is bounded', async () => {
    const rig = DeskRig.ready()
    rig.become('agentSpeaking')
    for (let index = 0; index < HELD_LIMIT; index += 1) void rig.desk.execute(later(`${index}`))
    expect((await rig.desk.execute(later('too much'))).outcome).toBe('failed')
  })
})

describe('a lost connection', () => {
  it('what was sent is unconfirmed, what comes meanwhile is held and goes out in order', async () => {
    const rig = DeskRig.ready()
    const before = rig.desk.execute(append('one'))
    rig.desk.dropped()
    expect((await before).outcome).toBe('unconfirmed')
    void rig.desk.execute(append('two'))
    void rig.desk.execute(append('three'))
    expect(rig.sent).toHaveLength(1)
    expect(rig.desk.quiet).toBe(false)
    rig.desk.ready()
    expect(rig.sent.map(({ prompt }) => prompt)).toEqual(['one', 'two', 'three'])
    rig.desk.close()
    expect(rig.clock.pending).toBe(0)
  })

  it('the desk is quiet when nothing is held and nothing waits for an answer', () => {
    const rig = DeskRig.ready()
    expect(rig.desk.quiet).toBe(true)
    void rig.desk.execute(append('one'))
    expect(rig.desk.quiet).toBe(false)
    rig.desk.updated('prompt-updated')
    expect(rig.desk.quiet).toBe(true)
    void rig.desk.execute(append('two'))
    rig.clock.advance(ACK_MS)
    expect(rig.desk.quiet).toBe(true)
  })
})

describe('a listener that acts at once', () => {
  it('a command given while another goes out goes out after it', () => {
    const rig = DeskRig.ready()
    let once = true
    rig.onChanged = () => {
      if (once) void rig.desk.execute(append('two'))
      once = false
    }
    void rig.desk.execute(append('one'))
    expect(rig.sent.map(({ prompt }) => prompt)).toEqual(['one', 'two'])
  })

  it('the end of the session while a command goes out answers it and leaves no timer', async () => {
    const rig = DeskRig.ready()
    rig.onChanged = () => rig.desk.close()
    expect((await rig.desk.execute(append('one'))).outcome).toBe('failed')
    expect(rig.sent).toEqual([])
    expect(rig.clock.pending).toBe(0)
  })
})

describe('secrets of an update', () => {
  const think = { ...THINK, endpoint: { url: 'https://llm.test', headers: { authorization: '{{secret:TOKEN}}' } } }

  it('the update waits for its secret, and what is given after it waits behind it', async () => {
    const rig = DeskRig.ready()
    rig.lacking = true
    void rig.desk.execute({ kind: 'configure-think', think })
    void rig.desk.execute({ kind: 'set-model', temperature: 1 })
    expect(rig.sent).toEqual([])
    rig.lacking = false
    rig.secrets[0]?.(undefined)
    await settle()
    expect(rig.types).toEqual(['UpdateThink', 'UpdateThink'])
    expect(rig.sent[1]).toMatchObject({ think: { endpoint: think.endpoint, provider: { temperature: 1 } } })
  })

  it('a secret that cannot be had fails the update alone, and the agent stays as it was', async () => {
    const rig = DeskRig.ready()
    rig.lacking = true
    const result = rig.desk.execute({ kind: 'configure-think', think })
    const next = rig.desk.execute({ kind: 'set-model', temperature: 1 })
    rig.secrets[0]?.('There is no such secret.')
    expect(await result).toEqual({ outcome: 'failed', reason: 'There is no such secret.' })
    await settle()
    expect(rig.sent).toMatchObject([{ type: 'UpdateThink', think: { provider: { temperature: 1 } } }])
    expect(rig.sent[0]?.['think']).not.toHaveProperty('endpoint')
    rig.desk.updated('think-updated')
    expect(await next).toEqual({ outcome: 'applied' })
  })

  it('a session that ends meanwhile sends nothing', async () => {
    const rig = DeskRig.ready()
    rig.lacking = true
    const result = rig.desk.execute({ kind: 'configure-think', think })
    rig.desk.close()
    rig.secrets[0]?.(undefined)
    await settle()
    expect((await result).outcome).toBe('failed')
    expect(rig.sent).toEqual([])
  })
})

describe('whatever happens', () => {
  const text = fc.constantFrom('one', 'two', 'three')
  const command = fc.oneof(
    text.map((value) => append(value)),
    fc.tuple(text, fc.boolean()).map(([value, respond]) => later(value, respond)),
    text.map((value) => ({ kind: 'context' as const, text: value, when: 'now' as const, respond: true })),
    fc
      .tuple(text, fc.constantFrom('if-quiet' as const, 'queue' as const, 'interrupt' as const))
      .map(([value, behavior]) => ({ kind: 'agent-speech' as const, text: value, behavior })),
    fc.constantFrom({ kind: 'end-turn' as const }, { kind: 'set-model' as const, temperature: 1 })
  )
  const event = fc.oneof(
    command,
    fc.constantFrom('dropped', 'ready', 'turnEnded', 'endTurnUnsupported', 'replyBegan', 'refused', 'wait' as const),
    fc.constantFrom('prompt-updated' as const, 'think-updated' as const),
    text.map((value) => ({ says: value })),
    fc
      .constantFrom<Activity>('listening', 'userSpeaking', 'thinking', 'agentSpeaking')
      .map((activity) => ({ activity }))
  )

  it('every command is answered once, what is sent of it is sent once and in order, and no timer is left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: HELD_LIMIT }), async (events) => {
        const rig = new DeskRig()
        const results: Promise<unknown>[] = []
        const appended: string[] = []
        for (const each of events) {
          if (typeof each === 'object' && 'kind' in each) {
            const given = each.kind === 'append-prompt' ? append(`added ${results.length}`) : each
            results.push(rig.desk.execute(given))
            if (given.kind === 'append-prompt') appended.push(given.text)
          } else if (typeof each === 'object' && 'says' in each) {
            rig.desk.userEcho(each.says)
            rig.desk.agentText(each.says)
          } else if (typeof each === 'object') rig.become(each.activity)
          else if (each === 'prompt-updated' || each === 'think-updated') rig.desk.updated(each)
          else if (each === 'refused') rig.desk.refused('mid-turn', rig.activity === 'userSpeaking')
          else if (each === 'wait') rig.clock.advance(7_000)
          else rig.desk[each]()
        }
        rig.desk.ready()
        rig.desk.close()
        expect(rig.clock.pending).toBe(0)
        await Promise.all(results)
        expect(rig.outcomes).toHaveLength(results.length)
        const prompts = rig.sent.flatMap(({ prompt }) => (typeof prompt === 'string' ? [prompt] : []))
        expect(prompts.filter((prompt) => prompt.startsWith('added'))).toEqual(appended)
      })
    )
  })
})
