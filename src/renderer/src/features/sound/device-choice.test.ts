import { expect, it } from 'vitest'
import { meterPosition } from './meter-position.ts'
import { DEFAULT_ID, deviceChoices, deviceOf, microphoneName } from './device-choice.ts'
import { liveMicrophone } from './live-microphone.test-support.ts'

const unnamed = (n: number): string => `Microphone ${n}`

it('keeps a remembered microphone in the list while it is unplugged', () => {
  const choices = deviceChoices([{ deviceId: 'a', label: 'Desk' }], { deviceId: 'b', label: 'Headset' }, unnamed)
  expect(choices.map(({ label }) => label)).toEqual(['System default', 'Desk', 'Headset'])
})

it('lists the system default once, and names what has no name yet', () => {
  const choices = deviceChoices(
    [
      { deviceId: '', label: '' },
      { deviceId: 'default', label: 'Default - Desk' },
      { deviceId: 'a', label: '' }
    ],
    null,
    unnamed
  )
  expect(choices).toEqual([
    { value: DEFAULT_ID, label: 'System default' },
    { value: 'a', label: 'Microphone 1' }
  ])
})

it('finds the device behind a value, also a remembered one that is unplugged', () => {
  const devices = [{ deviceId: 'a', label: 'Desk' }]
  const remembered = { deviceId: 'b', label: 'Headset' }
  expect(deviceOf(DEFAULT_ID, devices, remembered)).toBeNull()
  expect(deviceOf('a', devices, remembered)).toEqual(devices[0])
  expect(deviceOf('b', devices, remembered)).toEqual(remembered)
  expect(deviceOf('c', devices, remembered)).toBeUndefined()
})

it('shows the microphone that is really open, not the one that was asked for', () => {
  expect(microphoneName(liveMicrophone, { deviceId: 'b', label: 'Headset' })).toBe('Desk')
  expect(microphoneName({ kind: 'off' }, { deviceId: 'b', label: 'Headset' })).toBe('Headset')
})

it('the meter runs from -60 to -6 dBFS', () => {
  expect([-90, -60, -33, -6, 0].map(meterPosition)).toEqual([0, 0, 0.5, 1, 1])
})
