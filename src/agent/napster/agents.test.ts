import { afterEach, describe, expect, it } from 'vitest'
import { BUILTIN_AGENT_ID } from './agents.ts'
import { Client, failure, request, start, endDoor } from './door.test-support.ts'

afterEach(endDoor)

describe('agents', () => {
  it('there is the built-in one, and others can be made, changed, used and removed', async () => {
    await start()
    const made = await request('POST', '/public/agents', {
      name: 'Shop',
      companionId: 'comp_1',
      voiceId: 'alloy',
      providerSettings: { instructions: 'Your name is Max.', temperature: 0.4 },
      functions: [{ data: { name: 'get_time' } }]
    })
    expect([made.status, made.body]).toMatchObject([
      201,
      { id: expect.stringMatching(/^agent_/) as string, name: 'Shop' }
    ])
    const id = String(made.body['id'])
    const client = await Client.open(`/public/agents/${id}/connections`)
    expect(await client.answer('What is your name?')).toBe('My name is Max.')
    const changed = await request('PATCH', `/public/agents/${id}`, {
      providerSettings: { instructions: 'Your name is Eva.' }
    })
    expect(changed.body).toMatchObject({
      name: 'Shop',
      providerSettings: { instructions: 'Your name is Eva.', temperature: 0.4 }
    })
    expect(await client.answer('What is your name?')).toBe('My name is Max.')
    const later = await Client.open(`/public/agents/${id}/connections`)
    expect(await later.answer('What is your name?')).toBe('My name is Eva.')
    expect((await request('GET', '/public/agents')).body).toEqual({
      items: [
        { id: BUILTIN_AGENT_ID, name: 'Built-in agent' },
        { id, name: 'Shop', voiceId: 'alloy' }
      ],
      total: 2
    })
    expect((await request('DELETE', `/public/agents/${id}`)).status).toBe(204)
    expect((await request('GET', `/public/agents/${id}`)).status).toBe(404)
  })

  it('the headers of an endpoint are taken and never given back', async () => {
    await start()
    const endpoint = { url: 'http://127.0.0.1:1/v1', headers: { authorization: 'Bearer secret' } }
    const made = await request('POST', '/public/agents', { providerSettings: { endpoint, model: 'm' } })
    const id = String(made.body['id'])
    const answers = [
      made,
      await request('GET', `/public/agents/${id}`),
      await request('PATCH', `/public/agents/${id}`, { name: 'Other' }),
      await request('GET', '/public/agents')
    ]
    for (const { body } of answers) expect(JSON.stringify(body)).not.toContain('secret')
    expect(answers[1]?.body).toMatchObject({ providerSettings: { endpoint: { url: endpoint.url }, model: 'm' } })
  })

  it.each([
    ['POST', '/public/agents', { providerSettings: { temperature: 7 } }],
    ['PATCH', `/public/agents/${BUILTIN_AGENT_ID}`, { name: 'Mine' }],
    ['POST', '/public/agents', { functions: [{ data: { name: '' } }] }],
    ['DELETE', `/public/agents/${BUILTIN_AGENT_ID}`, undefined]
  ])('%s %s with %j is refused', async (method, path, body) => {
    await start()
    expect(await request(method, path, body)).toMatchObject({ status: 400, body: failure('InvalidRequest') })
  })
})
