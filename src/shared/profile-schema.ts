import { z } from 'zod'
import { AgentProfile } from './profile.ts'

/** The profile file as JSON Schema, published as `resources/profile.schema.json` by `scripts/generate-profile-schema.mjs`. */
export function profileJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(AgentProfile, { io: 'input' })
  return {
    $schema,
    title: 'Parley agent profile',
    description:
      'A saved agent. "settings" is the Settings message of the service without "type"; write {{secret:NAME}} where a key belongs.',
    ...schema
  }
}
