// Dials WS_URL with Parley's transport and asks for a token; prints what became of both as one line of JSON.
import { wsTransport } from '../../src/main/node/ws-transport.ts'
import { httpTokenGrant } from '../../src/main/node/token-grant.ts'

const url = process.env.WS_URL
const socket = await new Promise((resolve) => {
  const request = { url, headers: { authorization: 'Token k3y-that-must-stay' }, handshakeTimeoutMs: 5000 }
  const dialled = wsTransport().open(request, {
    onOpen: () => undefined,
    onText(text) {
      resolve({ text })
      dialled.terminate()
    },
    onBinary: () => undefined,
    onPong: () => undefined,
    onClose: (code) => resolve({ code }),
    onFailure: (failure) => resolve({ failure })
  })
})
const grant = await httpTokenGrant().grant({
  url: `${url.replace(/^ws/, 'http')}v1/auth/grant`,
  apiKey: 'api-key-1',
  ttlSeconds: 30,
  timeoutMs: 5000
})
process.stdout.write(`${JSON.stringify({ socket, grant })}\n`)
