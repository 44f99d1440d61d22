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
      /did not accept the key \(HTTP 401\)\. Check NAPSTER_API_KEY\./
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
      reason: { code: 'rate-limited', serviceCode: 'RequestRateLimitExceeded' }
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
      message:
        'Napster has as many sessions of this account as it allows (HTTP 409). End another session, or wait a moment.'
    })
  })
})
