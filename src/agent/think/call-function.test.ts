import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../main/node/system-clock.ts'
import { ManualClock } from '../manual-clock.test-support.ts'
import { functionCaller } from './call-function.ts'
import { Models } from './think-rig.test-support.ts'

const models = new Models()
afterEach(() => models.close())

const callFunction = functionCaller({ clock: systemClock })
const never = new AbortController().signal
const call = { name: 'get_weather', arguments: '{"city":"Zürich","days":2,"hourly":[1]}' }

describe('a function with an endpoint', () => {
  it('V41 is asked with POST and the arguments as the body, and its answer is the result', async () => {
    const server = await models.start([{ status: 201, body: '{"sky":"clear — ☀"}', pieceBytes: 1 }])
    const endpoint = { url: `${server.url}?a=1`, headers: { 'X-Key': 'k' } }
    expect(await callFunction(endpoint, call, never)).toEqual({ ok: true, content: '{"sky":"clear — ☀"}' })
    const [request] = server.requests
    expect(request).toMatchObject({ method: 'POST', path: '/v1/chat/completions?a=1', text: call.arguments })
    expect(request?.headers).toMatchObject({ 'x-key': 'k', 'content-type': 'application/json' })
  })

  it.each(['PUT', 'patch', 'DELETE'])('is asked with the method it names: %s', async (method) => {
    const server = await models.start([{ body: 'done' }])
    expect(await callFunction({ url: server.url, method }, call, never)).toEqual({ ok: true, content: 'done' })
    expect(server.requests[0]).toMatchObject({ method: method.toUpperCase(), text: call.arguments })
  })

  it('gets the arguments as query parameters with GET, which has no body', async () => {
    const server = await models.start([{ body: 'sun' }])
    await callFunction({ url: `${server.url}?units=c`, method: 'get' }, call, never)
    const [request] = server.requests
    expect(request).toMatchObject({ method: 'GET', text: '' })
    expect(Object.fromEntries(new URL(request?.path ?? '', 'http://h').searchParams)).toEqual({
      units: 'c',
      city: 'Zürich',
      days: '2',
      hourly: '[1]'
    })
  })

  it.each([
    ['an error', { status: 500, body: '{"error":"no sky"}' }, 'answered 500: no sky'],
    ['nothing found', { status: 404, body: 'where?' }, 'answered 404'],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'answered 302, a redirect, which is not followed'
    ],
    ['too much', { body: 'x'.repeat(300_000) }, 'answered with more than 256 KiB'],
    ['half an answer', { tokens: ['a', 'b'], cutAfter: 1, perTokenMs: 10 }, 'broke off its answer (UND_ERR_SOCKET)']
  ])('V41 that answers %s has failed, with the reason', async (_, reply, reason) => {
    const server = await models.start([reply])
    expect(await callFunction({ url: server.url }, call, never)).toEqual({
      ok: false,
      message: `The endpoint of the function get_weather (${new URL(server.url).host}) ${reason}.`
    })
    await (
      await server.request(0)
    ).ended
  })

  it.each([
    [{ url: 'ftp://h.example/' }, '{}', '(h.example) has a ftp address; only http and https are spoken here'],
    [{}, '{}', 'has no address that can be read; give the full http or https URL'],
    [{ url: 'http://h.example/', method: 'CONNECT' }, '{}', '(h.example) cannot be asked with the method CONNECT'],
    [{ url: 'http://h.example/' }, '{"a":', '(h.example) was not asked: the arguments are no JSON'],
    [{ url: 'http://h.example/', headers: { 'x\n': 'y' } }, '{}', '(h.example) has a header that cannot be sent'],
    [{ url: 'http://127.0.0.1:1/' }, '{}', '(127.0.0.1:1) could not be reached']
  ])('%j with %s cannot be asked, and says why', async (endpoint, given, reason) => {
    expect(await callFunction(endpoint, { name: 'f', arguments: given }, never)).toEqual({
      ok: false,
      message: `The endpoint of the function f ${reason}.`
    })
  })

  it('is given 20 s', async () => {
    const clock = new ManualClock()
    const server = await models.start([{ hang: 'after-headers' }])
    const result = functionCaller({ clock })({ url: server.url }, call, never)
    const request = await server.request(0)
    clock.advance(19_999)
    clock.advance(1)
    expect(await result).toMatchObject({
      ok: false,
      message: expect.stringContaining('did not answer within 20 seconds')
    })
    expect(await request.ended).toBe('aborted')
    expect(clock.pending).toBe(0)
  })

  it('is not waited for once the call is cancelled', async () => {
    const clock = new ManualClock()
    const server = await models.start([{ hang: 'before-headers' }])
    const cancel = new AbortController()
    const result = functionCaller({ clock })({ url: server.url }, call, cancel.signal)
    const request = await server.request(0)
    cancel.abort()
    expect(await result).toMatchObject({ ok: false, message: expect.stringContaining('the call was cancelled') })
    expect(await request.ended).toBe('aborted')
    expect(clock.pending).toBe(0)
    expect(await functionCaller({ clock })({ url: server.url }, call, cancel.signal)).toMatchObject({ ok: false })
    expect(server.requests).toHaveLength(1)
  })

  it('keeps its key and its address to itself', async () => {
    const key = 'tok-1234567890'
    for (const reply of [
      { status: 500, body: `{"error":"bad ${key}"}` },
      { status: 403, body: key }
    ]) {
      const server = await models.start([reply])
      const endpoint = { url: `${server.url}?key=${key}`, headers: { 'X-Key': key } }
      expect(JSON.stringify(await callFunction(endpoint, call, never))).not.toContain('tok-')
    }
  })
})
