import { describe, expect, it } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../ports.ts'
import { checkKey } from './check-key.ts'

const KEY = 'CANARY-0123456789abcdef'

async function asked(service: 'deepgram' | 'napster', answer: HttpAnswer) {
  const requests: HttpRequest[] = []
  const http = {
    request: (request: HttpRequest) => {
      requests.push(request)
      return Promise.resolve(answer)
    }
  }
  return { check: await checkKey(http, service, KEY), requests }
}

const late: HttpAnswer = { kind: 'failed', failure: { kind: 'timeout', afterMs: 1 } }
const answered = (status: number, json?: unknown): HttpAnswer => ({ kind: 'answered', status, json })
const unreachable = (reason: 'unknown-host' | 'proxy-refused' | 'certificate-untrusted'): HttpAnswer => ({
  kind: 'failed',
  failure: { kind: 'unreachable', reason }
})

describe('checking a key', () => {
  it('asks the service itself, and only it, with one request that changes nothing', async () => {
    const deepgram = await asked('deepgram', answered(200, { projects: [] }))
    expect(deepgram.requests).toMatchObject([
      { method: 'GET', url: 'https://api.deepgram.com/v1/projects', headers: { Authorization: `Token ${KEY}` } }
    ])
    const napster = await asked('napster', answered(200, []))
    expect(napster.requests).toMatchObject([
      { method: 'GET', url: 'https://companion-api.napster.com/public/agents', headers: { 'X-Api-Key': KEY } }
    ])
    expect([deepgram.check.outcome, napster.check.outcome]).toEqual(['works', 'works'])
  })

  it.each(['deepgram', 'napster'] as const)('is refused by %s only with 401', async (service) => {
    const { check } = await asked(service, answered(401, { err_msg: `bad key ${KEY}` }))
    expect(check.outcome).toBe('refused')
    expect(check.message).toContain('401')
    expect(check.message).not.toContain(KEY)
  })

  it.each([
    [answered(200, undefined), /not Deepgram/],
    [answered(200, '<html>'), /not Deepgram/],
    [answered(302), /not Deepgram/],
    [answered(403), /A conversation may work/],
    [answered(429), /asks to wait/],
    [answered(503), /trouble itself/],
    [unreachable('unknown-host'), /cannot be reached/],
    [unreachable('proxy-refused'), /proxy/],
    [unreachable('certificate-untrusted'), /was not sent/],
    [late, /in time/]
  ])('is unknown after %j', async (answer, message) => {
    const { check } = await asked('deepgram', answer)
    expect(check).toEqual({ outcome: 'unknown', message: expect.stringMatching(message) as string })
  })
})
