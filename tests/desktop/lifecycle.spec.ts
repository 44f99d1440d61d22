import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { descendants, expect, isAlive, test, appRoot } from './desktop.ts'

const electronPath = createRequire(import.meta.url)('electron') as string

test('a second start shows the first window and leaves', async ({ desktop, rig }) => {
  const { app, dataDir } = desktop
  const focused = await app.evaluateHandle(({ app: it, BrowserWindow }) => {
    const counter = { starts: 0 }
    BrowserWindow.getAllWindows().forEach((window) => window.hide())
    it.on('second-instance', () => (counter.starts += 1))
    return counter
  })
  const second = spawn(electronPath, ['.', `--data-dir=${dataDir}`], { cwd: appRoot, env: rig.env, stdio: 'ignore' })
  const code = await new Promise((resolve) => second.once('exit', resolve))
  expect(code).toBe(0)
  await expect.poll(() => focused.evaluate((counter) => counter.starts)).toBe(1)
  const visible = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((it) => it.isVisible()))
  await expect.poll(visible).toEqual([true])
})

test('a flag that cannot be used ends with code 2 and a sentence', async ({ rig }) => {
  const args = ['.', '--profile=/no/such/file.json']
  const child = spawn(electronPath, args, { cwd: appRoot, env: rig.env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code).toBe(2)
  expect(said).toContain('The profile /no/such/file.json cannot be read')
})

test('closing the window quits, and nothing is left running', async ({ desktop }) => {
  const { app, process: child } = desktop
  const pids = await descendants(child.pid ?? 0)
  expect(pids.length).toBeGreaterThan(0)
  const exited = new Promise((resolve) => child.once('exit', resolve))
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((it) => it.close()))
  expect(await exited).toBe(0)
  await expect.poll(() => pids.filter((pid) => isAlive(pid))).toEqual([])
})

test('--connect reaches the page', async ({ launch }) => {
  const { page } = await launch({ args: ['--connect'] })
  const info = await page.evaluate(() => window.parley!.invoke('app:info', undefined))
  expect(info).toMatchObject({ ok: true, value: { connectAtStart: true } })
})
