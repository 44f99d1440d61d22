import { afterEach, describe, expect, it, vi } from 'vitest'
import { faultyServer, type ServerEnd } from './faults.test-support.ts'

const servers: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serve(...specs: string[]) {
  const server = await faultyServer(...specs)
  servers.push(server)
  return server
}

const message = (n: number | string, type = 'T') => JSON.stringify({ type, n })
const audio = (n: number, bytes = 4) => new Uint8Array(bytes).fill(n)
const say = ({ link }: ServerEnd, ...ns: number[]) => ns.forEach((n) => link.sendText(message(n)))

/** A ping of the client that is answered last: what the server sent before has come. */
async function isPonged({ client }: Awaited<ReturnType<Awaited<ReturnType<typeof serve>>['open']>>): Promise<boolean> {
  const before = client.got.length
  client.socket.ping()
  await vi.waitFor(() => expect(client.got.length).toBeGreaterThan(before), { timeout: 250 }).catch(() => undefined)
  return client.got.includes('pong')
}

it('without a fault nothing changes: both kinds of message, pings, the agent closing', async () => {
  const end = await (await serve()).open()
  say(end, 1)
  end.link.sendBinary(audio(2))
  end.client.socket.ping()
  expect(await end.client.until(3)).toEqual([message(1), audio(2), 'pong'])
  end.link.close()
  expect((await end.client.until(4)).at(-1)).toBe('closed 1005')
})

describe('close', () => {
  it('ends with the code right after the Nth text of the agent', async () => {
    const end = await (await serve('close:1011@text=2')).open()
    say(end, 1, 2, 3)
    expect(await end.client.until(3)).toEqual([message(1), message(2), 'closed 1011'])
  })

  it('without a code has no status', async () => {
    const end = await (await serve('close@text=1')).open()
    say(end, 1)
    expect(await end.client.until(2)).toEqual([message(1), 'closed 1005'])
  })

  it('happens when the Nth text of the client has come, before it is answered', async () => {
    const end = await (await serve('close:1001@message=3')).open()
    for (let n = 1; n <= 2; n += 1) end.client.socket.send(message(n))
    await vi.waitFor(() => expect(end.came).toHaveLength(2))
    say(end, 1)
    end.client.socket.send(message(3))
    await vi.waitFor(() => expect(end.came).toHaveLength(3))
    say(end, 2)
    expect(await end.client.until(2)).toEqual([message(1), 'closed 1001'])
  })

  it('happens at the Nth audio message, after a time, at once, and at a type in either direction', async () => {
    const server = await serve(
      ...'close:4001@audio=2 close:4002@type=Settings close:4003@type=Welcome close:4004@after=3s'.split(' ')
    )
    const byAudio = await server.open()
    byAudio.link.sendBinary(audio(1))
    byAudio.link.sendBinary(audio(2))
    expect((await byAudio.client.until(3)).at(-1)).toBe('closed 4001')
    const byComing = await server.open()
    byComing.client.socket.send(message(1, 'Settings'))
    expect(await byComing.client.until(1)).toEqual(['closed 4002'])
    const bySent = await server.open()
    bySent.link.sendText(message(1, 'Welcome'))
    expect(await bySent.client.until(2)).toEqual([message(1, 'Welcome'), 'closed 4003'])
    const byTime = await server.open()
    server.clock.advance(2999)
    expect(await isPonged(byTime)).toBe(true)
    server.clock.advance(1)
    expect((await byTime.client.until(2)).at(-1)).toBe('closed 4004')
    const atOnce = await (await serve('close:1013@open')).open()
    expect(await atOnce.client.until(1)).toEqual(['closed 1013'])
  })

  it('gives up what other faults hold back', async () => {
    const end = await (await serve('delay:text=5s', 'close:1011@message=1')).open()
    say(end, 1)
    end.client.socket.send(message(1))
    expect(await end.client.until(1)).toEqual(['closed 1011'])
  })
})

it('drop ends the connection without a closing handshake', async () => {
  const end = await (await serve('drop@text=1')).open()
  say(end, 1, 2)
  expect((await end.client.until(2)).at(-1)).toBe('closed 1006')
  expect(end.client.got).not.toContain(message(2))
})

