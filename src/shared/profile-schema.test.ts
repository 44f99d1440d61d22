import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { AgentProfile } from './profile.ts'
import { profileJsonSchema } from './profile-schema.ts'

it('the published JSON Schema is the one the code makes (run scripts/generate-profile-schema.mjs)', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../resources/profile.schema.json', import.meta.url), 'utf8')
  )
  expect(published).toEqual(JSON.parse(JSON.stringify(profileJsonSchema())))
})

it('the JSON Schema asks for what a profile needs and keeps unknown fields', () => {
  const schema = profileJsonSchema()
  expect(schema['required']).toEqual(['schemaVersion', 'name', 'service'])
  expect(schema['additionalProperties']).not.toBe(false)
})

it('the JSON Schema refuses a name of white space, as Parley does', () => {
  const { name } = profileJsonSchema()['properties'] as { name: { pattern: string } }
  for (const [text, good] of [
    [' \t\u3000', false],
    [' Ada ', true]
  ] as const) {
    expect(new RegExp(name.pattern, 'u').test(text)).toBe(good)
    expect(AgentProfile.safeParse({ schemaVersion: 1, name: text, service: 'builtin' }).success).toBe(good)
  }
})

const napster = (rest: object) => ({ schemaVersion: 1, name: 'N', service: 'napster', ...rest })

it('the JSON Schema knows the settings of Napster, and that only Napster has a tuning', () => {
  const valid = new Ajv2020({ strict: false }).compile(profileJsonSchema())
  const good = { agentId: 'agent_1', modality: 'text', future: 1 }
  expect(valid(napster({ settings: good, tuning: { temperature: 1 } }))).toBe(true)
  expect(valid(napster({ service: 'deepgram', settings: { agent: {} } }))).toBe(true)
  for (const wrong of [
    {},
    { settings: {} },
    { settings: { ...good, modality: 'video' } },
    { settings: good, tuning: { temperature: 2 } },
    { service: 'builtin', tuning: {} }
  ]) {
    expect(valid(napster(wrong))).toBe(false)
  }
})
