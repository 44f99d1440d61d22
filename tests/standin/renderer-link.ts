// What crosses between main and one page's preload: messages, calls, ports. Both ways as JSON text over the debugging protocol.
import type { CdpSession } from './cdp.ts'
import { makeCodec, type Cloned } from './clone.ts'
import { callHandler, deliver } from './ipc-main.ts'
import { Endpoint, MessagePortMain } from './ports.ts'
import { fault, textOf } from './state.ts'

const codec = makeCodec()

export type FromWorld =
  | { t: 'send'; channel: string; args: Cloned }
  | { t: 'invoke'; id: number; channel: string; args: Cloned }
  | { t: 'post'; channel: string; message: Cloned; ports: string[] }
  | { t: 'port'; id: string; data: Cloned; ports: string[] }
  | { t: 'portclosed'; id: string }
  | { t: 'preloadError'; message: string }
  | { t: 'fault'; rule: string; text: string }
  | { t: 'ask'; id: number; kind: 'request' | 'check' | 'display'; permission: string; details: object }

export type ToWorld =
  | { t: 'message'; channel: string; args: Cloned; ports: string[] }
  | { t: 'reply'; id: number; result?: unknown; error?: string }
  | { t: 'port'; id: string; data: Cloned; ports: string[] }
  | { t: 'portclosed'; id: string }

interface Page {
  cdp(): CdpSession
  /** Names the binding and the events between the worlds; the page cannot know it. */
  readonly secret: string
  /** Identity of the sender in IPC events. */
  identity(): { sender: Electron.WebContents; senderFrame: Electron.WebFrameMain | null }
  ask(question: Extract<FromWorld, { t: 'ask' }>): Promise<boolean>
  preloadBroken(message: string): void
}

export class RendererLink {
  readonly #page: Page
  readonly #ports = new Map<string, Endpoint>()
  #nextPort = 1
  #context: string | null = null

  constructor(page: Page) {
    this.#page = page
  }

  /** The preload's world of the page that is loading now. */
  connect(context: string): void {
    this.#context = context
  }

  /** The page has gone: its ports close, messages are lost until the next preload. */
  disconnect(): void {
    this.#context = null
    for (const end of this.#ports.values()) end.close()
    this.#ports.clear()
  }

  sendMessage(channel: string, args: unknown[], ends: Endpoint[]): void {
    const cloned = codec.encode(args)
    const ports = ends.map((end) => this.#lend(end))
    if (this.#context === null) {
      fault('send-before-preload', `'${channel}' was sent while no preload was listening: Electron loses it`)
      return
    }
    this.#push({ t: 'message', channel, args: cloned, ports })
  }

  receive(message: FromWorld): void {
    switch (message.t) {
      case 'send':
        return deliver(message.channel, this.#event([]), codec.decode(message.args) as unknown[])
      case 'invoke':
        return void this.#invoke(message)
      case 'post':
        return deliver(message.channel, this.#event(message.ports), [codec.decode(message.message)])
      case 'port': {
        const ends = message.ports.map((id) => this.#borrow(id))
        return this.#ports.get(message.id)?.send(codec.decode(message.data), ends)
      }
      case 'portclosed': {
        const end = this.#ports.get(message.id)
        this.#ports.delete(message.id)
        return end?.close()
      }
      case 'preloadError':
        return this.#page.preloadBroken(message.message)
      case 'fault':
        return fault(message.rule, message.text)
      case 'ask':
        return void this.#page.ask(message).then((result) => this.#push({ t: 'reply', id: message.id, result }))
    }
  }

  async #invoke({ id, channel, args }: Extract<FromWorld, { t: 'invoke' }>): Promise<void> {
    try {
      const event = this.#event([]) as unknown as Electron.IpcMainInvokeEvent
      const result = await callHandler(channel, event, codec.decode(args) as unknown[])
      this.#push({ t: 'reply', id, result: codec.encode(result) })
    } catch (cause) {
      process.stderr.write(`Error occurred in handler for '${channel}': ${textOf(cause)}\n`)
      this.#push({ t: 'reply', id, error: `Error invoking remote method '${channel}': ${String(cause)}` })
    }
  }

  #event(ports: string[]): object {
    return {
      type: 'frame',
      ...this.#page.identity(),
      processId: 1,
      frameId: 1,
      ports: ports.map((id) => MessagePortMain.wrap(this.#borrow(id))),
      reply: (channel: string, ...args: unknown[]) => this.sendMessage(channel, args, []),
      preventDefault() {}
    }
  }

  #push(message: ToWorld): void {
    if (this.#context === null) return
    const text = JSON.stringify(message).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
    const expression = `globalThis['${this.#page.secret}in'](${text})`
    // A page that is going away takes its messages with it, as in Electron.
    this.#page
      .cdp()
      .send('Runtime.evaluate', { expression, uniqueContextId: this.#context })
      .catch(() => undefined)
  }

  #lend(end: Endpoint, id = `m${this.#nextPort++}`): string {
    this.#ports.set(id, end)
    end.own({
      message: (data, ends) => {
        this.#push({ t: 'port', id, data: codec.encode(data), ports: ends.map((inner) => this.#lend(inner)) })
      },
      close: () => {
        if (this.#ports.delete(id)) this.#push({ t: 'portclosed', id })
      }
    })
    return id
  }

  /** A port that came from the page. */
  #borrow(id: string): Endpoint {
    const [here, there] = Endpoint.pair()
    this.#lend(there, id)
    return here
  }
}