describe('stall', () => {
  it('leaves the connection open, and nothing is read, sent or answered', async () => {
    const end = await (await serve('stall@text=1')).open()
    say(end, 1, 2)
    end.link.sendBinary(audio(1))
    end.client.socket.send(message(9))
    expect(await isPonged(end)).toBe(false)
    end.link.close()
    expect(await isPonged(end)).toBe(false)
    expect(end.client.got).toEqual([message(1)])
    expect(end.came).toEqual([])
    expect(end.client.socket.readyState).toBe(end.client.socket.OPEN)
    expect(end.link.bufferedBytes).toBe(message(2).length + 4)
  })

  it('for a time: everything comes then, in order, and reading goes on', async () => {
    const server = await serve('stall,for=2s@after=1s')
    const end = await server.open()
    server.clock.advance(1000)
    say(end, 1)
    end.link.sendBinary(audio(2))
    say(end, 3)
    end.client.socket.send(message(9))
    expect(await isPonged(end)).toBe(false)
    // The agent regulates its reading meanwhile: that does not end the stall.
    end.link.pause()
    end.link.resume()
    server.clock.advance(1999)
    expect(await isPonged(end)).toBe(false)
    expect(end.came).toEqual([])
    server.clock.advance(1)
    await end.client.until(5)
    expect(end.client.got.filter((what) => what !== 'pong')).toEqual([message(1), audio(2), message(3)])
    await vi.waitFor(() => expect(end.came).toEqual([message(9)]))
    expect(end.client.got).toContain('pong')
  })

  it('that ends closes what the agent wanted closed meanwhile, after what it sent', async () => {
    const server = await serve('stall,for=2s@open')
    const end = await server.open()
    say(end, 1)
    end.link.close()
    server.clock.advance(2000)
    expect(await end.client.until(2)).toEqual([message(1), 'closed 1005'])
  })

  it('does not start reading again for an agent that does not want to read', async () => {
    const server = await serve('stall,for=2s@open')
    const end = await server.open()
    end.link.pause()
    end.client.socket.send(message(1))
    server.clock.advance(2000)
    expect(await isPonged(end)).toBe(false)
    expect(end.came).toEqual([])
    end.link.resume()
    await vi.waitFor(() => expect(end.came).toEqual([message(1)]))
  })
})

describe('no-pong', () => {
  it('answers no ping, and everything else works', async () => {
    const end = await (await serve('no-pong')).open()
    expect(await isPonged(end)).toBe(false)
    end.client.socket.send(message(1))
    await vi.waitFor(() => expect(end.came).toEqual([message(1)]))
    say(end, 2)
    expect(await end.client.until(1)).toEqual([message(2)])
  })

  it('from a point on', async () => {
    const end = await (await serve('no-pong@text=1')).open()
    expect(await isPonged(end)).toBe(true)
    say(end, 1)
    end.client.got.length = 0
    expect(await isPonged(end)).toBe(false)
  })
})

describe('garbage', () => {
  it('text that is not JSON, of the wanted size, right after the Nth text', async () => {
    const end = await (await serve('garbage,bytes=200000@text=2')).open()
    say(end, 1, 2, 3)
    const got = await end.client.until(4)
    expect([got[0], got[1], got[3]]).toEqual([message(1), message(2), message(3)])
    expect(got[2]).toHaveLength(200_000)
    expect(() => JSON.parse(String(got[2]))).toThrow(SyntaxError)
  })

  it('JSON of a type that is none', async () => {
    const end = await (await serve('garbage:json,bytes=5000@open')).open()
    const [text] = await end.client.until(1)
    expect(text).toHaveLength(5000)
    expect(JSON.parse(String(text))).toMatchObject({ type: 'NoSuchMessage' })
  })

  it('a text frame that is not UTF-8, which a client must close with 1007', async () => {
    const end = await (await serve('garbage:utf8@text=1')).open()
    say(end, 1)
    expect((await end.client.until(2))[1]).toContain('UTF-8')
    await vi.waitFor(() => expect(end.closes).toEqual([1007]))
  })

  it('bytes that are no audio', async () => {
    const end = await (await serve('garbage:binary,bytes=33@open')).open()
    expect((await end.client.until(1))[0]).toHaveLength(33)
  })
})

describe('split', () => {
  it('sends text in fragments, which are one message to a client', async () => {
    const server = await serve('split:text,bytes=7')
    const end = await server.open()
    const text = message('grüße')
    end.link.sendText(text)
    end.link.sendBinary(audio(1))
    expect(await end.client.until(2)).toEqual([text, audio(1)])
    const raw = await server.openRaw()
    raw.link.sendText(text)
    await vi.waitFor(() => expect(raw.frames.at(-1)?.fin).toBe(true))
    const whole = Buffer.from(text)
    expect(raw.frames.map(({ fin, opcode }) => `${opcode}${fin ? ' fin' : ''}`)).toEqual([
      '1',
      ...Array.from({ length: Math.ceil(whole.length / 7) - 2 }, () => '0'),
      '0 fin'
    ])
    expect(Buffer.concat(raw.frames.map(({ payload }) => payload))).toEqual(whole)
  })

  it('C24 sends audio in messages of an odd length, and no byte is lost', async () => {
    const end = await (await serve('split:audio,bytes=3')).open()
    const bytes = Uint8Array.from({ length: 10 }, (_, i) => i)
    end.link.sendBinary(bytes)
    const got = (await end.client.until(4)) as Uint8Array[]
    expect(got.map(({ length }) => length)).toEqual([3, 3, 3, 1])
    expect(Buffer.concat(got)).toEqual(Buffer.from(bytes))
  })
})

describe('duplicate', () => {
  it('sends messages of one type twice, and no others', async () => {
    const end = await (await serve('duplicate:ConversationText')).open()
    end.link.sendText(message(1, 'ConversationText'))
    end.link.sendText(message(2, 'Other'))
    end.link.sendBinary(audio(3))
    expect(await end.client.until(4)).toEqual([
      message(1, 'ConversationText'),
      message(1, 'ConversationText'),
      message(2, 'Other'),
      audio(3)
    ])
  })

  it('from a point on', async () => {
    const end = await (await serve('duplicate:all@text=1')).open()
    say(end, 1, 2)
    end.link.sendBinary(audio(3))
    expect(await end.client.until(5)).toEqual([message(1), message(2), message(2), audio(3), audio(3)])
  })
})

