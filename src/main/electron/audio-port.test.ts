import { EventEmitter } from 'node:events'
import type { MessageChannelMain, MessagePortMain, WebFrameMain } from 'electron'
import { expect, test } from 'vitest'
import { encodeAudioFrame, type AudioLink, type AudioUp } from '../../shared/ipc/audio-link.ts'
import { AUDIO_PORT_CHANNEL } from '../../shared/ipc/names.ts'
import { audioPorts, MAX_FRAME_BYTES, MESSAGE_LIMITS } from './audio-port.ts'

const NONCE = '11112222-3333-4444'

class FakePort extends EventEmitter {
  sent: unknown[] = []
  started = false
  closed = false
  postMessage(message: unknown): void {
    this.sent.push(message)
  }
  start(): void {
    this.started = true
  }
  close(): void {
    if (this.closed) return
    this.closed = true
    this.emit('close')
  }
}

const quiet = () => undefined

function setUp() {
  const near: FakePort[] = []
  const links: AudioLink[] = []
  const heard: unknown[] = []
  const warned: string[] = []
  const given: unknown[] = []
  const ports = audioPorts({
    createChannel() {
      near.push(new FakePort())
      // A class of the platform: this has the members that are used here.
      return { port1: near.at(-1) as unknown as MessagePortMain, port2: {} } as MessageChannelMain
    },
    attach(link) {
      links.push(link)
      return {
        onAudio: (frame: Uint8Array) => heard.push(frame.byteLength),
        onControl: (message: AudioUp) => heard.push(message.kind),
        onClose: () => heard.push('closed')
      }
    },
    log: { debug: quiet, info: quiet, error: quiet, warn: (_text, fields) => warned.push(String(fields?.['reason'])) },
    clock: { nowMs: () => 0 }
  })
  // A class of the platform: this has the members that are used here.
  const frame = { postMessage: (...args: unknown[]) => given.push(args) } as unknown as WebFrameMain
  const say = (data: unknown) => near.at(-1)?.emit('message', { data })
  return { ports, near, links, heard, warned, given, frame, say }
}

test('a page gets its port with its own nonce, and main listens', () => {
  const { ports, near, given, frame, say, heard } = setUp()
  ports.open(frame, NONCE)
  expect(given).toEqual([[AUDIO_PORT_CHANNEL, NONCE, [{}]]])
  expect(near[0]?.started).toBe(true)
  say({ kind: 'hello', version: 1 })
  say(encodeAudioFrame(1, new Uint8Array(640)))
  expect(heard).toEqual(['hello', 644])
})

test.each([undefined, 5, '', 'x'.repeat(200), '<script>'])('a request with the nonce %j gets no port', (nonce) => {
  const { ports, near, given, frame, warned } = setUp()
  ports.open(frame, nonce)
  expect([near.length, given.length, warned]).toEqual([0, 0, ['malformed request']])
})

test('audio leaves in a buffer of its own', () => {
  const { ports, near, links, frame } = setUp()
  ports.open(frame, NONCE)
  links[0]?.sendAudio(Buffer.from('pooled text'))
  const sent = near[0]?.sent[0] as Uint8Array
  expect(Buffer.isBuffer(sent)).toBe(false)
  expect(sent.buffer.byteLength).toBe(11)
})

test('a new page load gets a new port, and the old one is closed once', () => {
  const { ports, near, frame, heard } = setUp()
  ports.open(frame, NONCE)
  ports.open(frame, NONCE)
  expect(near.map((port) => port.closed)).toEqual([true, false])
  expect(heard).toEqual(['closed'])
  ports.close()
  ports.close()
  expect(heard).toEqual(['closed', 'closed'])
})

test('the page closing its end is told once', () => {
  const { ports, near, frame, heard } = setUp()
  ports.open(frame, NONCE)
  near[0]?.close()
  near[0]?.emit('close')
  expect(heard).toEqual(['closed'])
})

test.each([
  ['a frame that is too long', new Uint8Array(MAX_FRAME_BYTES + 1), 'frame of a wrong size'],
  ['a frame without a header', new Uint8Array(3), 'frame of a wrong size'],
  ['a message that is none', { kind: 'talk', open: 'yes' }, 'not a message of the audio link'],
  ['null', null, 'not a message of the audio link']
])('%s cuts the port', (_name, data, reason) => {
  const { ports, near, frame, say, heard, warned } = setUp()
  ports.open(frame, NONCE)
  say(data)
  say({ kind: 'hello', version: 1 })
  expect([near[0]?.closed, heard, warned]).toEqual([true, ['closed'], [reason]])
})

test('the page hears how many of its frames were taken', () => {
  const { ports, near, frame, say } = setUp()
  ports.open(frame, NONCE)
  for (let i = 0; i < 9; i++) say(encodeAudioFrame(i, new Uint8Array(640)))
  say({ kind: 'hello', version: 1 })
  expect(near[0]?.sent).toEqual([])
  for (let i = 9; i < 25; i++) say(encodeAudioFrame(i, new Uint8Array(640)))
  expect(near[0]?.sent).toEqual([
    { kind: 'taken', frames: 10 },
    { kind: 'taken', frames: 20 }
  ])
})

test('a flood cuts the port', () => {
  const { ports, near, frame, say, heard, warned } = setUp()
  ports.open(frame, NONCE)
  for (let i = 0; i < MESSAGE_LIMITS.burst + 5; i++) say(encodeAudioFrame(i, new Uint8Array(640)))
  expect(near[0]?.closed).toBe(true)
  expect(warned).toEqual(['too many messages'])
  expect(heard.length).toBe(MESSAGE_LIMITS.burst + 1)
})
