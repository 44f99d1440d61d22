import { afterEach, describe, expect, it } from 'vitest'
import { errorMessage, statusReason } from './endpoint.ts'
import { ask, item, Models } from './think-rig.test-support.ts'

const models = new Models()
afterEach(() => models.close())

const KEY = 'sk-proj-1234567890abcdef'

describe('a secret of an endpoint', () => {
  const endpoint = {
    url: `https://h.example/deployments/s3cretpath/chat?api-key=query%2Dsecret-77`,
    headers: {
      Authorization: `Bearer ${KEY}`,
      'X-Login': `Basic ${Buffer.from('ana:pass-word-9').toString('base64')}`
    }
  }

  it.each([
    ['the key itself', `Incorrect API key provided: ${KEY}.`, 'Incorrect API key provided: ***'],
    ['the header', `Bad header "Bearer ${KEY}"`, 'Bad header "*** ***"'],
    ['parts around a mask', 'Key sk-proj-****abcdef is unknown', 'Key *** is unknown'],
    ['the password of Basic credentials', 'User ana with pass-word-9 is unknown', 'User ana with *** is unknown'],
    ['the query', 'No such key query%2Dsecret-77 (query-secret-77)', 'No such key query%*** (***)'],
    ['the path', 'No such place: s3cretpath.', 'No such place: ***']
  ])('is blanked in the reason a server gives: %s', (_, said, shown) => {
    expect(statusReason(endpoint, 400, JSON.stringify({ error: { message: said } }))).toBe(`answered 400: ${shown}`)
  })

  it('is not looked for in what a server says to a refused key: that is left out', () => {
    for (const status of [401, 403]) {
      expect(statusReason(endpoint, status, '{"error":{"message":"key ...ef"}}')).toBe(`answered ${status}`)
    }
  })

  it.each([
    ['a refused key', { status: 401, body: `{"error":{"message":"bad key ${KEY}"}}` }],
    ['an error status', { status: 400, body: `{"error":{"message":"bad key ${KEY}"}}` }],
    ['an error in the stream', { body: `data: {"error":{"message":"bad key ${KEY}"}}\n\n` }],
    ['nonsense', { body: `data: ${KEY}\n\n` }],
    ['a redirect', { status: 302, headers: { location: `https://h.example/?key=${KEY}` } }],
    ['no answer', { hang: 'before-headers' as const }]
  ])('is in no warning and no failure after %s', async (_, reply) => {
    const model = await models.start([reply])
    const url = `${model.url}?key=${KEY}`
    const limits = { stallMs: 100, slowMs: 20 }
    const broken = item('', { endpoint: { url, headers: { Authorization: `Bearer ${KEY}` } } })
    const thought = await ask(models.thinker({ limits }), [broken]).ended
    expect(thought.warnings.length).toBeGreaterThan(0)
    expect(`${thought.warnings.join(' ')} ${thought.end}`).not.toContain('sk-proj')
    expect(model.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`)
  })

  it.each(['line\nbreak-secret', 'sécret-ö-\u{1F600}'])(
    'that cannot be sent as a header is not shown: %j',
    async (value) => {
      const model = await models.start([{ tokens: ['No.'] }])
      const broken = item('', { endpoint: { url: model.url, headers: { 'X-Key': value } } })
      const thought = await ask(models.thinker(), [broken]).ended
      expect(thought.end).toBe(
        `failed: The think endpoint (${new URL(model.url).host}) has a header that cannot be sent.`
      )
      expect(model.requests).toHaveLength(0)
    }
  )
})

describe('the reason in an error answer', () => {
  it.each([
    [{ error: { message: 'a' } }, 'a'],
    [{ error: 'b' }, 'b'],
    [{ message: 'c' }, 'c'],
    [{ detail: 'd' }, 'd'],
    [{ error: { code: 4 } }, undefined],
    [{ detail: [{ loc: 'x' }] }, undefined],
    ['text', undefined],
    [null, undefined]
  ])('%j is %s', (value, said) => {
    expect(errorMessage(value)).toBe(said)
  })

  it('is one line of bounded length', () => {
    const reason = statusReason({}, 500, JSON.stringify({ error: `a\u001b[31m\r\n${'b '.repeat(5000)}` }))
    expect(reason).toMatch(/^answered 500: a \[31m b b/)
    expect(reason.length).toBeLessThan(220)
  })
})
