import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AUDIO_BYTE_RATE } from '../../src/main/web/audio-socket.ts'
import { CLOSE_POLICY, IPC_BYTE_RATE } from '../../src/main/web/ipc-socket.ts'
import { ADMITTED_RATE, CONNECTIONS_AT_ONCE, REFUSED_RATE } from '../../src/main/web/limits.ts'
import { HostRig } from './web-host.test-support.ts'

let rig: HostRig
const sockets: Socket[] = []
beforeEach(async () => void (rig = await HostRig.start()))
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await rig.close()
})

/** Statuses of `count` requests sent down one connection at once. */
function statuses(count: number, headers: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(rig.host.port, '127.0.0.1')
    sockets.push(socket)
    const one = `HEAD /absent HTTP/1.1\r\nhost: 127.0.0.1:${rig.host.port}\r\n${headers}\r\n`
    socket.write(one.repeat(count - 1) + one.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))
    socket.on('data', (chunk) => (text += chunk.toString('latin1')))
    socket.on('close', () => resolve([...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code]) => Number(code))))
    socket.on('error', reject)
  })
}

describe('limits of the web host', () => {
  it('a browser of the owner that asks without end is told 429, and goes on a second later', async () => {
    const seen = await statuses(ADMITTED_RATE.burst, `cookie: ${rig.cookie}\r\n`)
    expect(seen).toEqual(Array.from({ length: ADMITTED_RATE.burst }, () => 404))
    const ask = () => rig.ask('/absent', { headers: { cookie: rig.cookie } })
    const more: number[] = []
    for (let at = 0; at < 2_000 && !more.includes(429); at += 50) {
      more.push(...(await Promise.all(Array.from({ length: 50 }, ask))).map(({ status }) => status))
    }
    expect(more).toContain(429)
    await expect.poll(async () => (await rig.ask('/', { headers: { cookie: rig.cookie } })).status).toBe(200)
  })

  it('who has no session is told 429 too, and locks nobody out who has one or a link', async () => {
    const answers = await Promise.all(Array.from({ length: REFUSED_RATE.burst + 150 }, () => rig.ask('/')))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    for (const { headers, body } of refused) {
      expect([headers['retry-after'], headers['set-cookie'], body]).toEqual(['1', undefined, 'Too Many Requests\n'])
    }
    expect((await rig.ask('/', { headers: { cookie: rig.cookie } })).status).toBe(200)
    const link = rig.host.newLink()
    expect((await rig.ask(link.slice(rig.origin.length))).status).toBe(303)
  })

  it('there is a most of connections, and room again when one has gone', async () => {
    const open = Array.from({ length: CONNECTIONS_AT_ONCE }, () => connect(rig.host.port, '127.0.0.1'))
    sockets.push(...open)
    for (const socket of open) socket.on('error', () => undefined)
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
    await expect(rig.ask('/')).rejects.toThrow(/ECONNRESET|hang up/)
    open[0]?.destroy()
    const again = () =>
      rig.ask('/').then(
        ({ status }) => status,
        () => 0
      )
    await expect.poll(again).toBe(401)
  })

  it('whoever sends the head of a request drop by drop is cut off after 10 s, and so is who says nothing', async () => {
    const startedMs = performance.now()
    const lived = async (begin: string, drop: string): Promise<number> => {
      const socket = connect(rig.host.port, '127.0.0.1')
      sockets.push(socket)
      socket.resume()
      socket.write(begin)
      const drops = setInterval(() => socket.write(drop), 250)
      socket.on('error', () => undefined)
      await new Promise((resolve) => socket.once('close', resolve))
      clearInterval(drops)
      return performance.now() - startedMs
    }
    const head = `GET / HTTP/1.1\r\nhost: 127.0.0.1:${rig.host.port}\r\nx: `
    const upgrade = `GET /ipc HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\nx: `
    for (const tookMs of await Promise.all([lived(head, 'a'), lived(upgrade, 'a'), lived('', '')])) {
      expect(tookMs).toBeGreaterThan(9_000)
      expect(tookMs).toBeLessThan(25_000)
    }
    expect((await rig.ask('/', { headers: { cookie: rig.cookie } })).status).toBe(200)
  })

  it('no body is waited for: it is answered at once and its connection ended, also with the session', async () => {
    for (const cookie of ['', `cookie: ${rig.cookie}\r\n`]) {
      const socket = connect(rig.host.port, '127.0.0.1')
      sockets.push(socket)
      socket.on('error', () => undefined)
      let text = ''
      socket.on('data', (chunk) => (text += chunk.toString('latin1')))
      const own = `host: 127.0.0.1:${rig.host.port}\r\n${cookie}`
      socket.write(`POST / HTTP/1.1\r\n${own}content-length: 1000000000000\r\n\r\n`)
      const drops = setInterval(() => socket.write('a'), 50)
      const startedMs = performance.now()
      await new Promise((resolve) => socket.once('close', resolve))
      expect(performance.now() - startedMs, 'long before the limit of a whole request').toBeLessThan(10_000)
      clearInterval(drops)
      expect(text).toMatch(cookie === '' ? /^HTTP\/1\.1 401 / : /^HTTP\/1\.1 405 /)
    }
  })

  it('there is a most of pages of the overlay, and room again when one has gone', async () => {
    const options = { origin: rig.origin, headers: { cookie: rig.cookie } }
    const open = await Promise.all(Array.from({ length: 4 }, () => rig.page('overlay')))
    expect(await rig.refusal('/overlay', options)).toBe(503)
    open[0]?.socket.close()
    const again = () => rig.refusal('/overlay', options).catch(({ message }: Error) => message)
    await expect.poll(again).toBe('was let in')
    expect(await rig.refusal('/overlay', options)).toBe(503)
    await rig.page('ipc')
  })

  it('a refused upgrade whose sender does not hang up is ended', async () => {
    const socket = connect({ port: rig.host.port, host: '127.0.0.1', allowHalfOpen: true })
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.resume()
    const ask = `GET /ipc HTTP/1.1\r\nhost: 127.0.0.1:${rig.host.port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`
    socket.write(ask)
    await new Promise((resolve) => socket.once('end', resolve))
    const drops = setInterval(() => socket.write('a'), 100)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(drops)
    expect(socket.destroyed).toBe(true)
  })

  it('a page that sends too many bytes is dropped, with calls and with audio, and no other page', async () => {
    const [calls, audio, other] = [await rig.page('ipc'), await rig.page('audio'), await rig.page('ipc')]
    const call = 'x'.repeat(3_000_000)
    for (let sent = 0; sent <= IPC_BYTE_RATE.burst * 1.5; sent += call.length) calls.send(call)
    expect((await calls.closed).code).toBe(CLOSE_POLICY)
    const block = new Uint8Array(30_004)
    for (let sent = 0; sent <= AUDIO_BYTE_RATE.burst * 1.5; sent += block.length) audio.send(block)
    expect((await audio.closed).code).toBe(CLOSE_POLICY)
    other.send({ id: 1, call: 'app:info' })
    await expect.poll(() => other.received).toMatchObject([{ id: 1, reply: { ok: true } }])
    expect(rig.logged.filter((line) => line.includes('too fast'))).toHaveLength(2)
  })
})

