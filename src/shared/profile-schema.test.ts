import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
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