describe('reorder', () => {
  it('turns each run round; audio goes its own way', async () => {
    const end = await (await serve('reorder:2')).open()
    say(end, 1)
    end.link.sendBinary(audio(9))
    say(end, 2, 3, 4)
    expect(await end.client.until(5)).toEqual([audio(9), message(2), message(1), message(4), message(3)])
  })

  it('an incomplete run goes on after half a second, or when the agent closes', async () => {
    const server = await serve('reorder:3')
    const end = await server.open()
    say(end, 1, 2)
    server.clock.advance(499)
    expect(await isPonged(end)).toBe(true)
    expect(end.client.got).toEqual(['pong'])
    server.clock.advance(1)
    expect(await end.client.until(3)).toEqual(['pong', message(2), message(1)])
    say(end, 3)
    end.link.close()
    expect(await end.client.until(5)).toEqual(['pong', message(2), message(1), message(3), 'closed 1005'])
  })
})

describe('delay', () => {
  it('holds what is selected back by that long, in order; the rest overtakes it', async () => {
    const server = await serve('delay:audio=500ms')
    const end = await server.open()
    end.link.sendBinary(audio(1))
    server.clock.advance(300)
    end.link.sendBinary(audio(2))
    say(end, 3)
    expect(end.link.bufferedBytes).toBeGreaterThanOrEqual(8)
    expect(await end.client.until(1)).toEqual([message(3)])
    server.clock.advance(200)
    expect(await end.client.until(2)).toEqual([message(3), audio(1)])
    server.clock.advance(299)
    expect(await isPonged(end)).toBe(true)
    server.clock.advance(1)
    expect((await end.client.until(4)).at(-1)).toEqual(audio(2))
  })

  it('of all keeps the order', async () => {
    const server = await serve('delay:all=1s')
    const end = await server.open()
    say(end, 1)
    end.link.sendBinary(audio(2))
    say(end, 3)
    server.clock.advance(1000)
    expect(await end.client.until(3)).toEqual([message(1), audio(2), message(3)])
  })
})

it('burst sends what comes within its time at once', async () => {
  const server = await serve('burst:audio,within=2s')
  const end = await server.open()
  for (let n = 1; n <= 4; n += 1) {
    end.link.sendBinary(audio(n))
    server.clock.advance(499)
  }
  say(end, 9)
  expect(await end.client.until(1)).toEqual([message(9)])
  server.clock.advance(4)
  expect(await end.client.until(5)).toEqual([message(9), audio(1), audio(2), audio(3), audio(4)])
  end.link.sendBinary(audio(5))
  server.clock.advance(2000)
  expect((await end.client.until(6)).at(-1)).toEqual(audio(5))
})

describe('faults together', () => {
  it('happen in the order given: a duplicate of what is split, in reverse', async () => {
    const end = await (await serve('split:audio,bytes=2', 'reorder:2,of=audio', 'duplicate:audio')).open()
    end.link.sendBinary(Uint8Array.of(1, 2, 3, 4))
    expect(await end.client.until(4)).toEqual(
      [
        [3, 4],
        [3, 4],
        [1, 2],
        [1, 2]
      ].map((bytes) => Uint8Array.from(bytes))
    )
  })

  it('points count what is on the wire', async () => {
    const end = await (await serve('duplicate', 'close:1011@text=2')).open()
    say(end, 1, 2)
    expect(await end.client.until(3)).toEqual([message(1), message(1), 'closed 1011'])
  })
})

describe('times', () => {
  it('is how many connections it happens to, and the log says so', async () => {
    const server = await serve('close:1011,times=2@text=1')
    for (const ended of [true, true, false]) {
      const end = await server.open()
      say(end, 1)
      end.client.socket.ping()
      expect((await end.client.until(2)).at(-1)).toBe(ended ? 'closed 1011' : 'pong')
    }
    expect(server.lines).toEqual(Array.from({ length: 2 }, () => 'agent fault {"fault":"close:1011,times=2@text=1"}'))
  })

  it('counts refused upgrades, one fault after the other', async () => {
    const { plan } = await serve('refuse:429,retry-after=2,times=2', 'refuse:503,times=1')
    expect([1, 2, 3, 4].map(() => plan.refusal()?.status)).toEqual([429, 429, 503, undefined])
  })
})

it('nothing is left behind by a connection that ends', async () => {
  const server = await serve('delay:all=1s', 'reorder:2', 'burst:all', 'stall,for=9s@text=1', 'close:1011@after=9s')
  const end = await server.open()
  say(end, 1, 2)
  server.clock.advance(1000)
  expect(server.clock.pending).toBeGreaterThan(0)
  end.client.socket.terminate()
  end.link.terminate()
  say(end, 3)
  expect(server.clock.pending).toBe(0)
})
