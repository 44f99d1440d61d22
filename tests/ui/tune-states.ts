import { conversation } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'
import { support } from './support-table.ts'
import { addition, changes, section, tuning, tuningNapster } from './tune-page.ts'

const flux = {
  listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', eot_threshold: 0.7 } },
  think: {
    provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.7 },
    prompt: 'You are a night porter. Answer in one sentence.'
  },
  speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
}

const profileText = JSON.stringify({
  schemaVersion: 1,
  name: 'Night porter',
  service: 'deepgram',
  settings: { agent: flux }
})

async function deepgram(parley: ParleyPage): Promise<void> {
  const script = {
    profiles: [
      { id: 'porter', name: 'Night porter', service: 'deepgram' as const, modality: 'audio' as const, builtIn: false }
    ],
    answers: { 'profiles:read': { ok: true as const, value: { text: profileText } } }
  }
  await tuning(parley, script, { ...support, 'set-voice': { kind: 'native' } })
  await parley.say(...conversation.slice(0, 3))
  await parley.event({ kind: 'prompt', codePoints: 412, limit: 25_000 })
}

async function napster(parley: ParleyPage): Promise<void> {
  await tuningNapster(parley)
  await parley.say(...conversation.slice(0, 3))
}

const unconfirmed = { outcome: 'unconfirmed', reason: 'Napster does not confirm this; it raised no objection.' }

type Reach = (parley: ParleyPage) => Promise<void>

/** The panel as a person meets it on both services, for the pictures. */
export const tuneStates: Record<string, Reach> = {
  'deepgram-open': deepgram,
  'deepgram-role': async (parley) => {
    await deepgram(parley)
    await parley.page.getByRole('radio', { name: 'Replace it' }).click()
    await parley.page.getByRole('button', { name: 'Take a role from' }).click()
    await parley.page.getByRole('menuitem', { name: /^Night porter/ }).click()
    await parley.page.getByText('It is not sent yet.').waitFor()
  },
  'deepgram-changed': async (parley) => {
    await deepgram(parley)
    await section(parley, 'Prompt')
    await section(parley, 'Model and temperature')
    await parley.page.getByRole('textbox', { name: 'Temperature' }).fill('0.2')
    await parley.page.keyboard.press('Enter')
    await parley.event(changes('the prompt', 'the temperature'))
  },
  'deepgram-revert': async (parley) => {
    await tuneStates['deepgram-changed']?.(parley)
    await parley.page.getByRole('button', { name: 'Revert' }).click()
  },
  'deepgram-saved': async (parley) => {
    await tuneStates['deepgram-changed']?.(parley)
    await parley.answer('session:save-changes', { ok: true, value: { id: 'porter', warnings: [] } })
    await parley.page.getByRole('button', { name: 'Save to this agent' }).click()
    await parley.event(changes())
    await parley.page.getByText('Saved to this agent.').waitFor()
  },
  'deepgram-refused': async (parley) => {
    await deepgram(parley)
    await section(parley, 'Prompt')
    await section(parley, 'Turn detection')
    const reason = 'listen.eager_eot_threshold is above eot_threshold (0.6). Write a lower number.'
    await parley.answer('session:command', { ok: true, value: { outcome: 'refused', reason } })
    await parley.page.getByRole('textbox', { name: 'eot_threshold', exact: true }).fill('0.6')
    await parley.page.getByRole('textbox', { name: 'eager_eot_threshold' }).fill('0.8')
    await parley.page.keyboard.press('Enter')
    await parley.page.getByText(reason).scrollIntoViewIfNeeded()
  },
  'napster-open': async (parley) => {
    await napster(parley)
    await parley.page.getByRole('textbox', { name: addition }).fill('The shop closes at six.')
  },
  'napster-fields': async (parley) => {
    await napster(parley)
    await section(parley, 'Prompt')
    await section(parley, 'Model and temperature')
    await section(parley, 'Voice')
    await section(parley, 'Turn detection')
    await parley.answer('session:command', { ok: true, value: unconfirmed })
    await parley.page.getByRole('textbox', { name: 'Temperature' }).fill('0.9')
    await parley.page.keyboard.press('Enter')
    await parley.event(changes('the temperature'))
  },
  'napster-turns': async (parley) => {
    await napster(parley)
    await section(parley, 'Prompt')
    await section(parley, 'Turn detection')
    await parley.answer('session:command', { ok: true, value: unconfirmed })
    await parley.page.getByRole('button', { name: 'Noisy room' }).click()
    await parley.page.getByRole('textbox', { name: 'threshold', exact: true }).fill('7')
    await parley.page.keyboard.press('Enter')
  },
  'napster-unsupported': async (parley) => {
    await napster(parley)
    await section(parley, 'Prompt')
    await section(parley, 'Say word for word')
    await section(parley, 'Context')
    await section(parley, 'Whole block')
    await parley.page.getByRole('button', { name: /^Whole block/ }).scrollIntoViewIfNeeded()
  },
  'napster-service': async (parley) => {
    await napster(parley)
    await parley.page.getByRole('tab', { name: 'This service' }).click()
  }
}
