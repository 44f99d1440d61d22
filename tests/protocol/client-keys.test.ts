import { expect, it } from 'vitest'
import { Client, Peer, TALK_PROFILE, until } from './client.test-support.ts'

const PORT = 47_781

function secrets(key: string | undefined, token?: string) {
  return {
    secret: () => Promise.resolve(undefined),
    serviceKey: () => Promise.resolve(key),
    accessToken: () => Promise.resolve(token)
  }
}

it.each([
  ['an API key', secrets('k3y-that-must-stay'), 'Token k3y-that-must-stay'],
  ['a token', secrets(undefined, 'e.y.that-must-stay'), 'Bearer e.y.that-must-stay']
])(
  'C2 C3 %s travels in the header only: no subprotocol is offered, nothing stands in the URL',
  async (_what, store, header) => {
    const peer = await Peer.listen(PORT)
    const one = new Client(`ws://127.0.0.1:${PORT}`, { secrets: store }, { ...TALK_PROFILE, service: 'deepgram' })
    try {
      one.session.connect()
      await until('the connection', () => peer.headers.length === 1)
      expect(peer.headers[0]?.['authorization']).toBe(header)
      expect(peer.headers[0]).not.toHaveProperty('sec-websocket-protocol')
      expect(peer.paths).toEqual(['/v1/agent/converse'])
    } finally {
      one.close()
      await peer.close()
    }
  }
)
