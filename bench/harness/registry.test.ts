import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { benchNames, loadBench } from './registry.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-benches-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('every bench of the repository names itself as its file, and says what it asks', async () => {
  const names = await benchNames()
  expect(names).toContain('mic-to-socket')
  for (const name of names) expect((await loadBench(name)).question).toMatch(/\S.*\?$/)
})

it('knows the files of its folder, without their tests, in alphabetical order', async () => {
  for (const file of ['b.ts', 'a.ts', 'a.test.ts', 'notes.md']) await writeFile(join(folder, file), '')
  expect(await benchNames(pathToFileURL(`${folder}/`))).toEqual(['a', 'b'])
})

it('refuses a file that names its bench otherwise', async () => {
  await writeFile(join(folder, 'a.ts'), "export const bench = { name: 'b' }")
  await expect(loadBench('a', pathToFileURL(`${folder}/`))).rejects.toThrow('must export a bench called a')
})
