import { spawn } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { appRoot, expect, test } from './desktop.ts'
import { descendants, isAlive } from './processes.ts'

const electronPath = createRequire(import.meta.url)('electron') as string

test('a second start shows the first window, says what it does not do, and leaves', async ({ desktop, rig }) => {
  const { app, dataDir } = desktop
  const focused = await app.evaluateHandle(({ app: it, BrowserWindow }) => {
    const counter = { starts: 0 }
    BrowserWindow.getAllWindows().forEach((window) => window.hide())
    it.on('second-instance', () => (counter.starts += 1))
    return counter
  })
  const args = ['.', `--data-dir=${dataDir}`, '--connect']
  const second = spawn(electronPath, args, { cwd: appRoot, env: rig.env, stdio: ['ignore', 'ignore', 'pipe'] })
  let told = ''
  second.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
  const code = await new Promise((resolve) => second.once('close', resolve))
  expect(code).toBe(0)
  expect(told).toContain('Not done: --connect.')
  await expect.poll(() => focused.evaluate((counter) => counter.starts)).toBe(1)
  const visible = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((it) => it.isVisible()))
  await expect.poll(visible).toEqual([true])
})

for (const [name, content, sentence] of [
  ['is not there', undefined, /^The profile \S+ cannot be read: there is no such file/],
  ['is not JSON', '{ "schemaVersion": 1,', /^The profile \S+ cannot be used: /],
  [
    'is of a service that is not built yet',
    '{ "schemaVersion": 1, "name": "N", "service": "napster" }',
    /^The profile \S+ cannot be used: /
  ]
] as const) {
  test(`a profile that ${name} ends the start with code 2 and one sentence, and nothing else is shown`, async ({
    rig
  }) => {
    const file = test.info().outputPath('agent.json')
    if (content !== undefined) await writeFile(file, content)
    const args = ['.', `--profile=${file}`, `--data-dir=${test.info().outputPath('data')}`]
    const child = spawn(electronPath, args, {
      cwd: appRoot,
      env: rig.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(code).toBe(2)
    expect(said).toMatch(sentence)
    expect(said.trimEnd().split('\n')).toHaveLength(1)
  })
}

// Where a tray is seen it only hides.
test('closing the window quits at once, and nothing is left running', { tag: '@linux' }, async ({ desktop }) => {
  const { app, process: child } = desktop
  const pids = descendants(child.pid!)
  expect(pids.length).toBeGreaterThan(0)
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const closedAtMs = performance.now()
  // Closed a moment later: the application may be gone before it could answer.
  await app.evaluate(({ BrowserWindow }) => {
    setTimeout(() => BrowserWindow.getAllWindows().forEach((it) => it.close()), 50)
  })
  expect(await exited).toBe(0)
  // 0.1 s when measured; a step of the shutdown that hangs takes 3 s.
  expect(performance.now() - closedAtMs).toBeLessThan(2500)
  await expect.poll(() => pids.filter((pid) => isAlive(pid))).toEqual([])
})

test('--profile, --connect and --data-dir: the conversation with that agent starts by itself', async ({ launch }) => {
  const greeting = `Good day, it is ${Math.floor(Math.random() * 1000)} now.`
  const file = test.info().outputPath('agent.json')
  const settings = { agent: { greeting } }
  await writeFile(file, JSON.stringify({ schemaVersion: 1, name: 'Greeter', service: 'builtin', settings }))
  const { page, dataDir } = await launch({ args: ['--connect', `--profile=${file}`] })
  await expect(page.getByRole('log')).toContainText(greeting, { timeout: 30_000 })
  await expect(page.getByRole('combobox', { name: 'Agent: Greeter' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible()
  expect(await readdir(dataDir)).toEqual(expect.arrayContaining(['electron']))
})
