import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AUDIO_FRAME_LIMIT_BYTES, AUDIO_RATE, CLOSE_TAKEN_OVER } from '../../src/main/web/audio-socket.ts'
import { CLOSE_POLICY, IPC_FRAME_LIMIT_BYTES, IPC_RATE } from '../../src/main/web/ipc-socket.ts'
import { encodeAudioFrame } from '../../src/shared/ipc/audio-link.ts'
import { HostRig, type Page } from './web-host.test-support.ts'

let rig: HostRig
beforeEach(async () => void (rig = await HostRig.start()))
afterEach(() => rig.close())

/** A call that is answered proves that the link still works. */
async function roundTrip(page: Page, id = 'proof'): Promise<void> {
  page.send({ id, call: 'app:info' })
  await expect.poll(() => page.received).toContainEqual({ id, reply: { ok: true } })
}

describe('upgrades', () => {
  it.each(['/ipc', '/audio', '/', '/other'])('%s needs the cookie and our own Origin', async (target) => {
    const { origin, cookie } = rig
    const foreign = 'http://evil.example'
    const letIn = target === '/ipc' || target === '/audio'
    expect(await rig.refusal(target, { origin })).toBe(401)
    expect(await rig.refusal(target, { headers: { cookie } })).toBe(403)
    expect(await rig.refusal(target, { origin: foreign, headers: { cookie } })).toBe(403)
    expect(await rig.refusal(target, { origin, headers: { cookie, host: 'evil.example' } })).toBe(403)
    expect(await rig.refusal(target, { origin, headers: { cookie: `${cookie}x` } })).toBe(401)
    if (!letIn) expect(await rig.refusal(target, { origin, headers: { cookie } })).toBe(404)
    expect(rig.pages).toEqual([])
    expect(rig.seen.links).toEqual([])
  })

  it('a token opens no socket and is not used up by the attempt', async () => {
    const link = rig.host.newLink()
    const target = link.slice(link.indexOf('/?'))
    expect(await rig.refusal(target, { origin: rig.origin })).toBe(403)
    expect((await rig.ask(target)).status).toBe(303)
  })

  it('too many pages are refused, and there is room again when one has gone', async () => {
    const pages = await Promise.all(Array.from({ length: 16 }, () => rig.page('ipc')))
    const options = { origin: rig.origin, headers: { cookie: rig.cookie } }
    expect(await rig.refusal('/ipc', options)).toBe(503)
    pages[0]?.socket.close()
    await expect.poll(() => rig.pages.at(-1)).toBe(15)
    await rig.page('ipc')
  })
})

