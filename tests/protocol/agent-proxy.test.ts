import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { settings } from '../../src/agent/rig.test-support.ts'
import { functionCaller } from '../../src/agent/think/call-function.ts'
import { startScriptedModel, type ModelScript } from '../../src/agent/think/scripted-model.test-support.ts'
import { ask, item } from '../../src/agent/think/think-rig.test-support.ts'
import { httpThinker } from '../../src/agent/think/http-thinker.ts'
import { proxiedFetch } from '../../src/main/node/proxied-fetch.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { Client } from './agent-spoken.test-support.ts'
import { startCli } from './cli.test-support.ts'
import { until } from './client.test-support.ts'
import { connectProxy, secureServer, TEST_AUTHORITY } from './proxy.test-support.ts'

// The built-in agent's requests to models and functions, through a CONNECT proxy that takes every name for this machine.

const releases: (() => unknown)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const release of releases.splice(0)) await release()
})

async function proxy(...args: Parameters<typeof connectProxy>) {
  const made = await connectProxy(...args)
  releases.push(() => made.close())
  return made
}

/** A scripted model under a name that only the proxy knows. */
async function model(script: ModelScript, name = 'model.test') {
  const started = await startScriptedModel(script)
  releases.push(() => started.close())
  return { ...started, requests: started.requests, url: started.url.replace('127.0.0.1', name) }
}

/** What an answer in progress does not hold on to is gone afterwards. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

const clock = systemClock
const never = new AbortController().signal

describe('proxiedFetch', () => {
  it('streams the answer of a model through HTTP_PROXY, and asks its functions through it too', async () => {
    const { host, asked } = await proxy({ credentials: 'na me:pass-word' })
    vi.stubEnv('HTTP_PROXY', `http://na%20me:pass-word@${host}`)
    const one = await model([{ thinking: ['Hm.'], tokens: ['It is ', 'sunny — ☀.'], perTokenMs: 20 }])
    const thought = await ask(httpThinker({ clock, fetch: proxiedFetch() }), [item(one.url)]).ended
    expect(thought).toMatchObject({ text: 'It is sunny — ☀.', thinking: 'Hm.', end: 'done', warnings: [] })
    expect(one.requests[0]).toMatchObject({ method: 'POST', json: { stream: true } })
    const other = await model([{ status: 201, body: '{"sky":"clear"}' }], 'tools.test')
    const call = { name: 'get_weather', arguments: '{"city":"Bo"}' }
    const caller = functionCaller({ clock, fetch: proxiedFetch() })
    expect(await caller({ url: other.url }, call, never)).toEqual({ ok: true, content: '{"sky":"clear"}' })
    expect(other.requests[0]).toMatchObject({ text: call.arguments })
    expect(asked).toEqual([one, other].map(({ url }) => new URL(url).host))
  })

  it('goes past the proxy for this machine, and for what NO_PROXY names', async () => {
    const { host, asked } = await proxy()
    vi.stubEnv('HTTP_PROXY', `http://${host}`)
    vi.stubEnv('NO_PROXY', 'model.test')
    const here = await model([{ tokens: ['Yes.'] }], '127.0.0.1')
    const thinker = httpThinker({ clock, fetch: proxiedFetch() })
    expect(await ask(thinker, [item(here.url)]).ended).toMatchObject({ text: 'Yes.' })
    const there = await model([{ tokens: ['Yes.'] }])
    expect((await ask(thinker, [item(there.url)]).ended).end).toMatch(/\(ENOTFOUND|\(EAI_AGAIN/)
    expect(asked).toEqual([])
  })

  it.each([
    ['a wrong password', { credentials: 'a:b' }, 'PROXY_CREDENTIALS'],
    ['a host it does not allow', { refuse: 403 }, 'PROXY_REFUSED']
  ])('tells that the proxy refused %s, and does not take its answer for the model’s', async (_what, options, code) => {
    const { host } = await proxy(options)
    const fetch = proxiedFetch(() => `http://u:pass-word@${host}`)
    const thought = await ask(httpThinker({ clock, fetch }), [item('http://model.test:9/v1/chat')]).ended
    expect(thought.end).toBe(`failed: The think endpoint (model.test:9) could not be reached (${code}).`)
  })

  it.each([
    ['http://u:pass-word@127.0.0.1:1', 'PROXY_UNREACHABLE'],
    ['socks5://u:pass-word@127.0.0.1:1', 'PROXY_UNUSABLE']
  ])('tells of %s: %s, without the password', async (url, code) => {
    const thinker = httpThinker({ clock, fetch: proxiedFetch(() => Promise.resolve(url)) })
    const { end } = await ask(thinker, [item('http://model.test:9/v1/chat')]).ended
    expect(end).toBe(`failed: The think endpoint (model.test:9) could not be reached (${code}).`)
  })

  it('a cancel ends the request, in the middle of an answer and at a silent proxy', async () => {
    const { host } = await proxy()
    const hanging = await model([{ tokens: ['One. ', 'Two.'], hang: 'after-tokens', finishReason: null, done: false }])
    const run = ask(httpThinker({ clock, fetch: proxiedFetch(() => `http://${host}`) }), [item(hanging.url)])
    await run.spoke
    collectGarbage()
    run.handle.cancel()
    expect(await hanging.requests[0]?.ended).toBe('aborted')

    const silent = await proxy({ silent: true })
    const fetch = proxiedFetch(() => `http://${silent.host}`)
    const waiting = ask(httpThinker({ clock, fetch }), [item(hanging.url)])
    await until('the proxy to be asked', () => silent.asked.length === 1)
    waiting.handle.cancel()
    await until('the connection to the proxy to be closed', () => silent.open.size === 0)
  })
})

it('parley agent asks an https endpoint through HTTPS_PROXY and trusts the authority of NODE_EXTRA_CA_CERTS', async () => {
  const { host, asked } = await proxy()
  const server = await secureServer()
  releases.push(() => server.close())
  const cli = startCli(['agent', '--port', '0'], {
    HTTPS_PROXY: `http://${host}`,
    NODE_EXTRA_CA_CERTS: TEST_AUTHORITY
  })
  releases.push(() => {
    cli.child.kill()
    return cli.done
  })
  let printed = ''
  cli.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await cli.printed('\n')
  const url = /ws:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? ''
  const think = {
    provider: { type: 'open_ai', model: 'm' },
    endpoint: { url: `https://voice.test:${server.port}/v1/chat/completions` }
  }
  const client = await Client.dial({ url, port: 0, close: () => Promise.resolve() }, settings({ think }))
  releases.push(() => client.socket.terminate())
  client.send({ type: 'InjectUserMessage', content: 'Hello.' })
  await client.until(() => client.count('Warning') === 1, 'the answer of a server that is no model')
  expect(
    client.got.flatMap((one) => ('message' in one && one.message.type === 'Warning' ? [one.message] : []))
  ).toEqual([expect.objectContaining({ description: expect.stringContaining('ended its answer early') })])
  expect(asked).toEqual([`voice.test:${server.port}`])
})
