import { describe, expect, it } from 'vitest'
import { ServiceChoices } from '../../shared/ipc/contract.ts'
import type { Http, HttpAnswer, HttpRequest } from '../ports.ts'
import { MOST_CHOICES } from './lists.ts'
import { serviceChoices } from './service-choices.ts'

const KEY = 'very-secret-key'

/** `answer` is a whole one, or the body of one that is fine. */
function bench(answer: unknown, key: string | null = KEY) {
  const requests: HttpRequest[] = []
  const http: Http = {
    request(request) {
      requests.push(request)
      const isAnswer = typeof answer === 'object' && answer !== null && 'kind' in answer
      return Promise.resolve((isAnswer ? answer : { kind: 'answered', status: 200, json: answer }) as HttpAnswer)
    }
  }
  const ask = async (asked: Parameters<typeof serviceChoices>[1]) => {
    const choices = await serviceChoices(
      { http, secrets: { serviceKey: () => Promise.resolve(key ?? undefined) } },
      asked
    )
    expect(ServiceChoices.parse(choices)).toEqual(choices)
    expect(JSON.stringify(choices)).not.toContain(KEY)
    return choices
  }
  return { requests, ask }
}

const status = (code: number): HttpAnswer => ({ kind: 'answered', status: code, json: { description: KEY } })

describe('agents of Napster', () => {
  const agents = { service: 'napster', what: 'agents' } as const
  const listed = [
    { id: 'agent_1', label: 'Shop', about: 'en' },
    { id: 'agent_2', label: 'agent_2' }
  ]
  const raw = [
    { id: 'agent_1', name: 'Shop', language: 'en', more: [1] },
    { agentId: 'agent_2', name: 5 },
    {},
    null,
    'x'
  ]

  it.each([
    ['a list', raw],
    ['items', { items: raw, total: 2 }],
    ['agents', { agents: raw }],
    ['data', { data: raw }],
    ['results', { results: raw }]
  ])('are read from %s, and what cannot be read is left out', async (_what, json) => {
    const { requests, ask } = bench(json)
    expect(await ask(agents)).toEqual({ choices: listed })
    expect(requests).toEqual([
      {
        method: 'GET',
        url: 'https://companion-api.napster.com/public/agents',
        headers: { 'X-Api-Key': KEY },
        timeoutMs: expect.any(Number) as number
      }
    ])
  })

  it('of another address are asked for without the key, which goes to Napster alone', async () => {
    const { requests, ask } = bench(raw)
    for (const url of ['http://127.0.0.1:8790/', 'https://napster.com.evil.test', 'http://companion-api.napster.com']) {
      expect((await ask({ ...agents, url })).choices).toHaveLength(2)
    }
    expect(requests.map(({ headers }) => headers)).toEqual([{}, {}, {}])
    expect(requests[0]?.url).toBe('http://127.0.0.1:8790/public/agents')
  })

  it.each(['nonsense', 'ftp://x', 'https://u:p@x.test', 'https://{{secret:A}}.test'])(
    'cannot be asked for at %s',
    async (url) => {
      const { requests, ask } = bench(raw)
      expect((await ask({ ...agents, url })).problem).toMatch(/cannot be asked for a list\.$/)
      expect(requests).toEqual([])
    }
  )

  it('are at most five hundred, each once, with short labels', async () => {
    const many = Array.from({ length: 2_000 }, (_, at) => ({ id: `a${at % 1_500}`, name: 'n'.repeat(1_000) }))
    const { choices } = await bench(many).ask(agents)
    expect(choices).toHaveLength(MOST_CHOICES)
    expect(new Set(choices.map(({ id }) => id)).size).toBe(MOST_CHOICES)
    expect(choices[0]?.label).toHaveLength(120)
  })
})

