import type { Page } from '@playwright/test'
import { conversation, expect, test } from './parley-page.ts'

const words = { id: 'words', name: 'Omni', service: 'napster', modality: 'text', builtIn: false } as const
const voice = { ...words, id: 'voice', name: 'Omni voice', modality: 'audio' } as const
const textOnly = { profiles: [words, voice] }

const microphone = (page: Page) => page.getByRole('combobox', { name: /^Microphone/ })

test('an agent without audio: no microphone is asked for or shown, and a sentence stands for the talk controls', async ({
  parley,
  page
}) => {
  await parley.open(textOnly)
  await expect(page.getByText('Your words go to Napster while the conversation runs.')).toBeVisible()
  await expect(microphone(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Start the conversation' }).click()
  expect(await parley.asked('session:connect')).toHaveLength(1)
  await parley.live()
  await parley.say(...conversation.slice(0, 2))
  await expect(page.getByText('This agent is text only.')).toBeVisible()
  await expect(page.getByRole('button', { name: /Hold to talk|Mute|Stop speaking/ })).toHaveCount(0)
  await expect(page.getByRole('meter')).toHaveCount(0)
  await expect(page.getByRole('radiogroup', { name: 'How you talk' })).toHaveCount(0)
  await page.keyboard.down('Space')
  await page.keyboard.up('Space')
  await page.getByRole('button', { name: 'Hang up' }).click()
  expect(await parley.asked('session:hang-up')).toHaveLength(1)
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  await page.getByRole('button', { name: 'Start again' }).click()
  expect(await parley.engineCalls()).toEqual([])
})

test('typing and reading work, and the stage tells thinking from answering', async ({ parley, page }) => {
  await parley.open(textOnly)
  await parley.state({ phase: 'connecting' })
  await expect(page.getByText(/speaking already/)).toHaveCount(0)
  await parley.live()
  await expect(page.getByText('Your turn', { exact: true })).toBeVisible()
  await expect(page.getByText('Type below', { exact: true })).toBeVisible()
  const box = page.getByRole('textbox', { name: 'Message to the agent' })
  await box.fill('What is seventeen times twenty-three?')
  await box.press('Enter')
  expect(await parley.asked('session:command')).toHaveLength(1)
  await parley.say(...conversation.slice(1, 2))
  await parley.state({ phase: 'live', activity: 'thinking' })
  await expect(page.getByText('Thinking', { exact: true })).toBeVisible()
  await parley.state({ phase: 'live', activity: 'agentSpeaking' })
  await parley.say(...conversation.slice(2, 3))
  await expect(page.getByText('Omni is answering')).toBeVisible()
  await page.keyboard.press('Escape')
  expect(await parley.asked('session:command')).toHaveLength(1)
  await expect(page.getByRole('log', { name: 'Conversation' })).toContainText('three hundred and ninety-one')
  await parley.expectAccessible()
})

test('a computer without any audio device: no problem and no notice', async ({ parley, page }) => {
  const noDevices = await page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      window.engine.devices = () => Promise.reject(new Error('There is no audio here.'))
    })
  })
  await parley.open(textOnly)
  await noDevices.dispose()
  await parley.live()
  await parley.event({ kind: 'reconnected', attempt: 1, tookMs: 640, answerLost: false })
  await expect(page.getByText('Your turn', { exact: true })).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Hide this notice' })).toHaveCount(0)
})

test('a reconnect keeps the sentence, and says nothing of speech that is kept', async ({ parley, page }) => {
  await parley.open(textOnly)
  await parley.live()
  const reason = { code: 'unreachable' as const, message: 'The connection to the service was lost.' }
  await parley.state({ phase: 'reconnecting', attempt: 1, retryInMs: 4000, canRetryNow: true, reason })
  await expect(page.getByText('Reconnecting', { exact: true })).toBeVisible()
  await expect(page.getByText('This agent is text only.')).toBeVisible()
  await expect(page.getByText(/What you say now/)).toHaveCount(0)
})

test('a conversation that ended by itself is begun again with a button that says nothing of talking', async ({
  parley,
  page
}) => {
  await parley.open(textOnly)
  await parley.live()
  await parley.say(...conversation.slice(0, 2))
  const message = 'Napster ended the session because nobody said anything for a while.'
  await parley.state({ phase: 'ended', reason: { code: 'idle', message, serviceCode: 'idle_timeout' } })
  await expect(page.getByText('Conversation ended', { exact: true })).toBeVisible()
  await page.getByRole('alert').getByRole('button', { name: 'Start again' }).click()
  expect(await parley.asked('session:connect')).toHaveLength(1)
  expect(await parley.engineCalls()).toEqual([])
})

test('a page that is reloaded in a text conversation opens no microphone either', async ({ parley, page }) => {
  await parley.open({ ...textOnly, state: { phase: 'live', activity: 'listening' }, captions: conversation })
  await expect(page.getByText('This agent is text only.')).toBeVisible()
  expect(await parley.engineCalls()).toEqual([])
})

test('choosing an agent with a voice brings the microphone back', async ({ parley, page }) => {
  await parley.open(textOnly)
  await page.getByRole('combobox', { name: 'Agent: Omni' }).click()
  await page.getByRole('option', { name: /^Omni voice/ }).click()
  await expect(page.getByText('Your voice and words go to Napster while the conversation runs.')).toBeVisible()
  await expect(microphone(page)).toBeVisible()
  await page.getByRole('button', { name: 'Start talking' }).click()
  expect(await parley.engineCalls()).toEqual(['open'])
})

test('the list of agents says which ones are text only', async ({ parley, page }) => {
  await parley.open(textOnly)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
  await expect(page.getByText('Napster · Text only')).toHaveCount(1)
})
