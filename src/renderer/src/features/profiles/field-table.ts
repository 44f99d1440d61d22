import { deepgramFields } from './deepgram-fields.ts'
import { field, type Field, type Scope } from './field.ts'

/**
 * Every field of an agent's file that has a control, as the vendors' pages name them. The form, its checks and the list of unknown fields
 * are made from this table; `fieldText` of text/en-profile-fields.ts has the words.
 */

const profileFields: readonly Field[] = [
  field('profile', 'schemaVersion', { kind: 'own' }),
  field('profile', 'name', { kind: 'text', max: 200 }, { required: true }),
  field('profile', 'service', { kind: 'own' }),
  field('profile', 'url', { kind: 'own' }),
  field('profile', 'auth', { kind: 'own' }),
  field('profile', 'nudge', { kind: 'own' }),
  field('profile', 'hotkey', { kind: 'own' }),
  field('profile', 'devices', { kind: 'own' }),
  field('profile', 'tools', { kind: 'own' }),
  field('profile', 'settings', { kind: 'own' }),
  field('profile', 'tuning', { kind: 'own' })
]

/** What Napster takes as `externalClientId` (napster.md section 3). */
const CLIENT_ID = /^[A-Za-z0-9_-]{1,32}$/

const napsterFields: readonly Field[] = [
  field('napster', 'agentId', { kind: 'listed', what: 'agents' }, { required: true }),
  field('napster', 'modality', { kind: 'own' }),
  field('napster', 'initialSpeech', { kind: 'words' }),
  field('napster', 'externalClientId', { kind: 'text', mono: true, pattern: CLIENT_ID }),
  field('napster', 'externalClientProfile', { kind: 'json' }),
  field('napster', 'tags', { kind: 'pairs' }),
  field('napster', 'mcp.authorizations', { kind: 'json', list: true }, { more: true })
]

const tuningFields: readonly Field[] = [
  field('tuning', 'instructions', { kind: 'words' }),
  field('tuning', 'temperature', { kind: 'number', min: 0, max: 1 }),
  field('tuning', 'turnDetection.threshold', { kind: 'number', min: 0, max: 1 }),
  field('tuning', 'turnDetection.prefixPaddingMs', { kind: 'number', min: 0, max: 5_000 }),
  field('tuning', 'turnDetection.silenceDurationMs', { kind: 'number', min: 0, max: 60_000 }),
  field('tuning', 'context', { kind: 'texts' })
]

export const fields: readonly Field[] = [...profileFields, ...deepgramFields, ...napsterFields, ...tuningFields]

/** The fields of one scope, in the order of the form. */
export function fieldsOf(scope: Scope): readonly Field[] {
  return fields.filter((candidate) => candidate.scope === scope)
}
