import { EventEmitter } from 'node:events'
import type { Session, WebContents, WebFrameMain } from 'electron'
import { expect, test } from 'vitest'
import { enableSystemAudio, systemAudio } from './system-audio.ts'

type Handler = NonNullable<Parameters<Session['setDisplayMediaRequestHandler']>[0]>
type Request = Parameters<Handler>[0]

const ours = { url: 'app://parley/' } as WebFrameMain
const other = { url: 'app://parley/' } as WebFrameMain

/** Plays Electron's session: the handler that is set now, and what it answers. */
function rig(platform: NodeJS.Platform = 'linux') {
  let handler: Handler | null = null
  const heard = systemAudio({
    session: { setDisplayMediaRequestHandler: (next) => void (handler = next) },
    isOwnFrame: (frame) => frame === ours,
    platform
  })
  const asked = { securityOrigin: 'app://parley', videoRequested: false, audioRequested: true, userGesture: false }
  const ask = (request: Partial<Request> = {}): unknown => {
    let streams: unknown = 'no handler'
    handler?.({ ...asked, frame: ours, ...request }, (answer) => (streams = answer))
    return streams
  }
  return { heard, ask }
}

test('there is a way to capture only while our page has asked for it', () => {
  const { heard, ask } = rig()
  expect([heard.allowed, ask()]).toEqual([false, 'no handler'])
  heard.allow(true)
  expect([heard.allowed, ask()]).toEqual([true, { audio: 'loopback' }])
  heard.allow(false)
  expect([heard.allowed, ask()]).toEqual([false, 'no handler'])
})

test('where video is asked for it is our own page, never the screen', () => {
  const { heard, ask } = rig()
  heard.allow(true)
  expect(ask({ videoRequested: true })).toEqual({ audio: 'loopback', video: ours })
})

test('a frame that is not ours, one that has gone, and a picture without sound are refused', () => {
  const { heard, ask } = rig()
  heard.allow(true)
  expect(ask({ frame: other })).toBeNull()
  expect(ask({ frame: null })).toBeNull()
  expect(ask({ audioRequested: false, videoRequested: true })).toBeNull()
})

test.each([
  ['win32', 'windows'],
  ['darwin', 'macos'],
  ['linux', 'linux']
] as const)('%s is told as %s', (platform, name) => {
  expect(rig(platform).heard.allow(true)).toEqual({ how: 'display-media', platform: name })
})

test('a platform without it says so, and nothing is opened', () => {
  const { heard, ask } = rig('freebsd')
  expect(heard.allow(true)).toMatchObject({ how: 'none', reason: expect.stringContaining('freebsd') })
  expect([heard.allowed, ask()]).toEqual([false, 'no handler'])
})

test.each([
  ['did-start-navigation', { isMainFrame: true, isSameDocument: true }, true],
  ['did-start-navigation', { isMainFrame: false, isSameDocument: false }, true],
  ['did-start-navigation', { isMainFrame: true, isSameDocument: false }, false],
  ['render-process-gone', { reason: 'crashed' }, false]
])('after %s %j it is allowed still: %s', (event, details, stays) => {
  const { heard } = rig()
  const contents = new EventEmitter()
  heard.follow(contents as WebContents)
  heard.allow(true)
  contents.emit(event, details)
  expect(heard.allowed).toBe(stays)
})

function commandLine(given = '') {
  const switches = new Map(given === '' ? [] : [['enable-features', given]])
  return {
    switches,
    getSwitchValue: (name: string) => switches.get(name) ?? '',
    appendSwitch: (name: string, value = '') => void switches.set(name, value)
  }
}

test.each([
  ['', 'PulseaudioLoopbackForScreenShare'],
  ['A,B', 'A,B,PulseaudioLoopbackForScreenShare'],
  ['PulseaudioLoopbackForScreenShare,A', 'PulseaudioLoopbackForScreenShare,A']
])('Linux: the loopback is switched on beside the features %j that are given', (given, all) => {
  const line = commandLine(given)
  enableSystemAudio(line, 'linux')
  expect([...line.switches]).toEqual([['enable-features', all]])
})

test.each(['win32', 'darwin'] as const)('%s needs no switch', (platform) => {
  const line = commandLine()
  enableSystemAudio(line, platform)
  expect(line.switches.size).toBe(0)
})
