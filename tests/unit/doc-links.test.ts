import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const documents = globSync('{*.md,docs/**/*.md,tests/**/*.md}', { cwd: root })

/** Targets of links and pictures that are files of this repository. */
function localTargets(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
}

it('finds the documents', () => {
  expect(documents).toContain('README.md')
  expect(documents.length).toBeGreaterThan(10)
})

it.each(documents)('%s links only to files that exist', (file) => {
  const missing = localTargets(readFileSync(join(root, file), 'utf8')).filter(
    (target) => !existsSync(join(root, dirname(file), target))
  )
  expect(missing).toEqual([])
})

it.each(documents)('%s names no path of the machine it was written on', (file) => {
  expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/\/(home|root|Users|work)\/\w/)
})
