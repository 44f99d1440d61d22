import { expect, it } from 'vitest'
import type { Clock } from '../../src/core/ports.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { businessError, listedError, plainError, validationError, type RestAnswer } from '../peers/napster-spelling.ts'
import { until } from './client.test-support.ts'
import { answering, dropped, ended, fastClock, notices, setUp, setUpLive } from './client-napster.test-support.ts'

// How connections are refused and sessions end: one clear sentence for the person, and the right way to try again.

const SENTENCE = expect.stringMatching(/^[A-Z].*[.!]$/) as string
const TOO_MANY = 'Request rate limit exceeded.'

it.concurrent('429 with Retry-After: nothing is asked before it has passed, then live', async (context) => {
  const { one, server } = await setUp(context)
  server.refusals.push({ ...businessError(429, 'RequestRateLimitExceeded', TOO_MANY), headers: { 'retry-after': '2' } })
  one.session.connect()
  expect(await dropped(one)).toMatchObject({ code: 'rate-limited', message: SENTENCE })
  expect(one.session.state).toMatchObject({ canRetryNow: false })
  one.session.retryNow()
  await until('live', () => one.session.state.phase === 'live')
  const [first, second] = server.requests
  expect(server.requests).toHaveLength(2)
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(2_000)
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThan(7_000)
})

it.concurrent(
  '409: too many conversations at once is said in so many words, and tried again later',
  async (context) => {
    const { one, server } = await setUp(context, { clock: fastClock(5) })
    server.refusals.push(businessError(409, 'ConcurrentSessionLimitReached', 'Limit of 5 reached.'))
    one.session.connect()
    const reason = await dropped(one)
    expect(reason).toMatchObject({ code: 'rate-limited', message: SENTENCE })
    expect(reason.message).toMatch(/as many sessions .* as it allows/)
    await until('live', () => one.session.state.phase === 'live')
  }
)

const REFUSALS: [string, RestAnswer, string][] = [
  ['an object', businessError(400, 'InvalidVoice', 'Voice id is required.'), 'Voice id is required.'],
  ['an array', listedError(400, 'InvalidVoice', 'Voice id is required.'), 'Voice id is required.'],
  [
    'a validation problem',
    validationError('ExternalClientId', 'The field ExternalClientId is too long.'),
    'The field ExternalClientId is too long.'
  ],
  ['a problem with a title', plainError(400, 'Companion is not ready.'), 'Companion is not ready.']
]

it.concurrent.for(REFUSALS)(
  '400 as %s ends the session with the words of the service',
  async ([_name, answer, words], context) => {
    const { one, server } = await setUp(context)
    server.refusals.push(answer)
    one.session.connect()
    const reason = await ended(one)
    expect(reason).toMatchObject({ code: 'settings-refused', message: SENTENCE })
    expect(reason.message).toContain(words)
    expect(server.requests).toHaveLength(1)
  }
)

it.concurrent.for([
  [404, 'not-found'],
  [401, 'unauthorized'],
  [403, 'forbidden']
] as const)('%i ends the session as %s, also without a body', async ([status, code], context) => {
  const { one, server } = await setUp(context)
  server.refusals.push({ status })
  one.session.connect()
  expect(await ended(one)).toMatchObject({ code, message: SENTENCE })
  expect(server.requests).toHaveLength(1)
})

const token = (inner: unknown): string => Buffer.from(JSON.stringify(inner)).toString('base64')

it.concurrent.for<[string, unknown]>([
  ['no token', {}],
  ['a token that is no base64', { token: '%%%' }],
  ['a token that is no JSON', { token: Buffer.from('hello').toString('base64') }],
  ['a token without an address', { token: token({ token: 'x', connection: { id: 'c' } }) }],
  ['an address that is no socket', { token: token({ url: 'file:///etc/passwd', connection: { id: 'c' } }) }]
])('an answer with %s is no connection: the address is wrong, and it is said', async ([_name, body], context) => {
  const { one, server } = await setUp(context)
  server.refusals.push({ status: 200, body: { connection: { id: 'c' }, ...(body as object) } })
  one.session.connect()
  expect(await ended(one)).toMatchObject({ code: 'service-error', message: SENTENCE })
  expect(server.requests).toHaveLength(1)
})

it.concurrent('a service that is broken when a conversation is to go on is asked until it works', async (context) => {
  const { one, server } = await setUpLive(context, { clock: fastClock(5) })
  server.refusals.push({ status: 500 }, plainError(503, 'Service Unavailable'))
  server.session.cut()
  expect(await dropped(one)).toMatchObject({ message: SENTENCE })
  await until('the return', () => one.count('reconnected') === 1)
  expect(server.asked.filter((asked) => asked.startsWith('POST'))).toHaveLength(4)
})

it.concurrent('a service that is broken at the first connection ends the session with its words', async (context) => {
  const { one, server } = await setUp(context)
  server.refusals.push(plainError(503, 'Down for maintenance.'))
  one.session.connect()
  const reason = await ended(one)
  expect(reason.message).toContain('Down for maintenance.')
  expect(server.requests).toHaveLength(1)
})

