import { expect, it, vi } from 'vitest'
import { readProxyList, systemProxy } from './proxy.ts'

it.each([
  ['DIRECT', undefined, []],
  ['PROXY proxy.example:3128; DIRECT', 'http://proxy.example:3128', []],
  ['HTTPS proxy.example:443', 'https://proxy.example:443', []],
  ['SOCKS5 a:1; PROXY b:2', 'http://b:2', ['SOCKS5']],
  ['SOCKS5 a:1; DIRECT', undefined, ['SOCKS5']],
  ['', undefined, []]
])('reads Chromium\'s "%s"', (list, proxy, unsupported) => expect(readProxyList(list)).toEqual({ proxy, unsupported }))

it('asks Chromium for the https form of the address, never for this machine, and tells of a proxy it cannot use', async () => {
  const asked: string[] = []
  const resolveProxy = (url: string) => {
    asked.push(url)
    return Promise.resolve('SOCKS5 a:1')
  }
  const warn = vi.fn<() => void>()
  const rule = systemProxy({ resolveProxy }, { debug: () => {}, info: () => {}, warn, error: () => {} })
  expect(rule('ws://127.0.0.1:80/v1')).toBeUndefined()
  expect(await rule('wss://voice.example/v1')).toBeUndefined()
  expect(asked).toEqual(['https://voice.example/v1'])
  expect(warn).toHaveBeenCalledOnce()
})
