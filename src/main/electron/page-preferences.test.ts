import { expect, test } from 'vitest'
import { unsafePreferences } from './page-preferences.ts'

const SAFE = {
  sandbox: true,
  contextIsolation: true,
  webSecurity: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  enableBlinkFeatures: ''
}

test('a page with our preferences, or with what Electron does unasked, is confined', () => {
  expect(unsafePreferences(SAFE)).toEqual([])
  for (const nothing of [{}, null, undefined]) expect(unsafePreferences(nothing)).toEqual([])
})

test.each(Object.entries(SAFE))('%s is told where it is not %j', (name, safe) => {
  const unsafe = typeof safe === 'boolean' ? !safe : 'CSSVariables'
  expect(unsafePreferences({ ...SAFE, [name]: unsafe })).toEqual([name])
})
