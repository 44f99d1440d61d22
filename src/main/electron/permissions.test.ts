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
