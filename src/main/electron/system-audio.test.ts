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
  void heard.allow(true)
  expect([heard.allowed, ask()]).toEqual([true, { audio: 'loopback' }])
  void heard.allow(false)
  expect([heard.allowed, ask()]).toEqual([false, 'no handler'])
})

test('where video is asked for it is our own page, never the screen', () => {
  const { heard, ask } = rig()
  void heard.allow(true)
  expect(ask({ videoRequested: true })).toEqual({ audio: 'loopback', video: ours })
})

test('a frame that is not ours, one that has gone, and a picture without sound are refused', () => {
  const { heard, ask } = rig()
  void heard.allow(true)
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
  const contents = Object.assign(new EventEmitter(), { executeJavaScript: () => Promise.resolve() })
  // A class of the platform: this has the members that are used here.
  heard.follow(contents as unknown as WebContents)
  void heard.allow(true)
  contents.emit(event, details)
  expect(heard.allowed).toBe(stays)
})

function page() {
  const run: { code: string; userGesture: boolean | undefined; done: PromiseWithResolvers<void> }[] = []
  const contents = Object.assign(new EventEmitter(), {
    executeJavaScript(code: string, userGesture?: boolean) {
      const done = Promise.withResolvers<void>()
      run.push({ code, userGesture, done })
      return done.promise
    }
  })
  // A class of the platform: this has the members that are used here.
  return { run, contents: contents as unknown as WebContents }
}

test('the page has had its gesture when it is told that it may; none is given when it gives the permission back', async () => {
  const { heard } = rig()
  const { run, contents } = page()
  heard.follow(contents)
  let answer: unknown
  const answered = Promise.resolve(heard.allow(true)).then((value) => (answer = value))
  await Promise.resolve()
  expect([heard.allowed, answer]).toEqual([true, undefined])
  expect(run).toMatchObject([{ code: 'undefined', userGesture: true }])
  run[0]?.done.resolve()
  await answered
  expect(answer).toEqual({ how: 'display-media', platform: 'linux' })
  await heard.allow(false)
  expect(run).toHaveLength(1)
})

test('a page that takes no gesture is answered nevertheless', async () => {
  const { heard } = rig()
  const { run, contents } = page()
  heard.follow(contents)
  const answered = heard.allow(true)
  run[0]?.done.reject(new Error('the page has gone'))
  expect(await answered).toEqual({ how: 'display-media', platform: 'linux' })
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
