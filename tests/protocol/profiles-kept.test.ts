import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CallInput, CallName, CallOutput, Reply } from '../../src/shared/ipc/contract.ts'
import { callHost, Launched, openLink } from './start.test-support.ts'

let dataDir: string
let running: Launched[] = []
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'parley-kept-'))
})
afterEach(async () => {
  for (const each of running) await each.end('SIGKILL')
  running = []
  rmSync(dataDir, { recursive: true, force: true })
})

function launch(): Launched {
  // Without the launcher: what is killed is Parley itself.
  const app = new Launched(['--no-open', '--port', '0', '--data-dir', dataDir], { script: 'out/main/web.js' })
  running.push(app)
  return app
}

/** A running web host, and its calls as a page makes them. */
async function start() {
  const app = launch()
  const { port, link } = await app.ready()
  const cookie = String(await openLink(link))
  const call = async <N extends CallName>(name: N, input?: CallInput<N>): Promise<CallOutput<N>> => {
    const reply = (await callHost(port, cookie, name, input)) as Reply<CallOutput<N>>
    if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
    return reply.value
  }
  return { app, call }
}

const FILE = JSON.stringify({
  schemaVersion: 1,
  name: 'From a friend',
  service: 'deepgram',
  hotkey: 'Ctrl+Alt+KeyF',
  settings: { agent: { think: { endpoint: { url: 'https://llm.test', headers: { authorization: 'Bearer abc' } } } } },
  unknown: { x: [1] }
})

it('an imported agent waits, is allowed, exported without its key, and outlives a kill -9 and a broken file', async () => {
  const first = await start()
  const { enables } = await first.call('profiles:preview', { text: FILE })
  expect(enables.map(({ kind }) => kind)).toEqual(['service-calls', 'hotkey'])
  const { id, warnings } = await first.call('profiles:import', { text: FILE })
  expect(warnings).toHaveLength(1)
  expect((await first.call('profiles:list')).profiles.at(-1)).toMatchObject({ id, held: true })
  await expect(first.call('session:switch', { id, carryOver: false })).rejects.toThrow(/refused.*“From a friend”/)
  expect((await first.call('profiles:allow', { id })).profiles.at(-1)).toMatchObject({ id, hotkey: 'Ctrl+Alt+KeyF' })
  const { text, removed, fileName } = await first.call('profiles:export', { id })
  expect(text).toContain('Bearer {{secret:THINK_AUTHORIZATION}}')
  expect(removed).toEqual(['settings.agent.think.endpoint.headers.authorization'])
  expect(fileName).toBe('From a friend.parley.json')

  const other = launch()
  expect(await other.exit).toBe(1)
  expect(other.stderr).toMatch(/^Parley is running already with the data folder \S+\. .*--data-dir DIR\.\n$/m)
  await first.app.end('SIGKILL')

  const second = await start()
  expect(JSON.parse((await second.call('profiles:read', { id })).text)).toEqual(JSON.parse(FILE))
  await second.app.end('SIGKILL')
  writeFileSync(path.join(dataDir, 'parley.json'), '{"profiles": {"own": [')

  const third = await start()
  expect((await third.call('profiles:list')).profiles.at(-1)).toMatchObject({ id, name: 'From a friend' })
  expect(readdirSync(dataDir).some((name) => name.startsWith('parley.corrupt-'))).toBe(true)
})
