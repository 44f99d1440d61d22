import { describe, expect, it } from 'vitest'
import { NapsterRig } from './rig.test-support.ts'

const WEATHER = [
  { data: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }
]

/** A rig that has asked for the weather in Paris. */
function asking(): { rig: NapsterRig; callId: string } {
  const rig = new NapsterRig({ functions: WEATHER })
  rig.say('use get weather with city Paris')
  const [call, ...more] = rig.all('function_implicitly_called')
  expect(more).toEqual([])
  expect(call).toMatchObject({ name: 'get_weather', arguments: { city: 'Paris' } })
  return { rig, callId: call?.call_id ?? '' }
}

/** What the agent said in the end. */
async function said(rig: NapsterRig): Promise<string> {
  await Promise.resolve()
  rig.clock.advance(60_000)
  return rig.completed.join(' ')
}

describe('tools', () => {
  it.each([
    ['an object', { sky: 'grey' }, '{"sky":"grey"}'],
    ['a text', 'grey', 'grey']
  ])('the output is told: %s', async (_what, output, told) => {
    const { rig, callId } = asking()
    rig.command('send_function_output', { call_id: callId, output, delay: false })
    expect(await said(rig)).toBe(`The function get weather answered: ${told}`)
    expect(rig.errors).toEqual([])
    expect(rig.all('function_call_timeout')).toEqual([])
  })

  it('without an output the call times out after 10 s, and the model is told so', async () => {
    const { rig, callId } = asking()
    rig.clock.advance(9_999)
    expect(rig.all('function_call_timeout')).toEqual([])
    rig.clock.advance(1)
    expect(rig.all('function_call_timeout')).toEqual([{ call_id: callId }])
    expect(await said(rig)).toBe('The function get weather answered: Failed to fetch information')
  })

  it('an output that comes late or twice changes nothing and is no error; an unknown one is', async () => {
    const { rig, callId } = asking()
    rig.command('send_function_output', { call_id: callId, output: 'grey' })
    rig.command('send_function_output', { call_id: callId, output: 'blue' })
    expect(await said(rig)).toBe('The function get weather answered: grey')
    rig.command('send_function_output', { call_id: callId, output: 'green' })
    expect(rig.errors).toEqual([])
    rig.command('send_function_output', { call_id: 'never', output: 'green' })
    expect(rig.errors).toEqual(['There was no call with the call_id "never".'])
    expect(await said(rig)).toBe('The function get weather answered: grey')
  })

  it('who speaks gives the call up: no timeout follows, and its output is ignored', () => {
    const { rig, callId } = asking()
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'what is two plus two')
    rig.clock.advance(60_000)
    rig.command('send_function_output', { call_id: callId, output: 'grey' })
    rig.clock.advance(60_000)
    expect(rig.completed).toEqual(['The answer is 4.'])
    expect([rig.errors, rig.all('function_call_timeout')]).toEqual([[], []])
  })

  it('a function that the agent does not have ends the session', () => {
    const settings = { endpoint: { url: 'http://127.0.0.1:1/v1/chat/completions' } }
    const rig = new NapsterRig({ settings })
    rig.say('Hello?')
    rig.thinker.completions[0]?.calls(['no_such_function'])
    expect(rig.all('provider_connection_aborted')).toMatchObject([{ error: { code: 'connection_failed' } }])
    expect(rig.ended).toEqual(['provider_connection_aborted'])
  })
})
