import { z } from 'zod'
import { AgentProfile } from './profile.ts'
import { NapsterSettings } from './protocol/napster.ts'

/** Both in one, so that what they share is defined once. */
const Parts = z.object({ profile: AgentProfile, napster: NapsterSettings.loose() })

/** The profile file as JSON Schema, published as `resources/profile.schema.json` by `scripts/generate-profile-schema.mjs`. */
export function profileJsonSchema(): Record<string, unknown> {
  const { $schema, properties, $defs } = z.toJSONSchema(Parts, { io: 'input' })
  const { profile, napster } = properties as Record<'profile' | 'napster', Record<string, unknown>>
  return {
    $schema,
    title: 'Parley agent profile',
    description:
      'A saved agent. "settings" is the Settings message of the service without "type", or what an agent of Napster needs; write {{secret:NAME}} where a key belongs.',
    ...profile,
    anyOf: [
      { properties: { service: { const: 'napster' }, settings: napster }, required: ['settings'] },
      { properties: { service: { not: { const: 'napster' } }, tuning: false } }
    ],
    ...($defs === undefined ? {} : { $defs })
  }
}
