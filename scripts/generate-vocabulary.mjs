// Writes docs/vocabulary.md from the dialects in the code. Needs Node 24: it runs TypeScript as it is.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { vocabularyPage } from '../src/core/catalogue/vocabulary-page.ts'

const file = fileURLToPath(new URL('../docs/vocabulary.md', import.meta.url))
const options = { ...(await resolveConfig(file)), parser: 'markdown' }
writeFileSync(file, await format(vocabularyPage(), options))
