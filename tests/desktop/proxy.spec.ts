import { createServer, type AddressInfo } from 'node:net'
import { connectProxy } from '../protocol/proxy.test-support.ts'
import { expect, test as base } from './desktop.ts'
import { connect, profileFile, scriptedAgent, session, type ScriptedAgent } from './scripted-agent.ts'

// What Electron resolves is what the stand-in is told to: neither the system's settings nor a PAC script are asked here.

/** The environment's proxy comes first, so there is none. */
const NO_ENV_PROXY = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
    [name, ''],
    [name.toLowerCase(), '']
  ])
)

const test = base.extend<{ agent: ScriptedAgent }>({
  agent: async ({}, use) => {
    const agent = await scriptedAgent()
    await use(agent)
    agent.close()
  }
})

const asked = (call: { name: string }) => call.name === 'resolveProxy'

test("a session goes through the system's proxy", { tag: '@standin' }, async ({ agent, launch }) => {
  const proxy = await connectProxy()
  // A name that only the proxy knows; it takes every name for this machine.
  const host = `voice.test:${agent.link.port}`
  const file = await profileFile(test.info().outputPath('agent.json'), `ws://${host}`)
  try {
    const env = { ...NO_ENV_PROXY, ESTAND_PROXY: `PROXY ${proxy.host}; DIRECT` }
    const desktop = await launch({ args: [`--profile=${file}`], env })
    await connect(desktop)
    await session(agent, 1)
    expect(proxy.asked).toEqual([host])
    const calls = await desktop.app.evaluate(() => globalThis.estand?.calls ?? [])
    const urls = calls.filter((call) => asked(call)).map(({ args }) => new URL(String(args[0])))
    // Chromium has rules for http, not for ws.
    expect(urls.map((url) => `${url.protocol}//${url.host}`)).toEqual([`http://${host}`])
  } finally {
    proxy.close()
  }
})

test(
  'a SOCKS proxy is passed over with a warning, and the session goes directly',
  { tag: '@standin' },
  async ({ agent, launch }) => {
    let connections = 0
    const socks = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => {
      socks.listen(0, '127.0.0.1', resolve)
    })
    // No loopback address in name, so that proxies are asked for; Linux connects it to this machine.
    const file = await profileFile(test.info().outputPath('agent.json'), `ws://0.0.0.0:${agent.link.port}`)
    try {
      const env = { ...NO_ENV_PROXY, ESTAND_PROXY: `SOCKS5 127.0.0.1:${(socks.address() as AddressInfo).port}` }
      const desktop = await launch({ args: [`--profile=${file}`], env })
      let log = ''
      desktop.process.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()))
      await connect(desktop)
      await session(agent, 1)
      await expect.poll(() => log).toContain('The proxy of the system cannot be used')
      expect(log).toContain('"unsupported":["SOCKS5"]')
      expect(connections).toBe(0)
    } finally {
      socks.close()
    }
  }
)

test(
  'an agent on this machine is reached without asking for a proxy',
  { tag: '@standin' },
  async ({ agent, launch }) => {
    const file = await profileFile(test.info().outputPath('agent.json'), `ws://127.0.0.1:${agent.link.port}`)
    const env = { ...NO_ENV_PROXY, ESTAND_PROXY: 'PROXY 127.0.0.1:1' }
    const desktop = await launch({ args: [`--profile=${file}`], env })
    await connect(desktop)
    const calls = await desktop.app.evaluate(() => globalThis.estand?.calls ?? [])
    expect(calls.filter((call) => asked(call))).toEqual([])
  }
)
