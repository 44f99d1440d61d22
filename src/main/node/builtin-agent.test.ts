import { expect, test, vi } from 'vitest'
import type { SpeechEngine } from '../../agent/speech/contract.ts'
import type { Log } from '../../shared/runtime.ts'
import { builtinAgent, type BuiltinAgentOptions } from './builtin-agent.ts'
import { systemClock } from './system-clock.ts'

const log: Log = { debug() {}, info() {}, warn() {}, error() {} }

function bench(start: NonNullable<BuiltinAgentOptions['start']>, proxyFor?: BuiltinAgentOptions['proxyFor']) {
  const calls: string[] = []
  const engine = (): SpeechEngine => {
    calls.push('engine made')
    return {
      post: () => undefined,
      subscribe: () => () => undefined,
      close: () => {
        calls.push('engine closed')
        return Promise.resolve()
      }
    }
  }
  const proxy = proxyFor === undefined ? {} : { proxyFor }
  const agent = builtinAgent({ log, clock: systemClock, engine, transcriber: 'none', start, ...proxy })
  return { agent, calls }
}

const served = (calls: string[]) => ({
  port: 1234,
  url: 'ws://127.0.0.1:1234',
  close: () => {
    calls.push('server closed')
    return Promise.resolve()
  }
})

test('starts once, on any port, when first asked for', async () => {
  const start = vi.fn<NonNullable<BuiltinAgentOptions['start']>>(() => Promise.resolve(served([])))
  const { agent, calls } = bench(start)
  expect(calls).toEqual([])
  expect(await Promise.all([agent.url(), agent.url()])).toEqual(['ws://127.0.0.1:1234', 'ws://127.0.0.1:1234'])
  expect(start).toHaveBeenCalledTimes(1)
  expect(start.mock.calls[0]?.[0]).toMatchObject({ port: 0, transcriber: 'none' })
  expect(start.mock.calls[0]?.[0]).not.toHaveProperty('key')
  expect(calls).toEqual(['engine made'])
})

test('reaches models and functions through the proxy that it is told of', async () => {
  const start = vi.fn<NonNullable<BuiltinAgentOptions['start']>>(() => Promise.resolve(served([])))
  const proxyFor = vi.fn<NonNullable<BuiltinAgentOptions['proxyFor']>>(() => 'socks5://127.0.0.1:1')
  await bench(start, proxyFor).agent.url()
  await expect(start.mock.calls[0]?.[0].fetch?.('http://model.test/v1/chat')).rejects.toMatchObject({
    cause: { code: 'PROXY_UNUSABLE' }
  })
  expect(proxyFor).toHaveBeenCalledWith('http://model.test/v1/chat')
})

test('a failed start closes its engine and the next caller tries again', async () => {
  let tries = 0
  const { agent, calls } = bench(() => (++tries === 1 ? Promise.reject(new Error('no')) : Promise.resolve(served([]))))
  await expect(agent.url()).rejects.toThrow('no')
  expect(calls).toEqual(['engine made', 'engine closed'])
  expect(await agent.url()).toBe('ws://127.0.0.1:1234')
})

test('close waits for a start under way, ends server then engine, once, and url rejects after it', async () => {
  const order: string[] = []
  const serving = Promise.withResolvers<ReturnType<typeof served>>()
  const { agent, calls } = bench(() => serving.promise)
  const url = agent.url()
  const closes = [agent.close(), agent.close()]
  serving.resolve(served(order))
  await Promise.all(closes)
  expect(await url).toBe('ws://127.0.0.1:1234')
  expect([...calls.slice(0, 1), ...order, ...calls.slice(1)]).toEqual(['engine made', 'server closed', 'engine closed'])
  await expect(agent.url()).rejects.toThrow('has been closed')
})

test('close before any use starts nothing', async () => {
  const { agent, calls } = bench(() => Promise.resolve(served([])))
  await agent.close()
  expect(calls).toEqual([])
})
