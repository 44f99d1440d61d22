import { expect, it } from 'vitest'
import type { TokenGrant } from '../ports.ts'
import { deepgramCredential, grantUrl, GrantError } from './credential.ts'

const url = 'wss://agent.deepgram.com/v1/agent/converse'
const asked: unknown[] = []
const tokens: TokenGrant = {
  grant(request) {
    asked.push(request)
    return Promise.resolve({ granted: true, token: `minted-${asked.length}` })
  }
}

function store(key?: string, token?: string) {
  return {
    secret: () => Promise.resolve(undefined),
    serviceKey: () => Promise.resolve(key),
    accessToken: () => Promise.resolve(token)
  }
}

it('C2 an API key is a Token and a short-lived token a Bearer, never the other way round', async () => {
  const key = await deepgramCredential({ profile: {}, url, secrets: store('api-key-1'), tokens })
  expect(key).toEqual({ credential: { scheme: 'Token', value: 'api-key-1' }, hidden: ['api-key-1'] })
  const given = await deepgramCredential({ profile: {}, url, secrets: store('api-key-1', 'e.y.jwt-1'), tokens })
  expect(given).toEqual({ credential: { scheme: 'Bearer', value: 'e.y.jwt-1' }, hidden: ['e.y.jwt-1'] })
  expect(asked).toEqual([])
})

it('C2 C39 a profile that asks for short-lived tokens gets a new one, as Bearer, for every connection', async () => {
  const needs = { profile: { auth: 'short-lived-token' as const }, url, secrets: store('api-key-1', 'stale-1'), tokens }
  const first = await deepgramCredential(needs)
  const second = await deepgramCredential(needs)
  expect(first).toEqual({ credential: { scheme: 'Bearer', value: 'minted-1' }, hidden: ['minted-1', 'api-key-1'] })
  expect(second?.credential.value).toBe('minted-2')
  expect(asked).toEqual(
    [1, 2].map(() => ({
      url: 'https://api.deepgram.com/v1/auth/grant',
      apiKey: 'api-key-1',
      ttlSeconds: 30,
      timeoutMs: 10_000
    }))
  )
})

it('a token that was not granted is a failure of the connection', async () => {
  const failure = { kind: 'refused', httpStatus: 403 } as const
  const refusing: TokenGrant = { grant: () => Promise.resolve({ granted: false, failure }) }
  const needs = { profile: { auth: 'short-lived-token' as const }, url, secrets: store('api-key-1'), tokens: refusing }
  const cause: unknown = await deepgramCredential(needs).catch((error: unknown) => error)
  expect(cause).toBeInstanceOf(GrantError)
  expect((cause as GrantError).failure).toEqual(failure)
})

it('without key and token only a host that is not Deepgram is dialled', async () => {
  await expect(deepgramCredential({ profile: {}, url, secrets: store(), tokens })).rejects.toThrow(
    /no key for Deepgram/
  )
  expect(await deepgramCredential({ profile: {}, url: 'ws://127.0.0.1:1/', secrets: store(), tokens })).toBeUndefined()
})

it.each([
  ['wss://agent.deepgram.com/v1/agent/converse', 'https://api.deepgram.com/v1/auth/grant'],
  ['wss://api.eu.deepgram.com/v1/agent/converse', 'https://api.eu.deepgram.com/v1/auth/grant'],
  ['ws://127.0.0.1:8080/v1/agent/converse', 'http://127.0.0.1:8080/v1/auth/grant']
])('tokens for %s are minted at %s', (from, to) => expect(grantUrl(from)).toBe(to))
