import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type MainLink, openMainLink } from './main-link.ts'

class FakeSocket {
  static readonly OPEN = 1
  static made: FakeSocket[] = []
  binaryType = 'blob'
  readyState = 0
  bufferedAmount = 0
  readonly sent: unknown[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly url: string

  constructor(url: string) {
    this.url = url
    FakeSocket.made.push(this)
  }

  send(data: unknown): void {
    this.sent.push(data)
  }

  open(): void {
    this.readyState = FakeSocket.OPEN
    this.onopen?.()
  }

  drop(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code })
  }
}

const FRAME = new Uint8Array([0, 0, 0, 0, 1, 2])

function handlers(told: unknown[]) {
  return {
    onAudio: (frame: Uint8Array) => told.push([...frame]),
    onControl: (message: unknown) => told.push(message),
    onUp: () => told.push('up'),
    onDown: () => told.push('down'),
    onTakenOver: () => told.push('taken over')
  }
}

describe('the link over a socket', () => {
  let told: unknown[]
  let link: MainLink

  beforeEach(() => {
    vi.useFakeTimers()
    FakeSocket.made = []
    vi.stubGlobal('WebSocket', FakeSocket)
    told = []
    link = openMainLink({ kind: 'socket', url: 'ws://host/audio' }, handlers(told))
  })

  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('says what it could not send: not open yet, or too much waits', () => {
    const socket = FakeSocket.made[0]!
    expect(link.sendAudio(FRAME)).toBe(false)
    link.sendControl({ kind: 'hello', version: 1 })
    expect(socket.sent).toEqual([])
    socket.open()
    expect(link.sendAudio(FRAME)).toBe(true)
    link.sendControl({ kind: 'hello', version: 1 })
    expect(socket.sent).toEqual([FRAME, '{"kind":"hello","version":1}'])
    socket.bufferedAmount = 64 * 1024
    expect(link.sendAudio(FRAME)).toBe(false)
    socket.bufferedAmount = 0
    expect(link.sendAudio(FRAME)).toBe(true)
  })

  it('hands on audio as it is and control messages that it knows, and ignores the rest', () => {
    const socket = FakeSocket.made[0]!
    expect(socket.binaryType).toBe('arraybuffer')
    socket.open()
    socket.onmessage?.({ data: FRAME.slice().buffer })
    for (const data of ['{"kind":"flush","reply":3}', '{"kind":"future"}', 'no json', 7]) socket.onmessage?.({ data })
    expect(told).toEqual(['up', [...FRAME], { kind: 'flush', reply: 3 }])
  })

  it('comes back by itself when it is dropped, and sends into the new one', () => {
    FakeSocket.made[0]!.open()
    FakeSocket.made[0]!.drop()
    vi.advanceTimersByTime(499)
    expect(FakeSocket.made).toHaveLength(1)
    vi.advanceTimersByTime(1)
    const second = FakeSocket.made[1]!
    expect(second.url).toBe('ws://host/audio')
    second.open()
    expect(link.sendAudio(FRAME)).toBe(true)
    expect(second.sent).toEqual([FRAME])
    expect(told).toEqual(['up', 'down', 'up'])
  })

  it('does not come back where a newer page has it', () => {
    FakeSocket.made[0]!.open()
    FakeSocket.made[0]!.drop(4001)
    vi.advanceTimersByTime(10_000)
    expect(FakeSocket.made).toHaveLength(1)
    expect(told).toEqual(['up', 'down', 'taken over'])
  })
})

describe('the link over a port', () => {
  it('is up at once, and carries the same', () => {
    const told: unknown[] = []
    const sent: unknown[] = []
    const port = {
      onmessage: null as ((event: { data: unknown }) => void) | null,
      postMessage: (m: unknown) => sent.push(m)
    }
    // A class of the platform: this has the members that are used here.
    const link = openMainLink({ kind: 'port', port: port as unknown as MessagePort }, handlers(told))
    expect(link.sendAudio(FRAME)).toBe(true)
    link.sendControl({ kind: 'talk', open: true, mode: 'open' })
    port.onmessage?.({ data: FRAME })
    port.onmessage?.({ data: { kind: 'reply-end', reply: 1 } })
    port.onmessage?.({ data: { kind: 'reply-end', reply: 'one' } })
    expect(sent).toEqual([FRAME, { kind: 'talk', open: true, mode: 'open' }])
    expect(told).toEqual(['up', [...FRAME], { kind: 'reply-end', reply: 1 }])
  })
  it('drops, and says so, what main does not take for two seconds, and goes on when it does', () => {
    const sent: unknown[] = []
    const told: unknown[] = []
    const port = {
      onmessage: null as ((event: { data: unknown }) => void) | null,
      postMessage: (m: unknown) => sent.push(m)
    }
    // A class of the platform: this has the members that are used here.
    const link = openMainLink({ kind: 'port', port: port as unknown as MessagePort }, handlers(told))
    const accepted = (blocks: number) =>
      Array.from({ length: blocks }, () => link.sendAudio(FRAME)).filter(Boolean).length
    expect(accepted(150)).toBe(100)
    link.sendControl({ kind: 'talk', open: false, mode: 'open' })
    expect(sent).toHaveLength(101)
    port.onmessage?.({ data: { kind: 'taken', frames: 10 } })
    expect(accepted(150)).toBe(10)
    for (let frames = 20; frames <= 110; frames += 10) port.onmessage?.({ data: { kind: 'taken', frames } })
    expect(accepted(150)).toBe(100)
    expect(told).toEqual(['up'])
  })
})
