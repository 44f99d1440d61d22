import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  AGENT,
  Client,
  WEBSOCKET,
  door,
  failure,
  request,
  startFaulty,
  token,
  upgrade,
  endDoor
} from './door.test-support.ts'

afterEach(endDoor)

describe('faults', () => {
  it('refuse: a request for a connection, or the upgrade, gets the status', async () => {
    await startFaulty('refuse:429,retry-after=7,times=1', 'refuse:503,of=upgrade,times=1')
    const refused = await request('POST', AGENT, WEBSOCKET)
    expect([refused.status, refused.headers.get('retry-after'), refused.body]).toEqual([
      429,
      '7',
      failure('RequestRateLimitExceeded')
    ])
    const { url } = await token()
    expect(await upgrade(url)).toBe(503)
    expect(await upgrade(url)).toBe(101)
  })

  it('refuse,of=rest leaves upgrades alone', async () => {
    await startFaulty('refuse:500,of=rest,times=1')
    expect((await request('GET', '/public/agents')).status).toBe(200)
    expect(await request('POST', AGENT, WEBSOCKET)).toMatchObject({ status: 500, body: failure('FaultRequested') })
    expect(await upgrade((await token()).url)).toBe(101)
  })

  it('close and garbage come at their points; audio counts as audio', async () => {
    await startFaulty('garbage:text@text=2', 'close:1011@audio=3', 'duplicate:function_implicitly_called')
    const { url } = await token(AGENT, { ...WEBSOCKET, initialSpeech: 'Greet the user.' })
    const socket = new WebSocket(url.replace('http', 'ws'))
    const texts: string[] = []
    socket.on('message', (data: Buffer) => texts.push(data.toString('utf8')))
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1011)
    expect(texts[2]).toMatch(/^no JSON!/)
    expect(texts.filter((text) => text.includes('audio_received'))).toHaveLength(3)
  })

  it('stall and no-pong: nothing is answered any more', async () => {
    await startFaulty('no-pong', 'stall@message=1')
    const client = await Client.open()
    let pongs = 0
    client.socket.on('pong', () => (pongs += 1))
    const other = await Client.open()
    client.socket.ping()
    client.send('send_audio', { data: '' })
    client.send('send_message', { role: 'user', text: 'Hello', trigger_response: true })
    other.send('send_audio', { data: 'no base64!' })
    // A stall begins with a message that is no audio: the other client is answered still.
    await other.until(() => other.events.at(-1)?.event === 'error')
    door.clock.advance(10_000)
    expect([client.events.length, pongs]).toEqual([3, 0])
  })

  it('duplicate: a tool call is delivered twice', async () => {
    await startFaulty('duplicate:function_implicitly_called')
    const client = await Client.open('/public/ws-connections', { functions: [{ data: { name: 'get_time' } }] })
    client.send('send_message', { role: 'user', text: 'use get time', trigger_response: true })
    const calls = (): unknown[] =>
      client.events.flatMap((frame) => (frame.event === 'function_implicitly_called' ? [frame.data] : []))
    await client.until(() => calls().length === 2)
    expect(calls()[0]).toEqual(calls()[1])
  })
})
