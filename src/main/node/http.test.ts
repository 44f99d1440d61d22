import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../core/ports.ts'
import { nodeHttp } from './http.ts'

const servers: Server[] = []

afterEach(async () => {
  const closing = servers.splice(0).map((server) => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  await Promise.all(closing)
})

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const get = (url: string, more: Partial<HttpRequest> = {}) =>
  nodeHttp().request({ method: 'GET', url, headers: {}, timeoutMs: 5_000, ...more })

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) text += part
  return text
}

describe('nodeHttp', () => {
  it('sends a body as JSON with the headers that were given, and reads JSON', async () => {
    const seen: unknown[] = []
    const url = await serve((request, response) => {
      void textOf(request).then((text) => {
        const { 'x-api-key': key, 'content-type': type, 'content-length': length } = request.headers
        seen.push([request.method, request.url, key, type, Number(length), JSON.parse(text)])
        response.writeHead(201).end('{"token":"ü"}')
      })
    })
    const body = { text: 'Grüße' }
    const answer = await get(`${url}/a?b=c`, { method: 'POST', headers: { 'X-Api-Key': 'k' }, body })
    expect(answer).toEqual({ kind: 'answered', status: 201, json: { token: 'ü' } })
    expect(seen).toEqual([['POST', '/a?b=c', 'k', 'application/json', JSON.stringify(body).length + 2, body]])
  })

  it.each([
    ['no body', '', 204],
    ['no JSON', '<html>', 200],
    ['more than it reads', JSON.stringify('x'.repeat(1024 * 1024)), 200],
    ['an error', 'nope', 500]
  ])('takes any answer: %s', async (_what, text, status) => {
    const url = await serve((_request, response) => response.writeHead(status).end(text))
    expect(await get(url)).toEqual({ kind: 'answered', status, json: undefined })
  })

  it('tells how long to wait', async () => {
    const url = await serve((_request, response) => response.writeHead(429, { 'Retry-After': '7' }).end('[]'))
    expect(await get(url)).toEqual({ kind: 'answered', status: 429, retryAfterMs: 7_000, json: [] })
  })

  it('follows no redirect: a key would go along', async () => {
    let asked = 0
    const url = await serve((_request, response) => {
      asked += 1
      response.writeHead(302, { Location: '/elsewhere' }).end()
    })
    expect(await get(url)).toMatchObject({ kind: 'answered', status: 302 })
    expect(asked).toBe(1)
  })

  it('gives up after its time', async () => {
    const url = await serve(() => {})
    expect(await get(url, { timeoutMs: 50 })).toEqual({ kind: 'failed', failure: { kind: 'timeout', afterMs: 50 } })
  })

  it('gives up on an answer that does not end', async () => {
    const url = await serve((_request, response) => void response.writeHead(200).write('{'))
    expect(await get(url, { timeoutMs: 100 })).toMatchObject({ kind: 'failed', failure: { kind: 'timeout' } })
  })

  it.each([
    ['nothing listens', 'http://127.0.0.1:1', {}, 'nothing-answers'],
    ['the address is none', 'http://', {}, 'bad-address'],
    ['the address is of something else', 'ftp://127.0.0.1:1', {}, 'bad-address'],
    ['a header cannot hold the key', 'http://127.0.0.1:1', { 'X-Api-Key': 'a\nb' }, 'bad-address']
  ])('tells why nothing was answered: %s', async (_what, url, headers, reason) => {
    expect(await get(url, { headers })).toEqual({ kind: 'failed', failure: { kind: 'unreachable', reason } })
  })

  it('tells that the connection broke off', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' })
      response.write('{', () => response.destroy())
    })
    expect(await get(url)).toEqual({ kind: 'failed', failure: { kind: 'unreachable', reason: 'broken-off' } })
  })

  it('reads no proxy that it cannot use', async () => {
    for (const rule of [() => 'socks5://127.0.0.1:1', () => Promise.reject(new Error('no'))]) {
      const answer = await nodeHttp(rule).request({
        method: 'GET',
        url: 'http://far.test',
        headers: {},
        timeoutMs: 1_000
      })
      expect(answer).toEqual({ kind: 'failed', failure: { kind: 'unreachable', reason: 'proxy-unusable' } })
    }
  })
})
