import { expect, it } from 'vitest'
import { REGION_URLS, regionOf, toolOptions, withTool } from './profile-fields.ts'

it('knows the region of an address, and leaves every other address alone', () => {
  for (const region of ['na', 'eu', 'au', 'in'] as const) expect(regionOf(REGION_URLS[region])).toBe(region)
  expect(regionOf('wss://api.eu.deepgram.com/v1/agent/converse')).toBe('eu')
  expect(regionOf('wss://agent.deepgram.com/')).toBe('na')
  for (const own of ['ws://127.0.0.1:9', 'wss://api.eu.deepgram.com.evil.test', '', 7])
    expect(regionOf(own)).toBe('own')
})

it('lists the functions that Parley answers: of every model, without those that the service calls', () => {
  const functions = [{ name: 'look' }, { name: 'pay', endpoint: { url: 'https://a.test' } }]
  const settings = { agent: { think: [{ functions }, { functions: [{ name: 'look' }, { name: 'book' }] }] } }
  const tools = { book: { kind: 'answer', content: 'done' }, old: { kind: 'ask' } }
  expect(toolOptions({ settings, tools })).toEqual([
    { name: 'look', declared: true, tool: { kind: 'ask' } },
    { name: 'book', declared: true, tool: { kind: 'answer', content: 'done' } },
    { name: 'old', declared: false, tool: { kind: 'ask' } }
  ])
  expect(toolOptions({ settings: { agent: 'an-id' } })).toEqual([])
})

it('changes one tool and keeps the others as they are', () => {
  const tools = { a: { kind: 'answer', content: 'x', note: 'kept' } }
  expect(withTool(tools, 'b', { kind: 'ask' })).toEqual({ ...tools, b: { kind: 'ask' } })
  expect(withTool(tools, 'a', undefined)).toBeUndefined()
  expect(withTool(undefined, 'a', undefined)).toBeUndefined()
})