describe('what a browser says of a request', () => {
  const subresource = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }
  it.each(['same-site', 'cross-site'])(
    'a %s picture, script or frame is refused even with the cookie',
    async (site) => {
      const { cookie } = rig
      const ask = (headers: Record<string, string>, path = '/assets/a.js') =>
        rig.ask(path, { headers: { cookie, 'sec-fetch-site': site, ...headers } })
      expect((await ask(subresource)).status).toBe(403)
      expect((await ask({ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, '/')).status).toBe(403)
      expect((await ask({})).status).toBe(403)
      expect((await ask({ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, '/')).status).toBe(200)
    }
  )

  it.each(['same-origin', 'none'])('what is %s is served', async (site) => {
    const headers = { cookie: rig.cookie, 'sec-fetch-site': site, ...subresource }
    expect((await rig.ask('/assets/a.js', { headers })).status).toBe(200)
  })

  it('under another name there is nothing to read: no text, no name of the server', async () => {
    const link = rig.host.newLink().slice(rig.origin.length)
    for (const path of ['/', link, '/assets/a.js', '/?token=x']) {
      const answer = await rig.ask(path, { headers: { cookie: rig.cookie, host: 'evil.example' } })
      expect([answer.status, answer.body, answer.headers['server']]).toEqual([403, '', undefined])
    }
  })
})
