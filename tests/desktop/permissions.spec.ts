import { expect, sharedTest as test } from './desktop.ts'

test('the microphone is granted', async ({ desktop }) => {
  const microphone = await desktop.page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    const [track] = stream.getAudioTracks()
    const state = { state: track?.readyState, label: track?.label }
    for (const each of stream.getTracks()) each.stop()
    return state
  })
  expect(microphone).toMatchObject({ state: 'live' })
  expect(microphone.label).not.toBe('')
})

for (const [name, constraints] of [
  ['the camera', { video: true }],
  ['camera and microphone together', { video: true, audio: true }]
] as const) {
  test(`${name} is refused`, async ({ desktop }) => {
    const outcome = await desktop.page.evaluate(
      (wanted) =>
        navigator.mediaDevices.getUserMedia(wanted).then(
          () => 'granted',
          (error: DOMException) => error.name
        ),
      constraints
    )
    expect(outcome).toBe('NotAllowedError')
  })
}

test('microphones have names, cameras have none', async ({ desktop }) => {
  const devices = await desktop.page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    const list = await navigator.mediaDevices.enumerateDevices()
    for (const each of stream.getTracks()) each.stop()
    return list.map(({ kind, label }) => ({ kind, label }))
  })
  const microphones = devices.filter((device) => device.kind === 'audioinput')
  expect(microphones.length).toBeGreaterThan(0)
  for (const { label } of microphones) expect(label).not.toBe('')
  for (const { label } of devices.filter((device) => device.kind === 'videoinput')) expect(label).toBe('')
})
