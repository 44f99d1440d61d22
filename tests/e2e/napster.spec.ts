import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { startScriptedModel, type ScriptedModel } from '../../src/agent/think/scripted-model.test-support.ts'
import { NapsterServer } from '../peers/napster-server.ts'
import type { NapsterCommand, NapsterSession } from '../peers/napster-session.ts'
import { Launched } from '../protocol/start.test-support.ts'
import { complaintsOf, expect, test } from './web-host.ts'

// The person at the window: an agent is changed while it talks, on both services, through the real web host and the built-in agent.

declare global {
  interface Window {
    /** Calls of the page for a microphone or a loudspeaker. */
    usedAudio: string[]
  }
}

type Service = 'deepgram' | 'napster'

const AGENT_READY = /ws:\/\/127\.0\.0\.1:(\d+)/

/** Half a minute of speech. */
const STORY = Array.from({ length: 12 }, (_, i) => `Part ${i + 1} of the story is about tea and the sea. `)

/** What Napster's fields say of a change. */
const UNCONFIRMED = 'Napster does not confirm this; it raised no objection.'

/** The built-in agent as a program of its own, as any other server. */
async function startAgent(): Promise<{ agent: Launched; port: number }> {
  const agent = new Launched(['agent', '--port', '0'], { script: 'bin/parley.mjs' })
  await expect.poll(() => AGENT_READY.test(agent.stdout), { timeout: 30_000 }).toBe(true)
  return { agent, port: Number(AGENT_READY.exec(agent.stdout)?.[1]) }
}

/** A file of an agent that thinks with `model` and is reached as `service` at `port`. */
async function profileFor(service: Service, port: number, model: ScriptedModel, dir: string): Promise<string> {
  const rest = service === 'deepgram' ? deepgram(port, model) : await napster(port, model)
  return saved(dir, { schemaVersion: 1, name: 'Ada', service, ...rest })
}

function saved(dir: string, profile: object): string {
  const file = path.join(dir, 'profile.json')
  writeFileSync(file, JSON.stringify(profile))
  return file
}

function deepgram(port: number, model: ScriptedModel): object {
  const think = {
    provider: { type: 'open_ai', model: 'm', temperature: 0.9 },
    endpoint: { url: model.url },
    prompt: 'You are a librarian.'
  }
  const audio = {
    input: { encoding: 'linear16', sample_rate: 16_000 },
    output: { encoding: 'linear16', sample_rate: 24_000, container: 'none' }
  }
  const listen = { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } }
  return { url: `ws://127.0.0.1:${port}`, settings: { audio, agent: { listen, think } } }
}

/** The agent is made at the service first, as Napster wants it. */
async function napster(port: number, model: ScriptedModel): Promise<object> {
  const url = `http://127.0.0.1:${port}`
  const response = await fetch(`${url}/public/agents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'Ada',
      companionId: 'comp_any',
      voiceId: 'alloy',
      providerSettings: {
        instructions: 'You are a librarian.',
        temperature: 0.9,
        endpoint: { url: model.url },
        model: 'm'
      }
    })
  })
  const { id } = (await response.json()) as { id: string }
  expect(response.status).toBe(201)
  return { url, settings: { agentId: id } }
}

async function say(page: Page, words: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message to the agent' })
  await box.fill(words)
  await box.press('Enter')
}

const section = (page: Page, title: string) => page.getByRole('group', { name: title, exact: true })

/** Opens a section of the tune panel by its title. */
async function open(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${title}`) }).click()
}

/** How a field tells that `value` went through. */
const told = (service: Service, value: string): string =>
  service === 'deepgram' ? `Applied: ${value}.` : `Sent, not confirmed: ${value}. ${UNCONFIRMED}`

/** What the model was told in its request number `index`, counted from 0. */
async function asked(model: ScriptedModel, index: number): Promise<{ system: string; temperature: unknown }> {
  const { json } = await model.request(index)
  const system = (json?.messages ?? []).flatMap(({ role, content }) => (role === 'system' ? [String(content)] : []))
  return { system: system.join(' '), temperature: (json as { temperature?: unknown } | undefined)?.temperature }
}

