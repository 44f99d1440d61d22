import type { SupportTable } from '../../src/shared/events.ts'
import { conversation } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'

const interrupts = 'It interrupts the agent if it is speaking.'
const waits = 'Napster holds it until the agent has finished speaking.'
const why = 'A Napster agent speaks given words in puppeteer mode only, and is no agent then.'

/** As Napster does things, in part. */
const support: SupportTable = {
  'user-text': { kind: 'native', note: interrupts },
  'user-text/after-speech': { kind: 'native', note: waits },
  'user-text/no-response': { kind: 'native', note: interrupts },
  context: { kind: 'native', note: interrupts },
  'context/after-speech': { kind: 'native', note: waits },
  'context/respond': { kind: 'native', note: interrupts },
  'agent-speech': { kind: 'unsupported', why },
  'append-prompt': { kind: 'emulated', how: 'It is sent as context that waits until the agent has finished speaking.' }
}

const agent = {
  schemaVersion: 1,
  name: 'Night porter',
  service: 'napster',
  settings: {
    agentId: 'agent_7',
    externalClientId: 'user-42',
    externalClientProfile: { name: 'Ada', member: true },
    initialSpeech: 'Greet the caller by name.',
    tags: { team: 'night' }
  },
  tuning: {
    instructions: 'You are a night porter.\nAnswer in one sentence.',
    temperature: 0.4,
    turnDetection: { silenceDurationMs: 1000 },
    context: ['The lift is broken until Thursday.']
  }
}

async function textOnly(parley: ParleyPage): Promise<void> {
  const profiles = [{ id: 'words', name: 'Omni', service: 'napster', modality: 'text', builtIn: false }]
  await parley.page.evaluate((list) => window.emit('profiles:changed', list), { profiles, chosenId: 'words' })
}

async function options(parley: ParleyPage): Promise<void> {
  await parley.answer('profiles:read', { ok: true, value: { text: JSON.stringify(agent) } })
  await parley.page.getByRole('button', { name: 'Settings' }).click()
  await parley.page.getByRole('menuitem', { name: 'Agents…' }).click()
  await parley.page.getByRole('button', { name: 'Edit Kitchen helper' }).click()
  await parley.page.getByRole('radio', { name: 'Options' }).click()
}

async function composing(parley: ParleyPage, purpose: string): Promise<void> {
  await parley.live()
  await parley.say(...conversation)
  await parley.event({ kind: 'support', support })
  await parley.page.getByRole('button', { name: /^What this text is for/ }).click()
  await parley.page.getByRole('menuitemradio', { name: new RegExp(`^${purpose}`) }).click()
}

const pick = (parley: ParleyPage) => parley.page.getByRole('button', { name: 'Choose from a list: Agent id' }).click()

/** What is seen with an agent at Napster, and of the composer's choices, for the pictures. */
export const napsterStates: Record<string, (parley: ParleyPage) => Promise<void>> = {
  'text-idle': textOnly,
  'text-answering': async (parley) => {
    await textOnly(parley)
    await parley.live('agentSpeaking')
    await parley.say(...conversation.slice(0, 3))
  },
  'composer-context': async (parley) => {
    await composing(parley, 'Context')
    await parley.page.keyboard.type('The user opened the cart and looks at two pairs of shoes.')
  },
  'composer-timing': async (parley) => {
    await composing(parley, 'Context')
    await parley.page.getByRole('button', { name: /^Whether the agent answers/ }).click()
  },
  'composer-refusing': async (parley) => {
    await composing(parley, 'Message')
    await parley.page.getByRole('button', { name: /^What this text is for/ }).click()
  },
  'composer-refused': async (parley) => {
    await composing(parley, 'Context')
    const reason = 'Napster says: the provider of this agent takes no context.'
    await parley.answer('session:command', { ok: true, value: { outcome: 'refused', reason } })
    await parley.page.keyboard.type('The user opened the cart.')
    await parley.page.keyboard.press('Enter')
  },
  'composer-held': async (parley) => {
    await composing(parley, 'Context')
    await parley.state({ phase: 'live', activity: 'agentSpeaking' })
    await parley.hold('session:command')
    await parley.page.keyboard.type('The user opened the cart.')
    await parley.page.keyboard.press('Enter')
  },
  'napster-options': options,
  'napster-options-wrong': async (parley) => {
    await options(parley)
    await parley.page.getByRole('textbox', { name: /^Your id/ }).fill('ada@example.test')
    await parley.page.getByRole('textbox', { name: /^Tags/ }).fill('team night')
    await parley.page.getByRole('textbox', { name: /^What it should know/ }).fill('{ "name": ')
  },
  'napster-tuning': async (parley) => {
    await options(parley)
    await parley.page.getByRole('button', { name: 'Remove all saved changes' }).scrollIntoViewIfNeeded()
  },
  'agent-list': async (parley) => {
    const choices = [
      { id: 'agent_7', label: 'Night porter', about: 'agent_7 · voice alloy' },
      { id: 'agent_8', label: 'Cook', about: 'agent_8 · voice verse' }
    ]
    await parley.answer('service:choices', { ok: true, value: { choices } })
    await options(parley)
    await pick(parley)
  },
  'agent-list-problem': async (parley) => {
    const problem = 'There is no key for Napster. Add it under Settings, Keys to choose from your agents.'
    await parley.answer('service:choices', { ok: true, value: { choices: [], problem } })
    await options(parley)
    await pick(parley)
  },
  'new-agent-menu': async (parley) => {
    await parley.page.getByRole('button', { name: 'Settings' }).click()
    await parley.page.getByRole('menuitem', { name: 'Agents…' }).click()
    await parley.page.getByRole('button', { name: 'New agent' }).click()
  },
  'no-credits': async (parley) => {
    await parley.ended({
      code: 'no-credits',
      message: 'The Napster account has no credits left. Buy credits in the Napster dashboard and connect again.',
      serviceCode: 'no_credits_left'
    })
  },
  'idle-close': async (parley) => {
    await parley.live()
    await parley.say(...conversation.slice(0, 3))
    await parley.state({
      phase: 'ended',
      reason: {
        code: 'idle',
        message: 'Napster ended the session because nobody said anything for a while. Connect again to go on.',
        serviceCode: 'idle_timeout'
      }
    })
  },
  'refused-voice': async (parley) => {
    await parley.live()
    await parley.say(...conversation.slice(0, 3))
    await parley.state({
      phase: 'ended',
      reason: {
        code: 'settings-refused',
        message:
          'Napster cannot use the voice of this agent. Give the agent another voice at Napster and connect again.',
        serviceCode: 'invalid_voice'
      }
    })
  }
}
