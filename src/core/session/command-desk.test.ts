import { describe, expect, it } from 'vitest'
import { CUE } from '../dialects/deepgram-plan.ts'
import { NOVA } from '../dialects/testing.test-support.ts'
import { settle } from '../testing.test-support.ts'
import { ACK_MS, SOFT_ACK_MS } from './command-desk.ts'
import { append, DeskRig } from './desk-rig.test-support.ts'

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