for (const service of ['deepgram', 'napster'] as const) {
  test(`N14 N15 N16 N17 N18 N20 on ${service}: prompt, temperature and silence are changed while the agent speaks, and the next reply shows it`, async ({
    start,
    context,
    dataDir
  }) => {
    const { agent, port } = await startAgent()
    const model = await startScriptedModel([{ tokens: STORY }, { tokens: ['Here is ', 'your tea.'] }])
    try {
      const host = await start(0, ['--profile', await profileFor(service, port, model, dataDir)])
      const page = await context.newPage()
      const complaints = complaintsOf(page)
      await page.goto(host.link)
      await page.getByRole('button', { name: 'Start talking' }).click()
      await say(page, 'Tell me a story.')
      const speaking = page.getByText('Ada is speaking')
      await expect(speaking).toBeVisible({ timeout: 30_000 })
      const first = await asked(model, 0)
      expect(first.system).toContain('librarian')
      expect(first.temperature).toBe(0.9)

      await page.getByRole('button', { name: /^Tune the agent/ }).click()
      await page.getByRole('radio', { name: 'Replace it' }).click()
      await page.getByRole('textbox', { name: 'The whole prompt from now on' }).fill('You sell tea.')
      await page.getByRole('button', { name: 'Replace prompt' }).click()
      const replaced = service === 'deepgram' ? 'The prompt is this text now.' : `Sent, not confirmed. ${UNCONFIRMED}`
      await expect(page.getByText(replaced)).toBeVisible()

      await open(page, 'Model and temperature')
      const temperature = section(page, 'Model and temperature').getByRole('textbox', { name: 'Temperature' })
      await temperature.fill('0.2')
      await temperature.press('Enter')
      await expect(page.getByText(told(service, '0.2'))).toBeVisible()

      await open(page, 'Turn detection')
      const turns = section(page, 'Turn detection')
      await turns.getByRole('textbox', { name: 'silence_duration_ms' }).fill('900')
      await turns.getByRole('button', { name: 'Change turn detection' }).click()
      await expect(page.getByText(told(service, '900'))).toBeVisible()

      // All of it happened in the middle of the story.
      await expect(speaking).toBeVisible()
      await expect(page.getByRole('log')).not.toContainText('Part 12')
      await say(page, 'And now?')
      await expect(page.getByRole('log')).toContainText('Here is your tea.', { timeout: 30_000 })
      const { system, temperature: used } = await asked(model, 1)
      expect(system).toContain('You sell tea.')
      expect(system).not.toContain('librarian')
      expect(used).toBe(0.2)
      await expect(page.getByRole('region', { name: /^Changed: the prompt, / })).toBeVisible()

      // What the other service has says why it is missing here.
      const missing = service === 'deepgram' ? 'prefix_padding_ms' : 'eot_threshold'
      await expect(turns.getByRole('listitem').filter({ hasText: missing }).first()).toContainText(/unsupported.{20}/)
      expect(complaints).toEqual([])
    } finally {
      await model.close()
      await agent.end()
    }
  })
}

test('N13 N21 context is told through the composer, shapes the next reply, and never stands in the conversation', async ({
  start,
  context,
  dataDir
}) => {
  const { agent, port } = await startAgent()
  const url = `http://127.0.0.1:${port}`
  const file = saved(dataDir, {
    schemaVersion: 1,
    name: 'Ada',
    service: 'napster',
    url,
    settings: { agentId: 'agent_builtin' }
  })
  try {
    const host = await start(0, ['--profile', file])
    const page = await context.newPage()
    await page.goto(host.link)
    await page.getByRole('button', { name: 'Start talking' }).click()
    await page.getByRole('button', { name: /^Tune the agent/ }).click()
    await open(page, 'Context')
    await page.getByRole('textbox', { name: 'What the agent should know' }).fill('The code is 4711.')
    await page.getByRole('button', { name: 'Tell the agent' }).click()
    await expect(page.getByText(UNCONFIRMED)).toBeVisible()
    await expect(page.getByRole('log')).not.toContainText('4711')
    await say(page, 'What is the code?')
    await expect(page.getByRole('log')).toContainText(/Ada.*4711/s, { timeout: 30_000 })
    await expect(page.getByRole('log')).not.toContainText('The code is 4711.The code')
  } finally {
    await agent.end()
  }
})

