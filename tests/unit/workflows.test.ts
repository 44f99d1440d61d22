import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = globSync('.github/workflows/*.yml', { cwd: root })
const builderRequire = createRequire(path.join(root, 'node_modules/app-builder-lib/package.json'))
const yaml = builderRequire('js-yaml') as { load(text: string): unknown }

interface Step {
  name?: string
  uses?: string
  run?: string
  if?: string
  with?: Record<string, unknown>
  env?: Record<string, string>
}
interface Job {
  needs?: string | string[]
  'runs-on': string
  'timeout-minutes'?: number
  permissions?: Record<string, string>
  strategy?: { matrix: { include: Record<string, string>[] } }
  env?: Record<string, string>
  steps: Step[]
}
interface Workflow {
  on?: unknown
  permissions: Record<string, string>
  jobs: Record<string, Job>
}

const KNOWN_CONTEXTS = ['github', 'env', 'matrix', 'runner', 'secrets', 'steps', 'needs']
const KNOWN_FUNCTIONS = ['hashFiles', 'always', 'success', 'failure', 'cancelled', 'contains', 'startsWith']
const WHOLE = /^\$\{\{ ((?!\}\}).)+ \}\}$/

/** What is wrong with one workflow, one sentence each. */
function findingsIn(text: string): string[] {
  const scripts = (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts
  const workflow = yaml.load(text) as Workflow
  const findings: string[] = []
  const say = (finding: string) => findings.push(finding)

  if (workflow.on === undefined) say('it starts on nothing')
  if (JSON.stringify(workflow.permissions) !== '{"contents":"read"}') say('it may do more than read')
  const opened = text.split('${{').length
  const expressions = [...text.matchAll(/\$\{\{(.*?)\}\}/g)].map(([whole, inside = '']) => ({ whole, inside }))
  if (opened - 1 !== expressions.length) say('an expression is not closed')
  for (const { whole, inside } of expressions) {
    if (!WHOLE.test(whole)) say(`${whole} is no expression`)
    for (const [name = ''] of inside.replace(/'[^']*'/g, '').matchAll(/[a-z]\w*(?=[.(])/gi)) {
      const isMember = new RegExp(`\\.${name}\\b`).test(inside)
      if (!isMember && ![...KNOWN_CONTEXTS, ...KNOWN_FUNCTIONS].includes(name)) say(`${name} in ${whole} is not known`)
    }
  }
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const needs = [job.needs ?? []].flat()
    for (const need of needs.filter((each) => !(each in workflow.jobs))) say(`${name} needs ${need}, which is no job`)
    if (job.permissions !== undefined) say(`${name} has permissions of its own`)
    if (job['timeout-minutes'] === undefined) say(`${name} may run for ever`)
    const rows = job.strategy?.matrix.include ?? []
    const keys = rows.map((row) => Object.keys(row).toSorted().join())
    if (new Set(keys).size > 1) say(`the rows of ${name} differ`)
    for (const [, key = ''] of JSON.stringify(job).matchAll(/matrix\.(\w+)/g)) {
      if (rows.some((row) => row[key] === undefined) || rows.length === 0) say(`${name} has no matrix.${key}`)
    }
    for (const step of job.steps) findings.push(...stepFindings(step, scripts))
  }
  return findings
}

function stepFindings({ uses, run, env = {} }: Step, scripts: object): string[] {
  const findings: string[] = []
  if ((uses === undefined) === (run === undefined)) findings.push('a step must either use or run something')
  if (uses !== undefined && !/^actions\/[\w-]+@v\d+$/.test(uses))
    findings.push(`${uses} is not pinned to a version of GitHub's own`)
  for (const [, script = ''] of (run ?? '').matchAll(/npm run ([\w:-]+)/g)) {
    if (!(script in scripts)) findings.push(`there is no script ${script}`)
  }
  for (const [file] of (run ?? '').matchAll(/(?<=node )[\w./-]+\.mjs/g)) {
    if (!existsSync(path.join(root, file))) findings.push(`there is no file ${file}`)
  }
  if (/\$\{\{\s*(github\.(event|head_ref)|secrets\.)/.test(run ?? ''))
    findings.push("somebody else's text is in a command")
  for (const [name, value] of Object.entries(env)) {
    if (/(KEY|PASSWORD|LINK|TOKEN)/.test(name) && value !== '' && !value.includes('secrets.'))
      findings.push(`${name} is written down`)
  }
  return findings
}

const read = (file: string) => readFileSync(path.join(root, '.github/workflows', file), 'utf8')

it('there are three workflows', () => {
  expect(files.map((file) => path.basename(file)).toSorted()).toEqual(['ci.yml', 'electron-age.yml', 'installers.yml'])
})

it.each(files)('%s has no finding', (file) => {
  expect(findingsIn(readFileSync(path.join(root, file), 'utf8'))).toEqual([])
})

it('the age of Electron is asked for once a week', () => {
  const { on, jobs } = yaml.load(read('electron-age.yml')) as Workflow
  expect(on).toMatchObject({ schedule: [{ cron: expect.stringMatching(/^\d+ \d+ \* \* [0-6]$/) }] })
  expect(Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run))).toContain(
    'node scripts/check-electron-age.mjs'
  )
})

it('on all three systems the specs run on Electron itself, and the fuses of the packed app are read', () => {
  const { desktop } = (yaml.load(read('ci.yml')) as Workflow).jobs
  const always = (desktop?.steps ?? []).filter((step) => !String(step.if).includes('matrix.system'))
  expect(always).toContainEqual(
    expect.objectContaining({ run: 'npm run test:desktop -- --no-build', env: { PARLEY_REAL_ELECTRON: '1' } })
  )
  expect(always).toContainEqual(expect.objectContaining({ run: 'node scripts/check-fuses.mjs ${{ matrix.program }}' }))
})

describe.each(['ci.yml', 'installers.yml'])('%s', (file) => {
  const text = read(file)

  it('runs on all three systems', () => {
    const { jobs } = yaml.load(text) as Workflow
    const rows = Object.values(jobs).flatMap((job) => job.strategy?.matrix.include ?? [])
    expect(rows.map(({ system }) => system)).toEqual(['linux', 'windows', 'macos'])
  })

  it.each([
    ['a script that is not there', 'npm run build', 'npm run biuld', 'there is no script biuld'],
    ['a file that is not there', 'check-fuses.mjs', 'check-fuse.mjs', 'there is no file scripts/check-fuse.mjs'],
    ['an expression left open', '${{ matrix.runner }}', '${{ matrix.runner }', 'an expression is not closed'],
    ['a matrix key that is not there', 'matrix.runner', 'matrix.runer', /has no matrix.runer/],
    ['an action without a version', 'actions/checkout@v4', 'actions/checkout@main', /is not pinned/],
    ['an action of strangers', 'actions/checkout@v4', 'someone/checkout@v4', /is not pinned/],
    ['rights to write', 'contents: read', 'contents: write', 'it may do more than read'],
    ['an unknown context', '${{ runner.os }}', '${{ rnner.os }}', /rnner .* is not known/]
  ])('would be found out with %s', (_what, from, to, finding) => {
    expect(text).toContain(from)
    const findings = findingsIn(text.replace(from, to))
    expect(findings).toContainEqual(typeof finding === 'string' ? finding : expect.stringMatching(finding))
  })
})

it('a job that needs a job that is not there is found out', () => {
  const text = read('ci.yml')
  expect(findingsIn(text.replace('needs: test', 'needs: tests'))).toContain('desktop needs tests, which is no job')
})