describe('/ipc', () => {
  it('answers calls through the contract: values, refusals with their code, faults without their text', async () => {
    const page = await rig.page('ipc')
    page.send({ id: 1, call: 'profiles:import', input: { text: '{}' } })
    page.send({ id: 'two', call: 'profiles:choose', input: { id: 'builtin' } })
    page.send({ id: 3, call: 'profiles:remove', input: { id: 'builtin' } })
    await expect.poll(() => page.received).toHaveLength(3)
    expect(page.received).toEqual(
      expect.arrayContaining([
        { id: 1, reply: { ok: true, value: { id: 'x', warnings: [] } } },
        { id: 'two', reply: { ok: false, error: { code: 'not-found', message: 'There is no such agent.' } } },
        { id: 3, reply: { ok: false, error: { code: 'internal', message: expect.not.stringContaining('sk-') } } }
      ])
    )
    expect(rig.logged).toEqual(['A call failed inside Parley'])
  })

  it.each(['no:such', '__proto__', 'constructor', 'toString', ''])(
    'an unknown call %j is answered so',
    async (call) => {
      const page = await rig.page('ipc')
      page.send({ id: 1, call })
      await expect.poll(() => page.received).toMatchObject([{ id: 1, reply: { error: { code: 'unknown-call' } } }])
      expect(rig.seen.calls).toEqual([])
    }
  )

  it.each([
    'not json',
    '',
    '[]',
    'null',
    '1',
    '{}',
    '{"id":1}',
    '{"id":1.5,"call":"app:info"}',
    '{"id":{},"call":"app:info"}',
    '{"id":1,"call":7}',
    '{"id":1,"call":"app:info","more":1}',
    `{"id":1,"call":"${'a'.repeat(101)}"}`,
    '{"event":"session:event","payload":{}}'
  ])('the garbage frame %j gets an error, and the link goes on', async (text) => {
    const page = await rig.page('ipc')
    page.send(text)
    await expect.poll(() => page.received).toMatchObject([{ id: null, reply: { ok: false } }])
    await roundTrip(page)
  })

  it('input that does not fit the call never reaches the handler', async () => {
    const page = await rig.page('ipc')
    const id = 7
    page.send({ id, call: 'profiles:choose', input: { id: 5 } })
    page.send({ id, call: 'app:info', input: { extra: true } })
    page.send({ id, call: 'session:command', input: { kind: 'no-such' } })
    await expect.poll(() => page.received).toHaveLength(3)
    for (const frame of page.received) expect(frame).toMatchObject({ id, reply: { error: { code: 'invalid-input' } } })
    expect(rig.seen.calls).toEqual([])
  })

  it('an input nested without end is refused, and ends nothing', async () => {
    const page = await rig.page('ipc')
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
    page.send(`{"id":1,"call":"session:command","input":{"kind":"configure-listen","provider":{"a":${deep}}}}`)
    await expect.poll(() => page.received).toMatchObject([{ id: 1, reply: { error: { code: 'invalid-input' } } }])
    await roundTrip(page)
    expect(rig.seen.calls.map(({ name }) => name)).toEqual(['app:info'])
  })

  it('binary frames and any JSON at all are answered one by one, and never end the host', async () => {
    const page = await rig.page('ipc')
    const frames = fc.sample(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), 150)
    for (const frame of frames) page.send(frame)
    await expect.poll(() => page.received).toHaveLength(frames.length)
    for (const frame of page.received) expect(frame).toMatchObject({ reply: { ok: false } })
    await roundTrip(page)
  })

  it('a giant frame closes that page with 1009 and no other', async () => {
    const [bad, good] = [await rig.page('ipc'), await rig.page('ipc')]
    bad.send('x'.repeat(IPC_FRAME_LIMIT_BYTES + 1))
    expect((await bad.closed).code).toBe(1009)
    await roundTrip(good)
    expect(rig.logged).toEqual(['A page broke the link'])
  })

  it('the longest profile text gets through', async () => {
    const page = await rig.page('ipc')
    page.send({ id: 1, call: 'profiles:import', input: { text: '\u0001'.repeat(600_000) } })
    await expect.poll(() => page.received).toMatchObject([{ id: 1, reply: { ok: true } }])
  })

  it('a page that sends too fast is dropped with 1008', async () => {
    const page = await rig.page('ipc')
    for (let id = 0; id < IPC_RATE.burst + 200; id += 1) page.send({ id, call: 'app:info' })
    expect(await page.closed).toEqual({ code: CLOSE_POLICY, reason: 'too many calls' })
    await roundTrip(await rig.page('ipc'))
  })

  it('calls that hang are bounded', async () => {
    const page = await rig.page('ipc')
    for (let id = 0; id < 101; id += 1) page.send({ id, call: 'session:connect' })
    await expect.poll(() => page.received).toMatchObject([{ id: 100, reply: { error: { code: 'refused' } } }])
  })

  it('events go to every page, and the pages are counted', async () => {
    const pages = [await rig.page('ipc'), await rig.page('ipc')]
    rig.emit('profiles:changed', { profiles: [], chosenId: 'x' })
    for (const page of pages) {
      await expect
        .poll(() => page.received)
        .toEqual([{ event: 'profiles:changed', payload: { profiles: [], chosenId: 'x' } }])
    }
    pages[0]?.socket.terminate()
    await expect.poll(() => rig.pages).toEqual([1, 2, 1])
  })

  it('a page that does not take its events is dropped instead of filling the memory', async () => {
    const page = await rig.page('ipc')
    page.socket.pause()
    const payload = 'x'.repeat(1024 * 1024)
    for (let sent = 0; sent < 40 && rig.logged.length === 0; sent += 1) {
      rig.emit('session:event', payload)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(rig.logged).toEqual(['A page does not take its events and is dropped'])
    await expect.poll(() => rig.pages.at(-1)).toBe(0)
  })

  it('a broken frame (reserved bits, not masked) closes that page only', async () => {
    const key = 'x3JJHMbDL1EzLkh9GBhXDw=='
    const upgrade = [
      'GET /ipc HTTP/1.1',
      `host: 127.0.0.1:${rig.host.port}`,
      `origin: ${rig.origin}`,
      `cookie: ${rig.cookie}`,
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      `sec-websocket-key: ${key}`
    ]
    const answer = await rig.raw(
      Buffer.concat([Buffer.from(`${upgrade.join('\r\n')}\r\n\r\n`), Buffer.from([0xff, 1, 0])])
    )
    expect(answer).toMatch(/^HTTP\/1\.1 101 /)
    await expect.poll(() => rig.logged).toEqual(['A page broke the link'])
    await roundTrip(await rig.page('ipc'))
  })
})

