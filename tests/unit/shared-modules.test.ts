import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

// The test files of a worker share its modules (vitest.config.ts): what a module does while it is loaded is done for the first of them only.

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Loaded anew for each file. */
const SETUP = path.join('tests', 'console-guard.ts')

const files = globSync(['{src,tests,bench}/**/*.{ts,tsx}'], { cwd: root }).filter((file) => file !== SETUP)
const having = (pattern: RegExp, among: readonly string[]) =>
  among.filter((file) => pattern.test(readFileSync(path.join(root, file), 'utf8')))

it('no module beside the test files hooks into tests while it is loaded', () => {
  const others = files.filter((file) => !/\.(test|spec)\.ts$/.test(file))
  expect(others.length).toBeGreaterThan(100)
  expect(having(/^(before|after)(Each|All)\(/m, others)).toEqual([])
})

it('no test file puts a mock in the place of a module, which others have loaded or will load', () => {
  const tests = files.filter((file) => file.endsWith('.test.ts'))
  expect(tests.length).toBeGreaterThan(100)
  expect(having(/^\s*vi\.(do)?[mM]ock\(/m, tests)).toEqual([])
})
