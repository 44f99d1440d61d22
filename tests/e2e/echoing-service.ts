import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

/** What the service does with a connection: refuses it, ends it with an error, or closes it. Each time it repeats all that it was told. */
export type Misbehaviour = 'refuses' | 'errors' | 'closes' | 'talks'

/** A voice agent that speaks Deepgram's protocol and says every secret it learns in every text that it can send. */
export class EchoingService {
  readonly #server = createServer((request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ err_msg: said(request) }))
  })
  readonly #sockets = new WebSocketServer({ noServer: true })
  /** What each connection brought: its headers and its settings. */
  readonly heard: string[] = []
  next: Misbehaviour = 'errors'

  constructor() {
    this.#server.on('upgrade', (request, socket, head) => {
      this.heard.push(said(request))
      if (this.next === 'refuses') {
        const body = `no: ${said(request)}`
        socket.end(
          `HTTP/1.1 401 Unauthorized\r\nX-Echo: ${said(request)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
        )
        return
      }
      this.#sockets.handleUpgrade(request, socket, head, (open) => this.#serve(open, said(request)))
    })
  }

  /** Resolves to the base URL. */
  listen(port = 0): Promise<string> {
    return new Promise((resolve) => {
      this.#server.listen(port, '127.0.0.1', () => {
        resolve(`ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
      })
    })
  }

  close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  #serve(socket: WebSocket, header: string): void {
    const send = (message: object): void => socket.send(JSON.stringify(message))
    const how = this.next
    send({ type: 'Welcome', request_id: '00000000-0000-0000-0000-000000000000' })
    socket.once('message', (data: Buffer) => {
      const told = `${header} ${data.toString('utf8')}`
      this.heard.push(told)
      if (how === 'errors')
        return send({ type: 'Error', code: 'FAILED_TO_THINK', description: `cannot think: ${told}` })
      if (how === 'closes') return socket.close(1011, header.slice(0, 120))
      send({ type: 'SettingsApplied' })
      send({ type: 'ConversationText', role: 'assistant', content: `I know ${told}` })
      send({ type: 'Warning', code: 'SLOW', description: told })
      send({ type: 'SomethingNew', echo: told, nested: [{ told }] })
      send({
        type: 'FunctionCallRequest',
        functions: [{ id: '1', name: 'f', arguments: JSON.stringify({ told }), client_side: true }]
      })
    })
  }
}

function said(request: IncomingMessage): string {
  return request.headers.authorization ?? ''
}
