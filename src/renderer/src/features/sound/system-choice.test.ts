import { expect, it } from 'vitest'
import { live } from '../session/controller.test-support.ts'
import { isUsed, systemChoiceOf, systemChoices, systemValue, usedMicrophone } from './system-choice.ts'

const devices = [
  { deviceId: 'mic', label: 'Desk' },
  { deviceId: 'off', label: 'Monitor of the sound card' }
]
const none = { devices, choice: { kind: 'off' }, used: null, web: false } as const
const labels = (of: Parameters<typeof systemChoices>[0]): string[] => systemChoices(of).map(({ label }) => label)

it('offers nothing, the computer and every input but the microphone in use', () => {
  expect(labels(none)).toEqual(['Nothing', 'What this computer plays', 'Desk', 'Monitor of the sound card'])
  expect(labels({ ...none, used: devices[0] ?? null })).not.toContain('Desk')
})

it('does not offer the computer where the host cannot take it, but shows it where it was chosen', () => {
  expect(labels({ ...none, web: true })).not.toContain('What this computer plays')
  expect(labels({ ...none, web: true, choice: { kind: 'computer' } })).toContain('What this computer plays')
})

it('reads every value back, also of a device that is called as something else, or is unplugged', () => {
  const gone = { kind: 'device', deviceId: 'cable', label: 'Virtual cable' } as const
  for (const choice of [{ kind: 'off' }, { kind: 'computer' }, gone] as const) {
    expect(systemChoiceOf(systemValue(choice), devices, gone)).toEqual(choice)
  }
  const odd = { kind: 'device', deviceId: 'off', label: 'Monitor of the sound card' } as const
  expect(systemChoiceOf(systemValue(odd), devices, gone)).toEqual(odd)
  expect(systemChoiceOf('device nowhere', devices, gone)).toBeUndefined()
})

it('knows the microphone in use by what is open, also where the system chose it, and before that by the choice', () => {
  const chosen = { deviceId: 'off', label: 'Monitor of the sound card' }
  expect(usedMicrophone({ kind: 'off' }, chosen)).toEqual(chosen)
  expect(usedMicrophone({ kind: 'off' }, null)).toBeNull()
  const used = usedMicrophone({ ...live, deviceId: 'default', label: 'Default - Desk' } as typeof live, chosen)
  expect(labels({ ...none, used })).toEqual(['Nothing', 'What this computer plays', 'Monitor of the sound card'])
  expect(isUsed({ deviceId: 'x', label: 'Desk' }, { deviceId: 'default', label: 'Desk' })).toBe(true)
  // Two devices of one name are two devices, and a name that nobody may know yet is nobody's.
  expect(isUsed({ deviceId: 'x', label: 'Desk' }, { deviceId: 'mic', label: 'Desk' })).toBe(false)
  expect(isUsed({ deviceId: 'x', label: '' }, { deviceId: 'default', label: 'Default' })).toBe(false)
  expect(isUsed({ deviceId: 'x', label: 'Desk' }, null)).toBe(false)
})
