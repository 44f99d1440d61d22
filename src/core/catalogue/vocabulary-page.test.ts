import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import { SUPPORT_VARIANTS } from '../../shared/commands.ts'
import { vocabularyTable } from '../dialects/vocabulary.ts'
import { vocabularyPage } from './vocabulary-page.ts'

const file = fileURLToPath(new URL('../../../docs/vocabulary.md', import.meta.url))

it('the page of the vocabulary is the one the code makes (run npm run docs:vocabulary)', async () => {
  const made = await format(vocabularyPage(), { ...(await resolveConfig(file)), parser: 'markdown' })
  expect(readFileSync(file, 'utf8')).toBe(made)
})

it('the page has every command and variant, and a sentence for everything that is not simply native', () => {
  const page = vocabularyPage()
  for (const key of ['user-text', 'stop-speaking', ...SUPPORT_VARIANTS]) expect(page).toContain(`| \`${key}\` |`)
  const said = vocabularyTable().flatMap(({ support }) =>
    Object.values(support).flatMap((one) =>
      one.kind === 'emulated' ? [one.how] : one.kind === 'unsupported' ? [one.why] : []
    )
  )
  expect(said.length).toBeGreaterThan(10)
  for (const sentence of said) expect(page).toContain(`. ${sentence}\n`)
})
