import { expect, test } from 'vitest'
import { grantsCheck, grantsRequest } from './permissions.ts'

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
