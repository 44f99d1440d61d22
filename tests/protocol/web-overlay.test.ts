import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { calls } from '../../src/shared/ipc/contract.ts'
import { HostRig } from './web-host.test-support.ts'

let rig: HostRig
beforeEach(async () => void (rig = await HostRig.start()))
afterEach(() => rig.close())

describe('/overlay', () => {
  it('needs the cookie and our own Origin, and is behind the same limits as a page', async () => {
    const { origin, cookie } = rig
    expect(await rig.refusal('/overlay', { origin })).toBe(401)
    expect(await rig.refusal('/overlay', { origin: 'http://evil.example', headers: { cookie } })).toBe(403)
    expect((await rig.ask('/overlay.html')).status).toBe(401)
    await Promise.all(Array.from({ length: 4 }, () => rig.page('overlay')))
    expect(await rig.refusal('/overlay', { origin, headers: { cookie } })).toBe(503)
  })

  it('answers two calls, and of all others none reaches its handler', async () => {
    const page = await rig.page('overlay')
    const names = [...Object.keys(calls), 'no-such-call', 'constructor']
    for (const [id, call] of names.entries()) page.send({ id, call })
    await expect.poll(() => page.received, { timeout: 10_000 }).toHaveLength(names.length)
    expect(rig.seen.calls.map(({ name }) => name).toSorted()).toEqual(['presence:overlay', 'presence:show'])
    const untrusted = page.received.filter((reply) => JSON.stringify(reply).includes('"untrusted"'))
    expect(untrusted).toHaveLength(names.length - 2)
  })

  it('is told of the overlay and of nothing else, and a page is not told of the overlay', async () => {
    const overlay = await rig.page('overlay')
    const page = await rig.page('ipc')
    rig.emit('session:event', { kind: 'talk', open: true })
    rig.emit('data:problem', {})
    rig.emit('presence:overlay-changed', { agent: 'A' })
    rig.emit('presence:idle', { endsInSeconds: 5 })
    await expect.poll(() => overlay.received).toEqual([{ event: 'presence:overlay-changed', payload: { agent: 'A' } }])
    await expect.poll(() => page.received).toHaveLength(3)
    expect(JSON.stringify(page.received)).not.toContain('overlay-changed')
  })

  it('keeps no conversation alive: it is no page', async () => {
    const overlay = await rig.page('overlay')
    expect(rig.pages).toEqual([])
    overlay.socket.close()
    await overlay.closed
    const page = await rig.page('ipc')
    page.socket.close()
    await expect.poll(() => rig.pages).toEqual([1, 0])
  })
})
