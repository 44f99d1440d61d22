import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Access, type Admission, type Asked } from './access.ts'

const secret = 's'.repeat(43)
const HOST = '127.0.0.1:47780'
const make = (port = 47_780): Access => new Access({ port, sessionSecret: secret })
const get = (target: string, headers: Asked['headers'] = {}): Asked => ({
  method: 'GET',
  target,
  headers: { host: HOST, ...headers }
})
const withCookie = { cookie: `parley-47780=${secret}` }
const denied = (reason: string): Admission => ({ kind: 'deny', reason }) as Admission

describe('access to the web host', () => {
  it('lets a link in once', () => {
    const access = make()
    const token = access.newToken()
    expect(access.admit(get(`/?token=${token}`))).toEqual({ kind: 'welcome' })
    expect(access.admit(get(`/?token=${token}`))).toEqual(denied('used-token'))
    expect(access.admit(get('/?token=wrong'))).toEqual(denied('wrong-token'))
  })

  it('sends a browser that has the session from a used or wrong link to the page', () => {
    const access = make()
    expect(access.admit(get('/?token=wrong', withCookie))).toEqual({ kind: 'to-page' })
  })

  it('keeps two unused links; a third voids the oldest', () => {
    const access = make()
    const [first, second, third] = [access.newToken(), access.newToken(), access.newToken()]
    expect(access.admit(get(`/?token=${first}`))).toEqual(denied('wrong-token'))
    expect(access.admit(get(`/?token=${second}`))).toEqual({ kind: 'welcome' })
    expect(access.admit(get(`/?token=${third}`))).toEqual({ kind: 'welcome' })
  })

  it('does not let a look ahead use the link up', () => {
    const access = make()
    const target = `/?token=${access.newToken()}`
    expect(access.admit({ ...get(target), method: 'HEAD' }).kind).toBe('deny')
    expect(access.admit(get(target, { 'sec-purpose': 'prefetch' })).kind).toBe('deny')
    expect(access.admit({ ...get(target), method: 'POST' }).kind).toBe('deny')
    expect(access.admitUpgrade(get(target, { origin: `http://${HOST}` })).kind).toBe('deny')
    expect(access.admit(get(target))).toEqual({ kind: 'welcome' })
  })

  it('takes a token on the first page only', () => {
    const access = make()
    expect(access.admit(get(`/index.html?token=${access.newToken()}`))).toEqual(denied('no-session'))
  })

  it('serves whoever has the cookie, among other cookies', () => {
    const cookie = `other=1; parley-47780=${secret}; parley-1=x`
    expect(make().admit(get('/a.js?x=1', { cookie }))).toEqual({ kind: 'serve', path: '/a.js' })
  })

  it.each([
    undefined,
    '',
    `parley-47780=${secret}x`,
    'parley-47780=',
    `parley-47781=${secret}`,
    `xparley-47780=${secret}`,
    `PARLEY-47780=${secret}`,
    secret
  ])('refuses the cookie %j', (cookie) => {
    expect(make().admit(get('/', cookie === undefined ? {} : { cookie }))).toEqual(denied('no-session'))
  })

  it.each([
    undefined,
    'evil.example',
    'evil.example:47780',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:47780.evil.example',
    '[::1]:47780',
    '0.0.0.0:47780',
    ''
  ])('refuses the host %j (DNS rebinding), with the cookie and with a token', (host) => {
    const access = make()
    expect(access.admit(get('/', { ...withCookie, host }))).toEqual(denied('foreign-host'))
    expect(access.admit(get(`/?token=${access.newToken()}`, { host }))).toEqual(denied('foreign-host'))
  })

  it('answers to localhost too, and to a bare name on port 80', () => {
    expect(make().admit(get('/', { ...withCookie, host: 'LOCALHOST:47780' })).kind).toBe('serve')
    expect(make(80).admit(get('/', { host: '127.0.0.1', cookie: `parley-80=${secret}` })).kind).toBe('serve')
  })

  it.each([
    'null',
    'http://evil.example',
    'https://127.0.0.1:47780',
    'http://127.0.0.1:1',
    'http://localhost:47780',
    ''
  ])('refuses the origin %j', (origin) =>
    expect(make().admit(get('/', { ...withCookie, origin }))).toEqual(denied('foreign-origin'))
  )

  it('an upgrade needs the cookie and our origin', () => {
    const origin = `http://${HOST}`
    expect(make().admitUpgrade(get('/ipc', { ...withCookie, origin }))).toEqual({ kind: 'serve', path: '/ipc' })
    expect(make().admitUpgrade(get('/ipc', withCookie))).toEqual(denied('foreign-origin'))
    expect(make().admitUpgrade(get('/ipc', { origin }))).toEqual(denied('no-session'))
  })

  it('the cookie is unseen by scripts and other sites and ends with the browser', () => {
    expect(make().setCookie).toBe(`parley-47780=${secret}; HttpOnly; SameSite=Strict; Path=/`)
  })

  it('nothing but a token or the cookie is ever let in, whatever is asked', () => {
    const access = make()
    access.newToken()
    const headers = fc.dictionary(fc.constantFrom('cookie', 'origin', 'host', 'sec-purpose'), fc.string())
    fc.assert(
      fc.property(fc.string(), fc.string(), headers, fc.boolean(), (method, target, some, own) => {
        const asked = { method, target, headers: own ? { ...some, host: HOST } : some }
        expect(access.admit(asked).kind).toBe('deny')
        expect(access.admitUpgrade(asked).kind).toBe('deny')
      })
    )
  })

  it('every token is new and long', () => {
    const access = make()
    const tokens = Array.from({ length: 100 }, () => access.newToken())
    expect(new Set(tokens).size).toBe(100)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/)
  })
})