describe('lists of Deepgram', () => {
  const tts = [
    {
      name: 'angus',
      canonical_name: 'aura-angus-en',
      languages: ['en', 'en-IE'],
      metadata: { accent: 'Irish', tags: ['masculine', 'warm'], display_name: 'Angus' }
    },
    { name: 'thalia', canonical_name: 'aura-2-thalia-en', languages: ['en'] },
    { name: 'nameless' }
  ]

  it('are its voices', async () => {
    const { requests, ask } = bench({ stt: [], tts })
    expect(await ask({ service: 'deepgram', what: 'voices' })).toEqual({
      choices: [
        { id: 'aura-angus-en', label: 'Angus', about: 'Irish, masculine, warm' },
        { id: 'aura-2-thalia-en', label: 'thalia', about: 'en' }
      ]
    })
    expect(requests[0]).toMatchObject({
      url: 'https://api.deepgram.com/v1/models',
      headers: { Authorization: `Token ${KEY}` }
    })
  })

  it('are its models', async () => {
    const { requests, ask } = bench({ models: [{ id: 'gpt-4o-mini', name: 'GPT-4o mini', provider: 'open_ai' }, 7] })
    expect(await ask({ service: 'deepgram', what: 'models', url: 'wss://agent.deepgram.com' })).toEqual({
      choices: [{ id: 'gpt-4o-mini', label: 'GPT-4o mini', about: 'open_ai' }]
    })
    expect(requests[0]?.url).toBe('https://agent.deepgram.com/v1/agent/settings/think/models')
  })

  it('are asked of the region that the profile names', async () => {
    const { requests, ask } = bench({ tts, models: [] })
    const url = 'wss://api.eu.deepgram.com/v1/agent/converse'
    await ask({ service: 'deepgram', what: 'voices', url })
    await ask({ service: 'deepgram', what: 'models', url })
    expect(requests.map((request) => request.url)).toEqual([
      'https://api.eu.deepgram.com/v1/models',
      'https://api.eu.deepgram.com/v1/agent/settings/think/models'
    ])
  })

  it('are not asked for where the profile names another server', async () => {
    const { requests, ask } = bench({ tts })
    for (const url of ['ws://127.0.0.1:8790', 'wss://deepgram.com.evil.test', 'x']) {
      expect((await ask({ service: 'deepgram', what: 'voices', url })).problem).toMatch(/not of Deepgram/)
    }
    expect(requests).toEqual([])
  })
})

describe('a list that is not there is a sentence', () => {
  const voices = { service: 'deepgram', what: 'voices' } as const

  it('without a key, and nothing is asked', async () => {
    const { requests, ask } = bench({ tts: [] }, null)
    expect((await ask(voices)).problem).toMatch(/no key for Deepgram.*Settings, Keys/)
    expect((await ask({ service: 'napster', what: 'agents' })).problem).toMatch(/no key for Napster.*Settings, Keys/)
    expect(requests).toEqual([])
  })

  it.each([
    [status(401), /did not accept the key for its voices \(HTTP 401\)/],
    [status(429), /asks to wait/],
    [status(500), /does not list its voices now \(HTTP 500\)\.$/],
    [{ kind: 'failed', failure: { kind: 'timeout', afterMs: 1 } }, /did not answer in time/],
    [{ kind: 'failed', failure: { kind: 'unreachable', reason: 'unknown-host' } }, /cannot be reached/],
    [undefined, /no list/],
    ['text', /no list/],
    [{ voices: [] }, /no list/],
    [{ tts: [] }, /lists no voices for this key\.$/]
  ])('whatever the answer is (%#)', async (answer, sentence) => {
    expect(await bench(answer).ask(voices)).toEqual({
      choices: [],
      problem: expect.stringMatching(sentence) as string
    })
  })

  it.each([
    status(401),
    status(403),
    status(429),
    status(500),
    'text',
    [],
    { kind: 'failed', failure: { kind: 'timeout' } }
  ])('which leaves to the picker to say that one can type or ask again (%#)', async (answer) => {
    for (const url of ['https://mine.test', undefined]) {
      const { problem } = await bench(answer).ask({
        service: 'napster',
        what: 'agents',
        ...(url === undefined ? {} : { url })
      })
      expect(problem).toMatch(/\.$/)
      expect(problem).not.toMatch(/type the|try again|choose from/i)
    }
  })

  it('of an empty list speaks of a key only where one was sent', async () => {
    const { ask } = bench([])
    expect((await ask({ service: 'napster', what: 'agents' })).problem).toBe('Napster lists no agents for this key.')
    expect((await ask({ service: 'napster', what: 'agents', url: 'https://mine.test' })).problem).toBe(
      'mine.test lists no agents.'
    )
  })

  it('from a server that wants a key of its own', async () => {
    const { ask } = bench(status(401))
    expect((await ask({ service: 'napster', what: 'agents', url: 'https://mine.test' })).problem).toMatch(
      /mine\.test asks for a key.*to Napster alone/
    )
  })

  it('where a service has no such list', async () => {
    const { requests, ask } = bench([])
    for (const asked of [
      { service: 'napster', what: 'voices' },
      { service: 'napster', what: 'models' },
      { service: 'deepgram', what: 'agents' },
      { service: 'builtin', what: 'agents' },
      { service: 'builtin', what: 'models' }
    ] as const) {
      expect((await ask(asked)).problem).toMatch(/\.$/)
    }
    expect(requests).toEqual([])
  })
})

it('the built-in agent has its own voices, without a key or a network', async () => {
  const asked = { service: 'builtin', what: 'voices' } as const
  const { choices } = await serviceChoices(
    { http: undefined, secrets: { serviceKey: () => Promise.resolve(undefined) } },
    asked
  )
  expect(choices.map(({ id }) => id)).toEqual(['flite-slt', 'flite-rms', 'flite-awb', 'flite-kal'])
})
