import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Activity, SessionEvent } from '../../shared/events.ts'
import type { Json } from '../secrets/placeholders.ts'
import { CUE } from '../dialects/deepgram-plan.ts'
import type { WireMessage, WireStep } from '../dialects/dialect.ts'
import { DialectRig, FLUX, NOVA, THINK, shown } from '../dialects/testing.test-support.ts'
import { ManualClock, settle } from '../testing.test-support.ts'
import { ACK_MS, CommandDesk, HELD_LIMIT, SOFT_ACK_MS } from './command-desk.ts'

/** A desk over the Deepgram dialect whose service is the test. */
class DeskRig {
  readonly clock = new ManualClock()
  readonly dialect: DialectRig
  readonly sent: WireMessage[] = []
  readonly events: SessionEvent[] = []
  readonly shows: WireStep['shows'][] = []
  readonly desk: CommandDesk
  /** Answers of the secret store, by the order of the questions. */
  readonly secrets: ((problem: string | undefined) => void)[] = []
  activity: Activity = 'listening'
  silences = 0
  onChanged: () => void = () => {}
  lacking = false

  constructor(agent: Json = { listen: { provider: FLUX }, think: THINK }) {
    this.dialect = new DialectRig(agent)
    this.desk = new CommandDesk({
      clock: this.clock,
      secrets: {
        lacks: (compose) => this.lacking && JSON.stringify(shown(compose)).includes('{{secret:'),
        load: () => new Promise((resolve) => this.secrets.push(resolve))
      },
      send: (compose) => this.sent.push(shown(compose)),
      sending: (step) => {
        if (step.shows !== undefined) this.shows.push(step.shows)
        if (step.takesTurn !== 'user') return
        if (this.activity === 'agentSpeaking') this.become('listening')
        this.become('thinking')
      },
      emit: (event) => this.events.push(event),
      activity: () => this.activity,
      plan: (command) => this.dialect.plan(command),
      changed: (next) => {
        this.dialect.agent = next
        this.onChanged()
      },
      trailingSilence: () => (this.silences += 1)
    })
  }

  static ready(agent?: Json): DeskRig {
    const rig = new DeskRig(agent)
    rig.desk.ready()
    return rig
  }

  become(activity: Activity): void {
    this.activity = activity
    this.desk.activityChanged()
  }

  get types(): unknown[] {
    return this.sent.map(({ type }) => type)
  }

  get outcomes(): unknown[] {
    return this.events.flatMap((event) => (event.kind === 'command' ? [[event.command, event.outcome]] : []))
  }
}

const append = (text: string) => ({ kind: 'append-prompt', text }) as const
const later = (text: string, respond = true) => ({ kind: 'user-text', text, when: 'after-speech', respond }) as const

describe('context to be answered', () => {
  const command = { kind: 'context', text: 'It rains.', when: 'now', respond: true } as const

  it('the cue goes out once the prompt is updated, is shown as sent by Parley, and its echo answers the command', async () => {
    const rig = DeskRig.ready()
    const result = rig.desk.execute(command)
    expect(rig.sent).toEqual([{ type: 'UpdatePrompt', prompt: 'It rains.' }])
    expect(rig.shows).toEqual([])
    rig.desk.updated('prompt-updated')
    expect(rig.sent[1]).toEqual({ type: 'InjectUserMessage', content: CUE })
    expect(rig.shows).toEqual([{ role: 'parley', text: CUE }])
    expect(rig.desk.userEcho(CUE)).toBe(true)
    expect(await result).toEqual({ outcome: 'applied' })
  })

  it('C43 a missing PromptUpdated is waited for softly, and a late one is not taken for the next', async () => {
    const rig = DeskRig.ready()
    const result = rig.desk.execute(command)
    rig.clock.advance(SOFT_ACK_MS - 1)
    expect(rig.types).toEqual(['UpdatePrompt'])
    rig.clock.advance(1)
    expect(rig.types).toEqual(['UpdatePrompt', 'InjectUserMessage'])
    const next = rig.desk.execute(append('More.'))
    rig.desk.updated('prompt-updated')
    expect(rig.types).toHaveLength(3)
    await settle()
    expect(rig.outcomes).toEqual([])
    rig.desk.updated('prompt-updated')
    expect(await next).toEqual({ outcome: 'applied' })
    rig.desk.userEcho(CUE)
    expect(await result).toEqual({ outcome: 'applied' })
  })

  it('a connection lost between the two leaves the cue unsent and the context in the prompt', async () => {
    const rig = DeskRig.ready()
    const result = rig.desk.execute(command)
    rig.desk.dropped()
    expect((await result).outcome).toBe('unconfirmed')
    rig.clock.advance(120_000)
    rig.desk.ready()
    expect(rig.types).toEqual(['UpdatePrompt'])
    expect(rig.dialect.agent.additions).toEqual(['It rains.'])
  })
})

