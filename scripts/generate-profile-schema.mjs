// Writes resources/profile.schema.json from the schema in the code. Needs Node 24: it runs TypeScript as it is.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { profileJsonSchema } from '../src/shared/profile-schema.ts'

const file = fileURLToPath(new URL('../resources/profile.schema.json', import.meta.url))
const options = { ...(await resolveConfig(file)), parser: 'json' }
writeFileSync(file, await format(JSON.stringify(profileJsonSchema()), options))
