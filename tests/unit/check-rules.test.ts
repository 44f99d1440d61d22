import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/check-rules.mjs', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
let work: string | undefined

afterEach(() => {
  if (work !== undefined) rmSync(work, { recursive: true })
  work = undefined
})

/** Runs the check over a tree with these claims and this one test file of the server. */
function problemsOf(claims: object, serverTests: string): string[] {
  work = mkdtempSync(join(tmpdir(), 'check-rules-'))
  mkdirSync(join(work, 'tests'))
  mkdirSync(join(work, 'src/agent'), { recursive: true })
  const rules = { known: ['S1', 'I1', 'I10', 'N2'], client: [], server: [], deferred: [], ...claims }
  writeFileSync(join(work, 'tests/rules.json'), JSON.stringify(rules))
  writeFileSync(join(work, 'src/agent/a.test.ts'), serverTests)
  const code = `import(${JSON.stringify(script)}).then(({ checkRules }) => process.stdout.write(JSON.stringify(checkRules(${JSON.stringify(work)}).problems)))`
  const run = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8', cwd: root })
  expect(run.stderr).toBe('')
  return JSON.parse(run.stdout) as string[]
}

describe('check-rules', () => {
  it('is content when every claimed number has a test, whatever its form', () => {
    const tests = "it('S1 a', () => {}); describe('x', () => { it.each([1])(`I10 ${'a'}`, () => {}) })"
    expect(problemsOf({ server: ['S1', 'I10'] }, tests)).toEqual([])
  })

  it('takes every number at the start of a title, and none after the first word', () => {
    const tests = "it('S1 I10, I1: a', () => {})"
    expect(problemsOf({ server: ['S1', 'I10', 'I1'] }, tests)).toEqual([])
    expect(problemsOf({ server: ['I1'] }, "it('S1 as in I1', () => {})")).toHaveLength(1)
  })

  it('bites when a claimed number has no test', () => {
    expect(problemsOf({ server: ['S1'] }, "it('nothing', () => {})")).toEqual([
      'server claims S1, but no test title starts with "S1 "'
    ])
  })

  it.each([
    ["it('I10 a', () => {})", 'a longer number'],
    ["// it('I1 a', () => {})", 'a comment'],
    ['const s = "it(\'I1 a\')"', 'a string'],
    ["it.skip('I1 a', () => {})", 'a skipped test'],
    ["it.todo('I1 a')", 'a plan'],
    ["describe.skip('x', () => { it('I1 a', () => {}) })", 'a skipped group'],
    ["it('about I1', () => {})", 'a number later in the title']
  ])('does not take %s for a test of I1 (%s)', (tests) => {
    expect(problemsOf({ server: ['I1'] }, tests)).toHaveLength(1)
  })

  it('does not take a server test for a client test', () => {
    expect(problemsOf({ client: ['S1'] }, "it('S1 a', () => {})")).toEqual([
      'client claims S1, but no test title starts with "S1 "'
    ])
  })

  it('bites on a number that is not known, and on one that is deferred', () => {
    expect(
      problemsOf({ server: ['S9', 'N2'], deferred: ['N2'] }, "it('S9 a', () => {}); it('N2 b', () => {})")
    ).toEqual(['server claims S9, which is not a known rule', 'server claims N2, which is deferred'])
  })
})