it.concurrent(
  'a voice that is refused after the socket opened ends the session, and is not tried again',
  async (context) => {
    const { one, server } = await setUp(context, {
      server: {
        onOpen: (session) => {
          session.message({ type: 'session', action: 'created' })
          session.event('provider_connection_aborted', {
            error: { code: 'invalid_voice', message: 'Voice zed is not available.' }
          })
          session.end('provider_connection_aborted')
        }
      }
    })
    one.session.connect()
    expect(await ended(one)).toMatchObject({
      code: 'settings-refused',
      message: expect.stringMatching(
        /^Napster cannot use the voice .* Napster says: Voice zed is not available\.$/
      ) as string,
      serviceCode: 'invalid_voice'
    })
    expect(server.sessions).toHaveLength(1)
  }
)

it.concurrent('idle warnings are told, and an idle close is final: nobody is there to talk to', async (context) => {
  const { one, server } = await setUpLive(context)
  const { session } = server
  for (const disconnect_after of [60, 30, 10]) session.event('avatar_connection_warning', { disconnect_after })
  await until('the warnings', () => notices(one).length > 0)
  expect(notices(one).join()).toMatch(/warning [a-z-]+: .*\b60\b/)
  session.event('session_expired')
  session.end('idle_timeout')
  const reason = await ended(one)
  expect(reason).toMatchObject({ code: 'idle', message: SENTENCE })
  expect(server.asked.filter((asked) => asked.startsWith('POST'))).toHaveLength(1)
})

it.concurrent('no credits are final', async (context) => {
  const { one, server } = await setUpLive(context)
  server.session.event('no_credits_left')
  server.session.end('no_credits_left')
  expect(await ended(one)).toMatchObject({ code: 'no-credits', message: SENTENCE })
  expect(server.asked.filter((asked) => asked.startsWith('POST'))).toHaveLength(1)
})

const CLOSES: [string, string][] = [
  ['idle_timeout', 'idle'],
  ['session_expired', 'idle'],
  ['no_credits_left', 'no-credits'],
  ['connection_aborted', 'service-closed'],
  ['rejected', 'forbidden']
]

it.concurrent.for(CLOSES)(
  'a close without a word whose reason is %s ends the session as %s',
  async ([closeReason, code], context) => {
    const { one, server } = await setUpLive(context)
    server.session.end(closeReason)
    expect(await ended(one)).toMatchObject({ code, message: SENTENCE })
    expect(server.asked).toContain('GET /public/sessions/conn-1')
    expect(server.asked.filter((asked) => asked.startsWith('POST'))).toHaveLength(1)
  }
)

it.concurrent.for(['application_shutdown', 'function_connection_lost', 'some_new_reason'])(
  'a close without a word whose reason is %s is an accident: the conversation goes on with a new connection',
  async (closeReason, context) => {
    const { one, server } = await setUpLive(context, { clock: fastClock(5) })
    server.session.end(closeReason)
    await until('the return', () => one.count('reconnected') === 1)
    expect(server.sessions).toHaveLength(2)
  }
)

it.concurrent('a socket that neither speaks nor answers pings is given up, and replaced', async (context) => {
  const { one, server } = await setUpLive(context, { clock: fastClock(5) })
  const { session } = server
  await until('a ping', () => session.pings > 0)
  // The kernel keeps the connection; nobody reads it any more.
  session.socket?.pause()
  await until('the return', () => one.count('reconnected') === 1)
  expect(server.sessions).toHaveLength(2)
})

it.concurrent('a connection that dies without a sign is noticed by the answer that it owes', async (context) => {
  const { one, server } = await setUpLive(context, {
    clock: fastClock(8),
    server: {
      pongs: false,
      onCommand: (session, command) => void (session.id === 'conn-2' && answering(session, command))
    }
  })
  void one.session.execute({ kind: 'user-text', text: 'Are you there?' })
  await until('the return', () => one.count('reconnected') === 1)
  const [back] = one.events.filter((event) => event.kind === 'reconnected')
  expect(back).toMatchObject({ answerLost: true })
  await (async () => {
    void one.session.execute({ kind: 'user-text', text: 'And now?' })
    await until('an answer', () => one.captions.some((line) => line.includes('You said And now?')))
  })()
  expect(server.sessions).toHaveLength(2)
})

/** The real time, but what is more than a minute away comes a thousand times as soon. */
const soonClock: Clock = {
  ...systemClock,
  after: (ms, run) => systemClock.after(ms > 60_000 ? ms / 1_000 : ms, run)
}

it.concurrent(
  'before the hour at which sessions die in silence there is a new one, in a quiet moment',
  async (context) => {
    const { one, server } = await setUpLive(context, { clock: soonClock })
    await until('the renewal', () => server.sessions.length === 2 && one.session.state.phase === 'live')
    expect(server.asked.filter((asked) => asked.startsWith('POST'))).toHaveLength(2)
    await until('the end of the old one', () => server.asked.includes('DELETE /public/connections/conn-1'))
    void one.session.execute({ kind: 'user-text', text: 'Hi.' })
    await until('an answer', () => one.captions.includes('agent: You said Hi.'))
  }
)