describe('acknowledgements', () => {
  it.each([
    [{ kind: 'set-model', temperature: 1 } as const, 'think-updated' as const],
    [{ kind: 'set-turn-detection', eotThreshold: 0.8 } as const, 'listen-updated' as const],
    [{ kind: 'set-voice', model: 'aura-2-apollo-en' } as const, 'speak-updated' as const],
    [append('More.'), 'prompt-updated' as const]
  ])('C43 $kind is applied by its own acknowledgement, and unconfirmed without it', async (command, ack) => {
    const rig = DeskRig.ready()
    const acked = rig.desk.execute(command)
    for (const other of ['think-updated', 'listen-updated', 'speak-updated', 'prompt-updated'] as const) {
      if (other !== ack) rig.desk.updated(other)
    }
    await settle()
    expect(rig.outcomes).toEqual([])
    rig.desk.updated(ack)
    expect(await acked).toEqual({ outcome: 'applied' })
    const missing = rig.desk.execute(command)
    rig.clock.advance(ACK_MS)
    expect((await missing).outcome).toBe('unconfirmed')
    const after = rig.desk.execute(append('Still here.'))
    rig.desk.updated('prompt-updated')
    if (ack === 'prompt-updated') rig.desk.updated('prompt-updated')
    expect(await after).toEqual({ outcome: 'applied' })
  })

  it('what is sent of our own accord takes its acknowledgement away from nobody and is reported to nobody', async () => {
    const rig = new DeskRig()
    const held = rig.desk.execute(append('More.'))
    rig.desk.ready([{ compose: () => ({ type: 'UpdatePrompt', prompt: 'Summary.' }), ack: 'prompt-updated' }])
    expect(rig.sent.map(({ prompt }) => prompt)).toEqual(['Summary.', 'More.'])
    rig.desk.updated('prompt-updated')
    await settle()
    expect(rig.outcomes).toEqual([])
    rig.desk.updated('prompt-updated')
    expect(await held).toEqual({ outcome: 'applied' })
  })

  it('what cannot work fails with its reason, and nothing is sent', async () => {
    const rig = DeskRig.ready({ listen: { provider: NOVA } })
    expect(await rig.desk.execute({ kind: 'set-turn-detection', silenceDurationMs: 1_000 })).toEqual({
      outcome: 'failed',
      reason: expect.stringContaining('Flux') as string
    })
    expect(rig.sent).toEqual([])
  })

  it('without a report the result is only returned', async () => {
    const rig = DeskRig.ready()
    const result = rig.desk.execute(say('Still there?', 'if-quiet'), { report: false })
    rig.desk.refused('agent is speaking', false)
    expect(await result).toEqual({ outcome: 'refused', reason: 'agent is speaking' })
    expect(rig.events).toEqual([])
  })
})

describe('end-turn', () => {
  it('C42 ForceEndTurn is applied when the turn ends', async () => {
    const rig = DeskRig.ready()
    const result = rig.desk.execute({ kind: 'end-turn' })
    expect(rig.types).toEqual(['ForceEndTurn'])
    rig.desk.turnEnded()
    expect(await result).toEqual({ outcome: 'applied' })
    expect(rig.silences).toBe(0)
  })

  it('C42 without Flux the microphone sends silence, and nothing else is on the wire', async () => {
    const rig = DeskRig.ready({ listen: { provider: NOVA } })
    expect(await rig.desk.execute({ kind: 'end-turn' })).toEqual({ outcome: 'applied' })
    expect(rig.silences).toBe(1)
    expect(rig.sent).toEqual([])
  })

  it('C42 FORCE_END_TURN_UNSUPPORTED is answered with silence', async () => {
    const rig = DeskRig.ready()
    const result = rig.desk.execute({ kind: 'end-turn' })
    rig.desk.endTurnUnsupported()
    expect(await result).toEqual({ outcome: 'applied' })
    expect(rig.silences).toBe(1)
    rig.desk.endTurnUnsupported()
    expect(rig.silences).toBe(1)
  })

  it('C42 without a turn nothing ends, and the command is unconfirmed', async () => {
    const rig = DeskRig.ready()
    const result = rig.desk.execute({ kind: 'end-turn' })
    rig.clock.advance(ACK_MS)
    expect((await result).outcome).toBe('unconfirmed')
  })
})

const say = (text: string, behavior: 'if-quiet' | 'queue' | 'interrupt') =>
  ({ kind: 'agent-speech', text, behavior }) as const

describe('statements', () => {
  it('an interrupting statement is applied when the reply begins, though the agent was speaking', async () => {
    const rig = DeskRig.ready()
    rig.activity = 'agentSpeaking'
    const queued = rig.desk.execute(say('Later.', 'queue'))
    const result = rig.desk.execute(say('Stop!', 'interrupt'))
    rig.desk.replyBegan()
    expect(await result).toEqual({ outcome: 'applied' })
    rig.desk.agentText('Later.')
    expect(await queued).toEqual({ outcome: 'applied' })
  })

  it('C40 a refusal never belongs to an interrupting statement while another waits', async () => {
    const rig = DeskRig.ready()
    rig.activity = 'userSpeaking'
    const interrupting = rig.desk.execute(say('Stop!', 'interrupt'))
    const queued = rig.desk.execute(say('Later.', 'queue'))
    expect(rig.desk.refused('user is speaking', true)).toBe(true)
    expect(await queued).toEqual({ outcome: 'refused', reason: 'user is speaking' })
    rig.desk.agentText('Stop!')
    expect(await interrupting).toEqual({ outcome: 'applied' })
    expect(rig.desk.refused('nothing', true)).toBe(false)
  })
})

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
