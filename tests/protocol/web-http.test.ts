import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostRig } from './web-host.test-support.ts'

let rig: HostRig
beforeEach(async () => void (rig = await HostRig.start()))
afterEach(() => rig.close())

const pathOf = (link: string): string => link.slice(link.indexOf('/?'))
const PATHS = [
  '/',
  '/index.html',
  '/assets/a.js',
  '/absent',
  '/ipc',
  '/audio',
  '/../secret.json',
  '/%2e%2e/secret.json',
  '/?x=1'
]

describe('the web host over HTTP', () => {
  it('lets the link in once, with a cookie, and serves the page to it', async () => {
    const link = pathOf(rig.host.newLink())
    const first = await rig.ask(link)
    expect([first.status, first.headers['location']]).toEqual([303, '/'])
    expect(first.headers['set-cookie']).toEqual([`${rig.cookie}; HttpOnly; SameSite=Strict; Path=/`])
    const page = await rig.ask('/', { headers: { cookie: rig.cookie } })
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    const again = await rig.ask(link)
    expect(again.status).toBe(403)
    expect(again.body).toContain('This link was used already')
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  it('a wrong token is refused with what to do, and does not use the right one up', async () => {
    const link = pathOf(rig.host.newLink())
    for (const token of ['', 'x', `${link.split('=')[1]}x`, '%00', 'a'.repeat(9000)]) {
      const answer = await rig.ask(`/?token=${token}`)
      expect(answer.status).toBe(403)
      expect(answer.body).toContain('This link is not valid')
      expect(answer.body).not.toContain('aaaaaa')
    }
    expect((await rig.ask(link)).status).toBe(303)
  })

  it.each(PATHS)('without token or cookie %s answers 401 to every method, and gives nothing away', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND']) {
      const answer = await rig.ask(path, { method })
      expect(answer.status).toBe(401)
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      expect(answer.body).not.toMatch(/script|outside/)
    }
    expect((await rig.ask(path, { headers: { cookie: `${rig.cookie}x` } })).status).toBe(401)
  })

  it.each(PATHS)('a foreign Host or Origin is refused at %s even with the cookie', async (path) => {
    const { cookie } = rig
    for (const host of ['evil.example', `evil.example:${rig.host.port}`, '127.0.0.1:1']) {
      expect((await rig.ask(path, { headers: { cookie, host } })).status).toBe(403)
    }
    for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${rig.host.port}`]) {
      expect((await rig.ask(path, { headers: { cookie, origin } })).status).toBe(403)
    }
  })

  it('a foreign Host cannot use a link up', async () => {
    const link = pathOf(rig.host.newLink())
    expect((await rig.ask(link, { headers: { host: 'evil.example' } })).status).toBe(403)
    expect((await rig.ask(link)).status).toBe(303)
  })

  it('with the cookie: files with their type, 404 for the rest, 405 for other methods, nothing from outside', async () => {
    const headers = { cookie: rig.cookie }
    const script = await rig.ask('/assets/a.js', { headers })
    expect([script.status, script.headers['content-type'], script.body]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'script'
    ])
    for (const path of ['/absent.js', '/../secret.json', '/%2e%2e/secret.json', '/..\\secret.json', '/ipc', '/audio']) {
      const answer = await rig.ask(path, { headers })
      expect(answer.status).toBe(404)
      expect(answer.body).not.toContain('outside')
    }
    expect((await rig.ask('http://127.0.0.1/', { headers })).status).toBe(400)
    const post = await rig.ask('/', { headers, method: 'POST' })
    expect([post.status, post.headers['allow']]).toEqual([405, 'GET, HEAD'])
    expect((await rig.ask('/', { headers, method: 'HEAD' })).body).toBe('')
  })

  it('every answer carries the page policy, with a nonce of its own that the page uses', async () => {
    const headers = { cookie: rig.cookie }
    const answers = [
      await rig.ask('/', { headers }),
      await rig.ask('/', { headers }),
      await rig.ask('/assets/a.js', { headers }),
      await rig.ask('/absent', { headers }),
      await rig.ask('/'),
      await rig.ask(pathOf(rig.host.newLink()))
    ]
    const nonces = answers.map(
      (answer) => /'nonce-([\w-]{22})'/.exec(String(answer.headers['content-security-policy']))?.[1]
    )
    expect(new Set(nonces).size).toBe(answers.length)
    expect(answers[0]?.body).toContain(`nonce="${nonces[0]}"`)
    for (const [at, answer] of answers.entries()) {
      expect(String(answer.headers['content-security-policy']).split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "connect-src 'self'",
        `style-src 'self' 'nonce-${nonces[at]}'`,
        "img-src 'self' data:",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'"
      ])
      const cors = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))
      expect(cors).toEqual([])
      expect(answer.headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store'
      })
    }
  })

  it('a link from another site is tried again from our own page, which carries the strict cookie; an address typed in is not', async () => {
    const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    const linked = await rig.ask('/', { headers: { ...navigation, 'sec-fetch-site': 'cross-site' } })
    expect([linked.status, linked.body.includes('http-equiv="refresh"')]).toEqual([401, true])
    const own = await rig.ask('/', { headers: { ...navigation, 'sec-fetch-site': 'same-origin' } })
    expect([own.status, own.body.includes('http-equiv="refresh"')]).toEqual([401, false])
  })

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a TLS hello', Uint8Array.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na'],
    ['a giant header', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`]
  ])('%s is answered with 400 or 403 and the host goes on', async (_what, bytes) => {
    expect(await rig.raw(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect((await rig.ask('/', { headers: { cookie: rig.cookie } })).status).toBe(200)
  })

  it('listens on the loopback address only', async () => {
    expect(rig.host.newLink()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/)
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
    // Elsewhere than on macOS the whole of 127.0.0.0/8 is this machine: who listens everywhere listens there.
    const others = [
      ...own.map(({ address }) => address),
      ...(process.platform === 'darwin' ? [] : ['127.0.0.2']),
      '::1'
    ]
    const answering: string[] = []
    for (const address of new Set(others.filter((one) => one !== '127.0.0.1'))) {
      const socket = connect({ host: address, port: rig.host.port, timeout: 2_000 })
      const connected = await new Promise((resolve) => {
        socket.once('connect', () => resolve(true))
        for (const failure of ['error', 'timeout']) socket.once(failure, () => resolve(false))
      })
      socket.destroy()
      if (connected === true) answering.push(address)
    }
    expect(answering).toEqual([])
  })

  it('closes with connections open, twice', async () => {
    const page = await rig.page('ipc')
    await Promise.all([rig.host.close(), rig.host.close()])
    expect((await page.closed).code).toBe(1001)
    await expect(rig.ask('/')).rejects.toThrow('ECONNREFUSED')
  })
})