/** A service that does not take temperatures, and whose agent answers in words. */
function onCommand(session: NapsterSession, { type, data }: NapsterCommand): void {
  if (type === 'set_settings' && data['temperature'] !== undefined) {
    session.event('error', { message: 'temperature is not supported by this provider.' })
  } else if (type === 'send_message' && data['role'] === 'user') {
    session.user(String(data['text']))
    session.answerInText(`You said ${String(data['text'])}`)
  }
}

test('N19 a refusal of the service appears at its field, with what was typed still in it', async ({
  start,
  context,
  dataDir
}) => {
  const server = await NapsterServer.listen({ onCommand })
  const settings = { agentId: 'agent_any', modality: 'text' }
  const file = saved(dataDir, { schemaVersion: 1, name: 'Ada', service: 'napster', url: server.url, settings })
  try {
    const host = await start(0, ['--profile', file])
    const page = await context.newPage()
    await page.goto(host.link)
    await page.getByRole('button', { name: 'Start the conversation' }).click()
    await page.getByRole('button', { name: /^Tune the agent/ }).click()
    await open(page, 'Model and temperature')
    const temperature = section(page, 'Model and temperature').getByRole('textbox', { name: 'Temperature' })
    await temperature.fill('0.3')
    await temperature.press('Enter')
    await expect(temperature).toHaveAccessibleDescription(/temperature is not supported by this provider\./)
    await expect(temperature).toHaveAttribute('aria-invalid', 'true')
    await expect(temperature).toHaveValue('0.3')
    expect(server.session.texts).toEqual(['{"type":"set_settings","data":{"temperature":0.3}}'])
    await expect(page.getByRole('region', { name: /^Changed:/ })).toHaveCount(0)
  } finally {
    await server.close()
  }
})

test('a text conversation needs no audio device: none is asked for, and nothing is played', async ({
  start,
  context,
  dataDir
}) => {
  const server = await NapsterServer.listen({ onCommand })
  const settings = { agentId: 'agent_any', modality: 'text' }
  const file = saved(dataDir, { schemaVersion: 1, name: 'Ada', service: 'napster', url: server.url, settings })
  try {
    const host = await start(0, ['--profile', file])
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    // A machine without any sound: what asks for it is written down, and fails.
    await page.addInitScript(() => {
      const used: string[] = []
      window.usedAudio = used
      const absent = (what: string) => () => {
        used.push(what)
        throw new DOMException('There is none.', 'NotFoundError')
      }
      Object.assign(navigator.mediaDevices, {
        getUserMedia: absent('getUserMedia'),
        enumerateDevices: () => Promise.resolve([])
      })
      window.AudioContext = absent('AudioContext') as never
    })
    await page.goto(host.link)
    await page.getByRole('button', { name: 'Start the conversation' }).click()
    for (const words of ['Hello.', 'Are you there?']) {
      await say(page, words)
      await expect(page.getByRole('log')).toContainText(`You said ${words}`)
    }
    await expect(page.getByText('Type below')).toBeVisible()
    await expect(page.getByRole('button', { name: /Hold to talk|Mute microphone/ })).toHaveCount(0)
    await page.getByRole('button', { name: 'Hang up' }).click()
    await expect(page.getByText('Conversation ended')).toBeVisible()
    expect(await page.evaluate(() => window.usedAudio)).toEqual([])
    expect(server.session.of('send_audio')).toEqual([])
    expect(server.session.request).toMatchObject({ modality: 'text' })
    await expect.poll(() => server.asked.at(-1)).toBe('DELETE /public/connections/conn-1')
    expect(complaints).toEqual([])
  } finally {
    await server.close()
  }
})
