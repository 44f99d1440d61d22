// Fails while a rule number claimed in tests/rules.json has no test whose title starts with it, alone or with other numbers.
// Server tests: src/agent/** and tests/protocol/agent-*; client tests: src/core/** and tests/protocol/client-*.
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'

const SIDES = {
  client: ['src/core/**/*.test.ts', 'tests/protocol/client-*.test.ts', 'tests/conformance/*.test.ts'],
  server: ['src/agent/**/*.test.ts', 'tests/protocol/agent-*.test.ts']
}
const RUNNERS = new Set(['it', 'test'])
const GROUPS = new Set(['describe', 'suite'])
/** A test behind one of these may not run, so it proves nothing. */
const NOT_RUN = new Set(['skip', 'skipIf', 'runIf', 'todo', 'fails'])

/** `it`, `it.each(...)`, `test.skip`: the name it starts from and the modifiers on the way, else undefined. */
function chain(callee) {
  const modifiers = []
  let node = callee
  for (;;) {
    if (node.type === 'Identifier') return { name: node.name, modifiers }
    if (node.type === 'MemberExpression' && node.property.type === 'Identifier') {
      modifiers.push(node.property.name)
      node = node.object
    } else if (node.type === 'CallExpression') node = node.callee
    else if (node.type === 'TaggedTemplateExpression') node = node.tag
    else return undefined
  }
}

function titleOf(call) {
  const first = call.arguments[0]
  if (first?.type === 'Literal' && typeof first.value === 'string') return first.value
  if (first?.type === 'TemplateLiteral') return first.quasis[0]?.value.cooked ?? undefined
  return undefined
}

/** Titles of the tests in a source text that really run: not skipped, not in a skipped group, not in a comment. */
export function testTitles(source, fileName = 'file.test.ts') {
  const { program, errors } = parseSync(fileName, source)
  if (errors.length > 0) throw new Error(`${fileName} cannot be parsed: ${errors[0].message}`)
  const titles = []
  const visit = (node, skipped) => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one, skipped)
      return
    }
    if (typeof node !== 'object' || node === null) return
    let inside = skipped
    if (node.type === 'CallExpression') {
      const called = chain(node.callee)
      const off = called?.modifiers.some((modifier) => NOT_RUN.has(modifier)) ?? false
      if (called !== undefined && GROUPS.has(called.name) && off) inside = true
      const title = called !== undefined && RUNNERS.has(called.name) && !off && !skipped ? titleOf(node) : undefined
      if (title !== undefined) titles.push(title)
    }
    for (const key of Object.keys(node)) if (key !== 'parent') visit(node[key], inside)
  }
  visit(program, false)
  return titles
}

/** The rule numbers that a title starts with (`V36 V41 ...`); empty if there is none. */
export function rulesOf(title) {
  return /^(?:[A-Z]\d+(?!\w)[ ,:]*)*/.exec(title)?.[0].match(/[A-Z]\d+/g) ?? []
}

/**
 * What is wrong with the claims; empty when every claimed number is known and has a test on its side.
 * @param {{ known: string[], client: string[], server: string[], deferred: string[] }} rules
 * @param {{ client: string[], server: string[] }} titles
 */
export function problems(rules, titles) {
  const known = new Set(rules.known)
  const found = []
  for (const number of rules.deferred) if (!known.has(number)) found.push(`deferred ${number} is not a known rule`)
  for (const side of Object.keys(SIDES)) {
    const tested = new Set(titles[side].flatMap(rulesOf))
    for (const number of rules[side]) {
      if (!known.has(number)) found.push(`${side} claims ${number}, which is not a known rule`)
      else if (rules.deferred.includes(number)) found.push(`${side} claims ${number}, which is deferred`)
      else if (!tested.has(number)) found.push(`${side} claims ${number}, but no test title starts with "${number} "`)
    }
  }
  return found
}

/** Reads the claims and the tests under `root`. */
export function checkRules(root) {
  const rules = JSON.parse(readFileSync(join(root, 'tests/rules.json'), 'utf8'))
  const titles = {}
  for (const [side, patterns] of Object.entries(SIDES)) {
    const files = globSync(patterns, { cwd: root })
    titles[side] = files.flatMap((file) => testTitles(readFileSync(join(root, file), 'utf8'), file))
  }
  return { rules, titles, problems: problems(rules, titles) }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const result = checkRules(fileURLToPath(new URL('..', import.meta.url)))
  for (const side of Object.keys(SIDES)) {
    const numbered = result.titles[side].filter((title) => rulesOf(title).length > 0).length
    console.log(`rules: ${side} claims ${result.rules[side].length}, ${numbered} numbered tests found`)
  }
  for (const problem of result.problems) console.error(`rules: ${problem}`)
  process.exitCode = result.problems.length === 0 ? 0 : 1
}
