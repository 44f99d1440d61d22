import { describe, expect, it } from 'vitest'
import { answered, NapsterRig, ScriptedRest } from './napster.test-support.ts'
import { readRefusal } from './refusals.ts'

async function refused(...creations: ScriptedRest['creations']): Promise<NapsterRig> {
  const rest = new ScriptedRest()
  rest.creations = creations
  return NapsterRig.dialled({}, rest)
}

describe('the error shapes of the REST interface', () => {
  it.each([
    [
      'a list',
      [{ code: 'VoiceRequired', description: 'Voice id is required.', type: 'failure', numericType: 1 }],
      { code: 'VoiceRequired', text: 'Voice id is required.' }
    ],
    [
      'one of them, with a number as its type',
      { code: 'UnsupportedProvider', description: 'Not with this key', type: 3 },
      { code: 'UnsupportedProvider', text: 'Not with this key.' }
    ],
    [
      'a validation problem',
      {
        title: 'One or more validation errors occurred.',
        status: 400,
        errors: { ChannelType: ['Required.', 'Bad.'], '': ['Body?'] }
      },
      { code: undefined, text: 'ChannelType: Required. ChannelType: Bad. Body?' }
    ],
    ['a plain problem', { title: 'Bad Request', status: 400 }, { code: undefined, text: 'Bad Request.' }],
    ['nothing', undefined, { code: undefined, text: '' }],
    ['something else', [null, 4, 'x', { errors: 7 }], { code: undefined, text: '' }],
    ['control characters', { description: 'a\u0000b\nc' }, { code: undefined, text: 'a b c.' }]
  ])('are read: %s', (_what, json, told) => {
    expect(readRefusal(json)).toEqual(told)
  })

  it('give no sentence without bounds', () => {
    expect(readRefusal({ description: 'x '.repeat(5_000) }).text.length).toBeLessThan(300)
  })
})

describe('a connection that Napster refuses', () => {
  it.each([
    [
      400,
      [{ code: 'VoiceRequired', description: 'Voice id is required.' }],
      'settings-refused',
      /^Napster does not accept the settings: Voice id is required\. Correct the profile, or the agent at Napster, and connect again\.$/
    ],
    [400, undefined, 'settings-refused', /HTTP 400/],
    [
      401,
      { title: 'Unauthorized', status: 401 },
      'unauthorized',
      /did not accept the key \(HTTP 401\)\. Check the key under Settings, Keys\./
    ],
    [403, undefined, 'forbidden', /HTTP 403/],
    [
      404,
      undefined,
      'not-found',
      /^Napster has no agent "agent_7" for this key \(HTTP 404\)\. Check agentId in the profile\.$/
    ],
    [409, { code: 'AgentBusy', description: 'The agent is busy.' }, 'service-error', /HTTP 409\): The agent is busy\./],
    [418, { title: 'Teapot' }, 'unreachable', /HTTP 418.*Napster says: Teapot\./]
  ])('with %i ends the session with a sentence, and is not asked again', async (status, json, code, sentence) => {
    const self = await refused(answered(status, json))
    expect(self.reason).toMatchObject({ code, message: expect.stringMatching(sentence) as string })
    await self.pass(60_000)
    expect(self.rest.asked).toEqual(['POST /public/agents/agent_7/connections'])
    expect(self.rig.clock.pending).toBe(0)
  })

  it('for a rate limit is asked again when the service said, not before', async () => {
    const self = await refused(answered(429, { code: 'RequestRateLimitExceeded', description: 'Slow down.' }, 5_000))
    expect(self.rig.session.state).toMatchObject({
      phase: 'reconnecting',
      canRetryNow: false,
      reason: {
        code: 'rate-limited',
        serviceCode: 'RequestRateLimitExceeded',
        message: 'Napster takes no more connections of this key right now (HTTP 429). It asks to wait 5 s.'
      }
    })
    self.rig.session.retryNow()
    await self.pass(4_750)
    expect(self.rest.of('POST')).toHaveLength(1)
    await self.redialled(2_000)
    self.accept()
    expect(self.rest.of('POST')).toHaveLength(2)
    expect(self.rig.session.state.phase).toBe('live')
    expect(self.rig.of('reconnected')).toEqual([])
  })

  it('for too many sessions is asked again a few times, and ends with a sentence', async () => {
    const full = answered(409, { code: 'ConcurrentSessionLimitReached', description: 'Cap.', type: 'failure' })
    const self = await refused(full, full, full, full)
    await self.pass(30_000)
    expect(self.rest.of('POST')).toHaveLength(4)
    expect(self.reason).toEqual({
      code: 'rate-limited',
      serviceCode: 'ConcurrentSessionLimitReached',
      message: 'Napster has as many sessions of this account as it allows (HTTP 409). One of them has to end first.'
    })
  })

  it.each([
    [429, 60_000, 'reconnecting', 'It asks to wait 60 s.'],
    [429, 61_000, 'ended', 'It asks to wait 61 s.'],
    [409, 61_000, 'ended', 'It asks to wait 61 s.'],
    [429, 600_000, 'ended', 'It asks to wait 10 min.'],
    [429, 86_400_000, 'ended', 'It asks to wait for more than an hour.'],
    [429, 0, 'reconnecting', 'It usually does again after a moment.']
  ] as const)(
    'with %i for %i ms is waited for up to a minute at a first connection (%s)',
    async (status, retryAfterMs, phase, wait) => {
      const self = await refused(answered(status, undefined, retryAfterMs))
      expect(self.rig.session.state).toMatchObject({
        phase,
        reason: { code: 'rate-limited', message: expect.stringMatching(/^Napster [^.]+\(HTTP 4\d\d\)\. /) as string }
      })
      const { state } = self.rig.session
      expect('reason' in state && state.reason.message).toMatch(new RegExp(`${wait.replaceAll('.', '\\.')}$`))
      self.rig.session.hangUp()
      expect(self.rest.of('POST')).toHaveLength(1)
    }
  )

  it('says nothing that is wrong while Parley tries again by itself', async () => {
    for (const status of [429, 409]) {
      const self = await refused(answered(status))
      const { state } = self.rig.session
      expect(state).toMatchObject({ phase: 'reconnecting', reason: { code: 'rate-limited' } })
      expect('reason' in state && state.reason.message).not.toMatch(/\bwait a moment|connect again|try again/i)
      self.rig.session.hangUp()
    }
  })
})
