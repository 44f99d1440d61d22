import type { SessionEvent } from '../../src/shared/events.ts'
import type { ParleyPage } from './parley-page.ts'
import type { Script } from './scripted-main.ts'
import { napsterSupport, support } from './support-table.ts'

/** A live conversation with the tune panel open. */
export async function tuning(parley: ParleyPage, script: Script = {}, table = support): Promise<void> {
  await parley.open(script)
  await parley.live()
  await parley.event({ kind: 'support', support: table })
  await parley.page.getByRole('button', { name: /^Tune the agent/ }).click()
}

/** A script in which the chosen agent's file has this `agent`. */
export function saved(agent: object, url?: string): Script {
  const profile = { schemaVersion: 1, name: 'Mine', service: 'deepgram', url, settings: { agent } }
  return { answers: { 'profiles:read': { ok: true, value: { text: JSON.stringify(profile) } } } }
}

/** A script with a Napster agent chosen, whose file has a `tuning`. */
export function napsterScript(modality: 'audio' | 'text' = 'audio'): Script {
  const profile = {
    schemaVersion: 1,
    name: 'Shop assistant',
    service: 'napster',
    settings: { agentId: 'agent_1', modality },
    tuning: { instructions: 'You sell lamps.', temperature: 0.6, turnDetection: { silenceDurationMs: 500 } }
  }
  return {
    profiles: [{ id: 'napster', name: 'Shop assistant', service: 'napster', modality, builtIn: false }],
    answers: { 'profiles:read': { ok: true, value: { text: JSON.stringify(profile) } } }
  }
}

/** The same with an agent that Napster keeps. */
export async function tuningNapster(parley: ParleyPage, script = napsterScript()): Promise<void> {
  await tuning(parley, script, napsterSupport)
}

/** Name of the box whose text is added to the prompt. */
export const addition = 'Text to add to the prompt'

/** Opens a section by its title. */
export async function section(parley: ParleyPage, title: string): Promise<void> {
  await parley.page.getByRole('button', { name: new RegExp(`^${title}`) }).click()
}

/** The controls of a section. */
export const fieldset = (parley: ParleyPage, name: string) => parley.page.getByRole('group', { name, exact: true })

/** What the session says differs from the profile. */
export const changes = (...names: string[]): SessionEvent => ({ kind: 'changes', changes: names })
