import { expect, it } from 'vitest'
import type { ProfileDevices } from '../../../../shared/profile.ts'
import { initialState } from '../session/state.ts'
import { keptOf, withOwnDevices, withoutOwnDevices } from './own-devices.ts'

const headset = { deviceId: 'headset', label: 'Headset' }
const desk = { deviceId: 'desk', label: 'Desk' }
const state = { ...initialState, preferences: { ...initialState.preferences, microphone: desk } }
const devices: ProfileDevices = { microphone: headset, loudspeaker: headset, talkMode: 'open' }

it('an agent’s own devices are used, and afterwards the person’s are back', () => {
  const talking = withOwnDevices(state, devices)
  expect(talking.preferences).toMatchObject({ microphone: headset, talkMode: 'open', audio: { loudspeaker: headset } })
  expect(withoutOwnDevices(talking)).toEqual(state)
})

it('an agent without any changes nothing', () => {
  expect(withOwnDevices(state, undefined)).toBe(state)
  expect(withOwnDevices(state, {})).toBe(state)
})

it('from one agent to the next the person’s own are what is set aside', () => {
  const first = withOwnDevices(state, devices)
  const next = withOwnDevices(first, { talkMode: 'push-to-talk' })
  expect(next.preferences.microphone).toEqual(desk)
  expect(withoutOwnDevices(next)).toEqual(state)
  expect(withOwnDevices(first, undefined)).toEqual(state)
})

it('what is chosen in place of an agent’s own is for this conversation alone', () => {
  const talking = withOwnDevices(state, devices)
  const audio = { ...talking.preferences.audio, volume: 0.5 }
  expect(keptOf({ microphone: null, talkMode: 'push-to-talk', theme: 'dark' }, talking)).toEqual({ theme: 'dark' })
  expect(keptOf({ audio }, talking)).toEqual({ audio: { ...audio, loudspeaker: null } })
  const onlyMode = withOwnDevices(state, { talkMode: 'open' })
  expect(keptOf({ microphone: null, audio }, onlyMode)).toEqual({ microphone: null, audio })
  expect(keptOf({ microphone: null }, state)).toEqual({ microphone: null })
})
