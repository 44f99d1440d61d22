import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { wsTransport } from '../../src/main/node/ws-transport.ts'
import { until } from './client.test-support.ts'
import { startProgram } from './cli.test-support.ts'
import { connectProxy, secureServer, TEST_AUTHORITY } from './proxy.test-support.ts'

const nothing = () => undefined
/** A key, and the password of a proxy, plain or as it is sent. */
const SECRET = new RegExp(`k3y-that|pass-word|${Buffer.from('na me:pass-word').toString('base64')}`)
const script = fileURLToPath(new URL('proxy-client.mjs', import.meta.url))
const releases: (() => void)[] = []
afterEach(() => {
  for (const release of releases.splice(0)) release()
})

async function server() {
  const made = await secureServer()
  releases.push(() => made.close())
  return `wss://voice.test:${made.port}/`
}

async function proxy(...args: Parameters<typeof connectProxy>) {
  const made = await connectProxy(...args)
  releases.push(() => made.close())
  return made
}

/** In a process of its own: Node reads NODE_EXTRA_CA_CERTS when it starts. */
async function dial(env: Record<string, string>) {
  const ran = await startProgram(process.execPath, [script], env).done
  expect(ran.stdout + ran.stderr).not.toMatch(SECRET)
  return JSON.parse(ran.stdout) as { socket: object; grant: object }
}

const both = (reason: string) => {
  const failure = { kind: 'unreachable', reason }
  return { socket: { failure }, grant: { granted: false, failure } }
}

it('goes through HTTPS_PROXY with its name and password, and trusts the authority of NODE_EXTRA_CA_CERTS', async () => {
  const { host, asked } = await proxy({ credentials: 'na me:pass-word' })
  const WS_URL = await server()
  const HTTPS_PROXY = `http://na%20me:pass-word@${host}`
  const got = await dial({ WS_URL, HTTPS_PROXY, NODE_EXTRA_CA_CERTS: TEST_AUTHORITY })
  expect(got).toEqual({ socket: { text: 'hello' }, grant: { granted: true, token: 'for-Token-api-key-1' } })
  expect(asked).toEqual(Array(2).fill(new URL(WS_URL).host))
  // The libraries tell what they do where they are asked to; they were not told the password.
  expect(await dial({ WS_URL, HTTPS_PROXY, DEBUG: '*' })).toEqual(both('certificate-untrusted'))
  // The same without the authority: the proxy is no reason to trust more.
  expect(await dial({ WS_URL, HTTPS_PROXY })).toEqual(both('certificate-untrusted'))
})

it('takes a proxy without a scheme for an http one, as curl does, and NO_PROXY goes before it', async () => {
  const { host, asked } = await proxy()
  const env = { WS_URL: await server(), https_proxy: host, NODE_EXTRA_CA_CERTS: TEST_AUTHORITY }
  expect(await dial(env)).toMatchObject({ socket: { text: 'hello' } })
  expect(asked).toHaveLength(2)
  const direct = await dial({ ...env, NO_PROXY: 'voice.test' })
  expect(JSON.stringify(direct)).toMatch(/unknown-host|lookup-failed/)
  expect(asked).toHaveLength(2)
})

it.each([
  ['a wrong password', { credentials: 'a:b' }, 'proxy-credentials'],
  ['a host it does not allow', { refuse: 403 }, 'proxy-refused'],
  ['a host it cannot reach', { refuse: 502 }, 'proxy-refused']
])('says that the proxy refused %s, and does not take it for the service', async (_what, options, reason) => {
  const { host } = await proxy(options)
  expect(await dial({ WS_URL: await server(), HTTPS_PROXY: `http://u:pass-word@${host}` })).toEqual(both(reason))
})

it('tells an unreachable proxy and one of an unknown kind', async () => {
  const WS_URL = await server()
  expect(await dial({ WS_URL, HTTPS_PROXY: 'http://u:pass-word@127.0.0.1:1' })).toEqual(both('proxy-unreachable'))
  expect(await dial({ WS_URL, HTTPS_PROXY: 'socks5://u:pass-word@127.0.0.1:1' })).toEqual(both('proxy-unusable'))
  expect(await dial({ WS_URL, HTTPS_PROXY: 'http://u:%zz@127.0.0.1:1' })).toEqual(both('proxy-unusable'))
})

it('lets go of a silent proxy when the time is over', async () => {
  const { host, open, asked } = await proxy({ silent: true })
  const failure = await new Promise((resolve) => {
    wsTransport(() => Promise.resolve(`http://${host}`)).open(
      { url: 'wss://voice.test/', headers: {}, handshakeTimeoutMs: 300 },
      { onOpen: nothing, onText: nothing, onBinary: nothing, onPong: nothing, onClose: resolve, onFailure: resolve }
    )
  })
  expect(failure).toEqual({ kind: 'timeout', afterMs: 300 })
  expect(asked).toHaveLength(1)
  await until('the connection to the proxy to be closed', () => open.size === 0)
})
