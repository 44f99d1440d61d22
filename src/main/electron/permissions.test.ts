import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as permissions from './permissions.ts'

type Request = Parameters<typeof permissions.grantsRequest>
type Check = Parameters<typeof permissions.grantsCheck>

const grantsRequest = (permission: Request[0], details: Request[1], systemAudio = false) =>
  permissions.grantsRequest(permission, details, systemAudio)
const grantsCheck = (permission: Check[0], origin: Check[1], details: Check[2], systemAudio = false) =>
  permissions.grantsCheck(permission, origin, details, systemAudio)

const own = { requestingUrl: 'app://parley/index.html', isMainFrame: true }

test('the microphone alone, for our own main frame, is granted', () => {
  expect(grantsRequest('media', { ...own, mediaTypes: ['audio'] })).toBe(true)
  expect(grantsCheck('media', 'app://parley/', { isMainFrame: true, mediaType: 'audio' })).toBe(true)
  expect(grantsCheck('media', 'app://parley', { isMainFrame: true, mediaType: 'audio' })).toBe(true)
})

test.each([[['video']], [['audio', 'video']], [[]], [undefined]])('media of %j is refused', (mediaTypes) => {
  expect(grantsRequest('media', mediaTypes === undefined ? own : { ...own, mediaTypes })).toBe(false)
})

test.each(['notifications', 'geolocation', 'display-capture', 'midi', 'openExternal', 'clipboard-read', 'unknown'])(
  'the permission %s is refused',
  (permission) => {
    expect(grantsRequest(permission, { ...own, mediaTypes: ['audio'] })).toBe(false)
    expect(grantsCheck(permission, 'app://parley/', { isMainFrame: true, mediaType: 'audio' })).toBe(false)
  }
)

test.each(['https://example.org/', 'app://parley.example.org/', 'app://other/', ''])('origin %j is refused', (url) => {
  expect(grantsRequest('media', { requestingUrl: url, isMainFrame: true, mediaTypes: ['audio'] })).toBe(false)
  expect(grantsCheck('media', url, { isMainFrame: true, mediaType: 'audio' })).toBe(false)
})

test('subframes and unnamed media types are refused', () => {
  expect(grantsRequest('media', { ...own, isMainFrame: false, mediaTypes: ['audio'] })).toBe(false)
  expect(grantsCheck('media', 'app://parley/', { isMainFrame: false, mediaType: 'audio' })).toBe(false)
  expect(grantsCheck('media', 'app://parley/', { isMainFrame: true, mediaType: 'unknown' })).toBe(false)
  expect(grantsCheck('media', 'app://parley/', { isMainFrame: true })).toBe(false)
})

test('what the computer plays may be captured by our own main frame, and only while it is on', () => {
  for (const on of [true, false]) {
    expect(grantsRequest('display-capture', own, on)).toBe(on)
    expect(grantsRequest('display-capture', { ...own, mediaTypes: ['audio', 'video'] }, on)).toBe(on)
    expect(grantsCheck('display-capture', 'app://parley', { isMainFrame: true }, on)).toBe(on)
  }
  expect(grantsRequest('display-capture', { ...own, isMainFrame: false }, true)).toBe(false)
  expect(grantsRequest('display-capture', { ...own, requestingUrl: 'https://example.org/' }, true)).toBe(false)
  expect(grantsCheck('display-capture', 'https://example.org', { isMainFrame: true }, true)).toBe(false)
  expect(grantsCheck('display-capture', 'app://parley', { isMainFrame: false }, true)).toBe(false)
})

test('nothing else is opened by it', () => {
  expect(grantsRequest('media', { ...own, mediaTypes: ['video'] }, true)).toBe(false)
  expect(grantsRequest('notifications', own, true)).toBe(false)
})

/** The names in Electron's own types: a new one is denied before anybody has thought about it. */
const NAMES = (() => {
  const types = readFileSync(new URL('../../../node_modules/electron/electron.d.ts', import.meta.url), 'utf8')
  const union = /setPermissionCheckHandler\(handler: .*?permission: ([^,]+), requestingOrigin/.exec(types)?.[1] ?? ''
  return [...union.matchAll(/'([^']+)'/g)].map(([, name]) => name ?? '')
})()
const OTHERS = NAMES.filter((name) => name !== 'media' && name !== 'display-capture')

test('all permissions of the pinned Electron are in the table', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(45)
  expect(NAMES).toEqual(
    expect.arrayContaining(['media', 'display-capture', 'speaker-selection', 'openExternal', 'usb'])
  )
  expect(OTHERS).toHaveLength(NAMES.length - 2)
})

test.each(OTHERS)('%s is denied to our own main frame, system audio on or off', (name) => {
  for (const on of [true, false]) {
    expect(grantsRequest(name, { ...own, mediaTypes: ['audio'] }, on)).toBe(false)
    expect(grantsCheck(name, 'app://parley/', { isMainFrame: true, mediaType: 'audio' }, on)).toBe(false)
  }
})

test.each(NAMES)('%s is denied to every other origin, and to frames in our page', (name) => {
  for (const url of ['https://example.org/', 'app://other/', 'app://parley.example.org/', 'about:blank', 'null', '']) {
    expect(grantsRequest(name, { requestingUrl: url, isMainFrame: true, mediaTypes: ['audio'] }, true)).toBe(false)
    expect(grantsCheck(name, url, { isMainFrame: true, mediaType: 'audio' }, true)).toBe(false)
  }
  for (const isMainFrame of [false, undefined]) {
    const frame = isMainFrame === undefined ? {} : { isMainFrame }
    const requestingUrl = 'app://parley/index.html'
    expect(grantsRequest(name, { ...frame, requestingUrl, mediaTypes: ['audio'] }, true)).toBe(false)
    expect(grantsCheck(name, 'app://parley/', { ...frame, mediaType: 'audio' }, true)).toBe(false)
  }
})

type Guarded = permissions.GuardedSession<object>
interface Handlers {
  request: Parameters<Guarded['setPermissionRequestHandler']>[0]
  check: Parameters<Guarded['setPermissionCheckHandler']>[0]
  device: Parameters<Guarded['setDevicePermissionHandler']>[0]
}

function guarded(mute: boolean): Handlers {
  const set: Partial<Handlers> = {}
  const session: Guarded = {
    setPermissionRequestHandler: (handler) => void (set.request = handler),
    setPermissionCheckHandler: (handler) => void (set.check = handler),
    setDevicePermissionHandler: (handler) => void (set.device = handler)
  }
  permissions.guardPermissions(session, { allowed: true }, () => mute)
  const { request, check, device } = set
  if (request === undefined || check === undefined || device === undefined) throw new Error('a handler is not set')
  return { request, check, device }
}

test('all three handlers are set: the main page has its microphone, the overlay nothing, and nobody a device', () => {
  for (const mute of [false, true]) {
    const { request, check, device } = guarded(mute)
    const answers: boolean[] = []
    request({}, 'media', (granted) => answers.push(granted), { ...own, mediaTypes: ['audio'] })
    request({}, 'display-capture', (granted) => answers.push(granted), own)
    answers.push(check({}, 'media', 'app://parley/', { isMainFrame: true, mediaType: 'audio' }))
    expect(answers).toEqual([!mute, !mute, !mute])
    for (const deviceType of ['hid', 'serial', 'usb'])
      expect(device({ deviceType, origin: 'app://parley' })).toBe(false)
  }
})
