import { expect, it } from 'vitest'
import { systemChoiceOf, systemChoices, systemValue } from './system-choice.ts'

const devices = [
  { deviceId: 'mic', label: 'Desk' },
  { deviceId: 'off', label: 'Monitor of the sound card' }
]
const none = { devices, choice: { kind: 'off' }, microphone: null, web: false } as const
const labels = (of: Parameters<typeof systemChoices>[0]): string[] => systemChoices(of).map(({ label }) => label)

it('offers nothing, the computer and every input but the microphone in use', () => {
  expect(labels(none)).toEqual(['Nothing', 'What this computer plays', 'Desk', 'Monitor of the sound card'])
  expect(labels({ ...none, microphone: devices[0] ?? null })).not.toContain('Desk')
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