describe('/audio', () => {
  it('hands frames and control messages on in order, and audio back', async () => {
    const page = await rig.page('audio')
    page.send({ kind: 'talk', open: true, mode: 'open' })
    page.send(encodeAudioFrame(7, Uint8Array.from([1, 2, 3, 4])))
    await expect.poll(() => rig.seen.audio).toHaveLength(1)
    expect(rig.seen.controls).toEqual([{ kind: 'talk', open: true, mode: 'open' }])
    expect([...rig.seen.audio[0]!]).toEqual([7, 0, 0, 0, 1, 2, 3, 4])
    expect(rig.seen.audio[0]?.buffer.byteLength).toBe(8)
    rig.seen.links[0]?.sendControl({ kind: 'format', inputSampleRateHz: 16_000, outputSampleRateHz: 24_000 })
    rig.seen.links[0]?.sendAudio(encodeAudioFrame(1, Uint8Array.from([9, 9])))
    await expect.poll(() => page.binary).toHaveLength(1)
    expect(page.received).toEqual([{ kind: 'format', inputSampleRateHz: 16_000, outputSampleRateHz: 24_000 }])
  })

  it('the newest page wins: the one before is closed with 4001 and ends once for main', async () => {
    const old = await rig.page('audio')
    const next = await rig.page('audio')
    expect(await old.closed).toEqual({ code: CLOSE_TAKEN_OVER, reason: 'another window has the audio now' })
    expect(CLOSE_TAKEN_OVER).toBe(4001)
    expect([rig.seen.closed, rig.seen.links.length]).toEqual([1, 2])
    rig.seen.links[0]?.sendAudio(encodeAudioFrame(1, new Uint8Array(2)))
    next.send(encodeAudioFrame(1, new Uint8Array(2)))
    await expect.poll(() => rig.seen.audio).toHaveLength(1)
    next.socket.terminate()
    await expect.poll(() => rig.seen.closed).toBe(2)
  })

  it('garbage is left out and counted, and the link goes on', async () => {
    const page = await rig.page('audio')
    const garbage = [
      'not json',
      '{}',
      '{"kind":"talk"}',
      '{"kind":"hello","version":99}',
      new Uint8Array(3),
      new Uint8Array(0)
    ]
    for (const frame of [...garbage, new Uint8Array(5)]) page.send(frame)
    page.send({ kind: 'hello', version: 1 })
    await expect.poll(() => rig.seen.controls).toEqual([{ kind: 'hello', version: 1 }])
    expect(rig.seen.audio).toEqual([])
    page.socket.close()
    await expect.poll(() => rig.logged).toEqual(['Audio of a page was lost'])
  })

  it('a giant frame closes the link with 1009', async () => {
    const page = await rig.page('audio')
    page.send(new Uint8Array(AUDIO_FRAME_LIMIT_BYTES + 1))
    expect((await page.closed).code).toBe(1009)
    await expect.poll(() => rig.seen.closed).toBe(1)
  })

  it('a page that sends too fast is dropped with 1008', async () => {
    const page = await rig.page('audio')
    for (let block = 0; block < AUDIO_RATE.burst + 300; block += 1)
      page.send(encodeAudioFrame(block, new Uint8Array(640)))
    expect((await page.closed).code).toBe(CLOSE_POLICY)
    expect(rig.seen.closed).toBe(1)
  })

  it('a page that does not take its audio loses audio, not the memory of the host', async () => {
    const page = await rig.page('audio')
    page.socket.pause()
    const frame = encodeAudioFrame(1, new Uint8Array(64 * 1024))
    for (let sent = 0; sent < 400 && rig.logged.length === 0; sent += 1) {
      rig.seen.links[0]?.sendAudio(frame)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(rig.logged).toEqual(['A page does not take its audio; audio is dropped'])
  })
})
