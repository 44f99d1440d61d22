import { EndCode } from '../../src/shared/events.ts'
import type { MicrophoneFailure } from '../../src/renderer/src/audio/api.ts'
import { keysScript, noKeys } from './keys-states.ts'
import { expect, test } from './parley-page.ts'

for (const code of EndCode.options.filter((option) => option !== 'hung-up')) {
  test(`a conversation that ends with "${code}" says so and offers a next step`, async ({ parley, page }) => {
    await parley.open(keysScript(noKeys))
    await parley.ended({ code, message: 'What the service said.', serviceCode: 'CODE_7' })
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('What the service said. (Service code CODE_7)')
    const action = alert.getByRole('button').first()
    await action.click()
    const led = async () => (await parley.asked('session:connect')).length + (await page.getByRole('dialog').count())
    await expect.poll(led, 'the first button connects, or opens the agents or the keys').toBe(1)
  })
}

const failures: Record<MicrophoneFailure, string> = {
  'permission-denied': 'Try again',
  'no-device': 'Look again',
  'device-busy': 'Try again',
  lost: 'Use the system default',
  failed: 'Try again'
}

for (const [code, action] of Object.entries(failures)) {
  test(`a microphone that failed with "${code}" says so, and the button opens it again`, async ({ parley, page }) => {
    await parley.open()
    await parley.live()
    await parley.microphone({ kind: 'failed', code: code as MicrophoneFailure, message: '' })
    await expect(page.getByText('No microphone. You can type below')).toBeVisible()
    await page.getByRole('alert').getByRole('button', { name: action }).click()
    expect((await parley.engineCalls()).slice(-2)).toEqual(['open', 'talk ready push-to-talk'])
    await expect(page.getByRole('alert')).toHaveCount(0)
  })
}

test('a problem can be hidden, and the next one shows again', async ({ parley, page }) => {
  await parley.open()
  await parley.ended({ code: 'timeout', message: 'No answer.' })
  await page.getByRole('button', { name: 'Hide this message' }).click()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await page.getByRole('button', { name: 'Start talking' }).click()
  await parley.ended({ code: 'timeout', message: 'No answer.' })
  await expect(page.getByRole('alert')).toBeVisible()
})

test('a problem that was hidden is shown when it comes again, even without a connection attempt', async ({
  parley,
  page
}) => {
  await parley.open()
  const reason = { code: 'invalid-profile' as const, message: 'settings.agent is missing.' }
  await parley.state({ phase: 'ended', reason })
  await page.getByRole('button', { name: 'Hide this message' }).click()
  await page.getByRole('button', { name: 'Start talking' }).click()
  await parley.state({ phase: 'ended', reason })
  await expect(page.getByRole('alert')).toContainText('settings.agent is missing.')
  expect((await parley.engineCalls()).at(-1)).toBe('close')
})

test('a platform that refuses echo cancellation is shown', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.microphoneIs({ granted: { echoCancellation: false, noiseSuppression: true, autoGainControl: true } })
  await expect(page.getByText('No echo cancellation here: use headphones')).toBeVisible()
})

test('until the first sound arrives the screen says preparing, not listening', async ({ parley, page }) => {
  await parley.open({ talkMode: 'open' })
  await parley.live()
  await parley.microphoneIs({ sound: 'preparing' })
  await expect(page.getByText('Opening the microphone')).toBeVisible()
  await parley.microphoneIs({ sound: 'silent' })
  await expect(page.getByText('No sound from this microphone: is it muted?')).toBeVisible()
  await parley.microphoneIs({ sound: 'heard' })
  await expect(page.getByText('Listening', { exact: true })).toBeVisible()
})

test('a chosen microphone that is not there: the note names it and the one in use, until it is back', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.microphoneIs({ insteadOf: 'Headset' })
  await expect(page.getByText('Headset is not there; using Desk Microphone')).toBeVisible()
  await parley.microphoneIs({ insteadOf: null })
  await expect(page.getByText(/is not there/)).toHaveCount(0)
})

test('a browser that does not play yet says what to do, and the line goes once it plays', async ({ parley, page }) => {
  await parley.open()
  await parley.live('agentSpeaking')
  await parley.engine({ loudspeaker: { blocked: true, label: null, insteadOf: null } })
  await expect(page.getByRole('button', { name: 'Click to hear the agent' })).toBeVisible()
  await parley.engine({ loudspeaker: { blocked: false, label: null, insteadOf: null } })
  await expect(page.getByRole('button', { name: 'Click to hear the agent' })).toHaveCount(0)
})

test('a voice that was refused after the connection stood: one sentence, what to do, and no way that leads nowhere', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  const message =
    'Napster cannot use the voice of this agent. Give the agent another voice at Napster and connect again.'
  await parley.state({
    phase: 'ended',
    reason: { code: 'settings-refused', message, serviceCode: 'invalid_voice' }
  })
  const alert = page.getByRole('alert')
  await expect(alert).toContainText(`The voice of this agent was refused${message}Try again`)
  await expect(alert.getByRole('button', { name: /^(?!Hide)/ })).toHaveText([
    'Try again',
    'Edit this agent',
    'Choose another agent'
  ])
  await parley.expectAccessible()
})

test('an account without credit: another agent first, because trying again alone changes nothing', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.ended({ code: 'no-credits', message: 'The Napster account has no credit left.' })
  await page.getByRole('alert').getByRole('button', { name: 'Choose another agent' }).click()
  await expect(page.getByRole('dialog', { name: 'Agents' })).toBeVisible()
})

test('a conversation that ended because nobody spoke is begun again with one click', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.state({ phase: 'ended', reason: { code: 'idle', message: 'Nobody spoke for three minutes.' } })
  await expect(page.getByRole('alert')).toContainText('Nobody spoke for three minutes.')
  await page.getByRole('alert').getByRole('button', { name: 'Talk again' }).click()
  expect(await parley.asked('session:connect')).toHaveLength(1)
})

test('a warning of silence is one row with the newest words, and goes when somebody speaks', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  for (const seconds of [60, 30, 10]) {
    const message = `The service ends the conversation in ${seconds} s, unless somebody says something.`
    await parley.event({ kind: 'notice', notice: { level: 'warning', code: 'idle-soon', message } })
  }
  await expect(page.getByText('in 10 s, unless somebody says something.', { exact: false })).toBeVisible()
  await expect(page.getByText(/The service ends the conversation/)).toHaveCount(1)
  await expect(page.getByText(/times\)/)).toHaveCount(0)
  await parley.state({ phase: 'live', activity: 'userSpeaking' })
  await expect(page.getByText(/The service ends the conversation/)).toHaveCount(0)
})
