import type { ParleyPage } from './parley-page.ts'
import type { Script, ScriptedProfile } from './scripted-main.ts'

const profiles: ScriptedProfile[] = [
  { id: 'own2', name: 'Night porter', service: 'napster', modality: 'text', builtIn: false, hotkey: 'Ctrl+Alt+KeyN' },
  {
    id: 'own3',
    name: 'From the team',
    service: 'deepgram',
    modality: 'audio',
    builtIn: false,
    host: 'voice.example',
    held: true
  }
]

const enables = [
  { kind: 'connects-to', where: 'url', value: 'wss://voice.example' },
  {
    kind: 'service-calls',
    where: 'settings.agent.think.functions.0.endpoint.url',
    value: 'https://pay.example/charge'
  },
  { kind: 'uses-secret', where: 'settings.agent.think.endpoint.headers.authorization', value: '{{secret:OPENAI}}' }
]

/** An agent with something in every part of the form, and two things that the service would refuse. */
const kitchen = {
  schemaVersion: 1,
  name: 'Kitchen helper',
  service: 'deepgram',
  colour: 'blue',
  settings: {
    agent: {
      greeting: 'Hello! What shall we cook?',
      listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', eot_threshold: 0.4 } },
      think: [
        {
          provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.7 },
          prompt: 'You help in the kitchen.\nAnswer in one sentence.',
          functions: [{ name: 'find_order', description: 'When asked for an order', parameters: { type: 'object' } }]
        },
        { provider: { type: 'groq', model: 'openai/gpt-oss-20b' } }
      ],
      speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
    }
  }
}

const script: Script = {
  profiles,
  answers: {
    'profiles:enables': { ok: true, value: { enables } },
    'profiles:read': { ok: true, value: { text: JSON.stringify(kitchen, null, 2) } },
    'usage:list': {
      ok: true,
      value: [{ profileId: 'own', profileName: 'Kitchen helper', today: 3, last30Days: 42, total: 90 }]
    },
    'profiles:preview': {
      ok: true,
      value: { name: 'From the team', service: 'deepgram', warnings: [], enables }
    }
  }
}

/** What main says where the agents are looked at, by state. */
export const agentsScripts: Readonly<Record<string, Script>> = {
  agents: script,
  editor: script,
  'agent-import': script
}

async function openAgents({ page }: ParleyPage): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
  await page.getByRole('dialog').waitFor()
}

/** The agents: their list, the form of one, and what a file would bring. */
export const agentsStates: Record<string, (parley: ParleyPage) => Promise<void>> = {
  agents: async (parley) => {
    await openAgents(parley)
    await parley.page.getByText('Waits for you').waitFor()
  },
  editor: async (parley) => {
    await openAgents(parley)
    await parley.page.getByRole('button', { name: 'Edit Kitchen helper' }).click()
    await parley.page.getByRole('group', { name: 'Thinking' }).scrollIntoViewIfNeeded()
  },
  'agent-import': async (parley) => {
    await openAgents(parley)
    const file = { name: 'team.json', mimeType: 'application/json', buffer: Buffer.from('{}') }
    await parley.page.locator('input[type=file]').setInputFiles(file)
    await parley.page.getByText('What it would do').waitFor()
  }
}
