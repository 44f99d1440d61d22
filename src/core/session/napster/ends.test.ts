import { describe, expect, it } from 'vitest'
import type { HttpAnswer, Log } from '../../ports.ts'
import { answered, KEY, NapsterRig, offline } from './napster.test-support.ts'

/** The event that tells why the provider left. */
function aborted(error: unknown): Record<string, unknown> {
  return { event: 'provider_connection_aborted', data: { error } }
}

/** What the person reads now, while Parley reconnects or after the end. */
function sentence(self: NapsterRig): string {
  const { state } = self.rig.session
  return 'reason' in state ? state.reason.message : ''
}

describe('the provider of an agent that leaves', () => {
  it('because it could not be reached gets a sentence that is true while Parley tries again', async () => {
    const self = await NapsterRig.live()
    await self.pass(6_000)
    self.socket.say(aborted({ code: 'connection_failed' }))
    expect(self.rig.session.state.phase).toBe('reconnecting')
    expect(sentence(self)).toBe(
      'Napster could not reach the AI provider of this agent. If this lasts, check the provider and its credentials in the Napster dashboard.'
    )
    self.rig.session.hangUp()
  })

  it.each([
    [{ code: 'invalid_voice', message: 'Voice zed is not available.' }, 'Voice zed is not available.'],
    [{ code: 'invalid_voice', message: ' Voice\u0000\n zed' }, 'Voice zed.'],
    [{ code: 'invalid_credentials', message: `Bad key ${KEY}, go away!` }, 'Bad key [key], go away!'],
    [{ message: 'Voice zed is not available.' }, 'Voice zed is not available.']
  ])('has its own words after ours, cleaned and without secrets (%#)', async (error, words) => {
    const self = await NapsterRig.live()
    self.socket.say(aborted(error))
    expect(sentence(self)).toMatch(/^(?:Napster|The AI provider) .+\. Napster says: /)
    expect(sentence(self).endsWith(` Napster says: ${words}`)).toBe(true)
    self.rig.session.hangUp()
  })

  it('has not all of its words where they have no end, and none where there is nothing to read', async () => {
    const self = await NapsterRig.live()
    self.socket.say(aborted({ code: 'invalid_voice', message: `${'x '.repeat(95)}${KEY} ${'y '.repeat(5_000)}` }))
    expect(sentence(self).length).toBeLessThan(330)
    expect(sentence(self)).not.toContain(KEY.slice(0, 6))
    const mute = await NapsterRig.live()
    mute.socket.say(aborted({ code: 'invalid_voice', message: '{}' }))
    expect(sentence(mute)).toMatch(/connect again\.$/)
  })

  it('without a word is tried once more, and then ends with a sentence that names it', async () => {
    const self = await NapsterRig.live()
    self.rest.session = answered(200, { closeReason: 'provider_connection_aborted' })
    self.socket.handlers.onClose(1006, '')
    await self.reconnect()
    expect(self.rig.session.state.phase).toBe('live')
    self.socket.handlers.onClose(1006, '')
    await self.pass(60_000)
    expect(self.reason).toEqual({
      code: 'service-error',
      serviceCode: 'provider_connection_aborted',
      message: expect.stringMatching(/^The AI provider of this agent ended the session\. .*voice/) as string
    })
    expect(self.rest.of('POST')).toHaveLength(2)
    expect(self.rig.clock.pending).toBe(0)
  })
})

function ignore(): void {}

/** The warnings in the log of a session that ends. */
async function hungUp(deletion: HttpAnswer): Promise<unknown[]> {
  const lines: unknown[] = []
  const log: Log = { debug: ignore, info: ignore, error: ignore, warn: (...line) => void lines.push(line) }
  const self = await NapsterRig.live({ log })
  self.rest.deletion = deletion
  self.rig.session.hangUp()
  await self.rig.session.settled()
  return lines
}

describe('the end of a connection that Napster does not take', () => {
  it.each<[string, HttpAnswer, object]>([
    ['an error', answered(500, { title: `Bad ${KEY}` }), { status: 500 }],
    ['another refusal', answered(400, { code: 'SomethingElse' }), { status: 400 }],
    ['no network', offline, { reason: 'no-answer' }],
    ['no answer', { kind: 'failed', failure: { kind: 'timeout', afterMs: 3_000 } }, { reason: 'timeout' }]
  ])('is logged with its reason and nothing secret: %s', async (_what, deletion, fields) => {
    expect(await hungUp(deletion)).toEqual([['a connection at Napster may not have been ended', fields]])
  })

  it.each([
    ['it was ended', answered(204)],
    ['it was over already', answered(400, [{ code: 'ConnectionNotFound', description: 'None.' }])]
  ])('is not logged where %s', async (_what, deletion) => {
    expect(await hungUp(deletion)).toEqual([])
  })
})
