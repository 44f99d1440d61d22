import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ProfileFileError, readProfileFile } from './read-profile.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-profile-'))
afterAll(() => rmSync(folder, { recursive: true }))

const saved = (name: string, text: string) => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
const json = (change: object = {}) => JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'builtin', ...change })

test('reads a profile, also one of more than one piece, with its warnings', () => {
  const prompt = 'é'.repeat(100_000)
  const file = saved('long.json', json({ settings: { agent: { think: { prompt } } }, key: 'sk-abcdefghijklmnop1234' }))
  const { profile, warnings } = readProfileFile(file)
  expect(profile.settings).toEqual({ agent: { think: { prompt } } })
  expect(warnings).toEqual([expect.stringMatching(/^key looks like a key/)])
})

const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
test.each([
  ['missing', () => join(folder, 'none.json'), /there is no such file/],
  ['a folder', () => folder, /it is a folder/],
  ['not JSON', () => saved('a.json', '{'), /not valid JSON/],
  ['nested', () => saved('b.json', json({ settings: { a: 1 } }).replace('1}}', `${nested}}}`)), /nested too deeply/],
  ['napster without an agent', () => saved('c.json', json({ service: 'napster' })), /settings\.agentId is missing/],
  ['a codec nobody speaks', () => saved('d.json', json({ settings: { audio: 5, agent: {} } })), /settings\.audio/],
  ['too large', () => saved('e.json', ' '.repeat(5_000_000)), /too large/],
  ['without end', () => '/dev/zero', /too large/]
])('refuses a file that is %s in one line that names it', (_what, make, sentence) => {
  const file = make()
  const read = () => readProfileFile(file)
  expect(read).toThrow(ProfileFileError)
  expect(read).toThrow(sentence)
  expect(read).toThrow(file)
  expect(read).toThrow(/^[^\n]+\.$/)
})
