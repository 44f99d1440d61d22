import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A call as the scripted model streams it. */
export interface ScriptedCall {
  /** Left out: the model gives no id, like some servers. */
  readonly id?: string
  readonly name: string
  /** JSON text. */
  readonly arguments: string
  /** As Gemini's OpenAI-compatible server sends it. */
  readonly thoughtSignature?: string
}

/** How the scripted model answers one request. Everything left out is what a healthy server does, at once. */
export interface ScriptedReply {
  /** Milliseconds from the request to the first event. */
  readonly firstTokenMs?: number
  /** Milliseconds between events. */
  readonly perTokenMs?: number
  /** `reasoning_content`, one event each, before the tokens. */
  readonly thinking?: readonly string[]
  /** The answer, one event each. */
  readonly tokens?: readonly string[]
  /** After the tokens, arguments in pieces of eight characters. */
  readonly toolCalls?: readonly ScriptedCall[]
  /** Default "stop", or "tool_calls" with calls; null sends none. */
  readonly finishReason?: string | null
  /** False leaves `data: [DONE]` out. */
  readonly done?: boolean
  /** Breaks the connection after that many events. */
  readonly cutAfter?: number
  /** Ends the response after that many events, as if that were all. */
  readonly endAfter?: number
  /** Milliseconds from the last event to the end of the response. */
  readonly endMs?: number
  /** Says nothing more from there on and keeps the connection. */
  readonly hang?: 'before-headers' | 'after-headers' | 'after-tokens'
  /** Answers with one JSON document instead of a stream. */
  readonly plain?: boolean
  /** Writes the body in pieces of so many bytes, so that characters and lines are split. */
  readonly pieceBytes?: number
  /** A comment line before every event. */
  readonly comments?: boolean
  /** Answers with this status and `body` instead. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** The whole body, as it is. */
  readonly body?: string
}

/** The n-th request gets the n-th reply, and the last one from then on; or a function decides. */
export type ModelScript = readonly ScriptedReply[] | ((request: RecordedRequest) => ScriptedReply)

/** What a client asked. */
export interface RecordedRequest {
  /** 0 for the first. */
  readonly index: number
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The body as it came. */
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  readonly json: ChatBody | undefined
  /** `performance.now()` when the request was complete. */
  readonly atMs: number
  /** `performance.now()` of every event that was written, in order; a plain answer is one. */
  readonly wroteAtMs: number[]
  /** How the exchange ended: answered in full, or given up by the client before that. */
  readonly ended: Promise<'answered' | 'aborted'>
}

/** The parts of a chat request that tests look at. */
export interface ChatBody {
  readonly model: string
  readonly stream: boolean
  readonly temperature?: number
  readonly reasoning_effort?: string
  readonly messages: readonly {
    readonly role: string
    readonly content: string | null
    readonly tool_call_id?: string
    readonly tool_calls?: readonly {
      readonly id: string
      readonly type: string
      readonly function: { readonly name: string; readonly arguments: string }
      readonly extra_content?: unknown
    }[]
  }[]
  readonly tools?: readonly { readonly type: string; readonly function: Readonly<Record<string, unknown>> }[]
}

/** A running scripted model. */
export interface ScriptedModel {
  /** Full address of the chat endpoint, for `think.endpoint.url`. */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
  /** The request with that index, as soon as it has come. */
  request(index: number): Promise<RecordedRequest>
  /** Connections that were opened so far. */
  readonly connections: number
  /** Ends every connection and the server; idempotent. */
  close(): Promise<void>
}

/** An OpenAI-compatible chat server on loopback that answers as scripted, with fixed token timing. */
export async function startScriptedModel(script: ModelScript): Promise<ScriptedModel> {
  const requests: RecordedRequest[] = []
  const waiting: { index: number; resolve: (request: RecordedRequest) => void }[] = []
  const stop = new AbortController()
  let connections = 0
  const server = createServer((message, response) => {
    void answer(message, response).catch((error: unknown) => {
      // A client that goes away while it is answered, or the end of the test.
      if (!response.destroyed && !stop.signal.aborted) throw error
    })
  })
  server.on('connection', () => {
    connections += 1
  })

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await record(message, response, requests.length)
    requests.push(request)
    for (const one of waiting.filter(({ index }) => index === request.index)) one.resolve(request)
    const reply = typeof script === 'function' ? script(request) : (script[request.index] ?? script.at(-1) ?? {})
    await new Answer(response, request, reply, stop.signal).play()
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    requests,
    request: (index) =>
      requests[index] === undefined
        ? new Promise((resolve) => {
            waiting.push({ index, resolve })
          })
        : Promise.resolve(requests[index]),
    get connections() {
      return connections
    },
    close: () =>
      new Promise((resolve) => {
        stop.abort()
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

async function record(message: IncomingMessage, response: ServerResponse, index: number): Promise<RecordedRequest> {
  const chunks: Buffer[] = []
  for await (const piece of message) chunks.push(piece as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return {
    index,
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    text,
    json: parsed(text),
    atMs: performance.now(),
    wroteAtMs: [],
    ended: new Promise((resolve) => {
      response.once('close', () => resolve(response.writableFinished ? 'answered' : 'aborted'))
    })
  }
}

function parsed(text: string): ChatBody | undefined {
  try {
    return JSON.parse(text) as ChatBody
  } catch {
    return undefined
  }
}

/** One reply being given. */
class Answer {
  private readonly response: ServerResponse
  private readonly request: RecordedRequest
  private readonly reply: ScriptedReply
  private readonly signal: AbortSignal

  constructor(response: ServerResponse, request: RecordedRequest, reply: ScriptedReply, signal: AbortSignal) {
    this.response = response
    this.request = request
    this.reply = reply
    this.signal = signal
  }

  async play(): Promise<void> {
    const { reply, response } = this
    if (reply.hang === 'before-headers') return
    if (reply.status !== undefined || reply.body !== undefined) {
      response.writeHead(reply.status ?? 200, reply.headers)
      await this.write(reply.body ?? '')
      response.end()
      return
    }
    if (reply.plain === true) {
      await this.pause(reply.firstTokenMs)
      response.writeHead(200, { 'content-type': 'application/json', ...reply.headers })
      this.request.wroteAtMs.push(performance.now())
      await this.write(JSON.stringify(document(reply)))
      response.end()
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...reply.headers })
    response.flushHeaders()
    if (reply.hang !== 'after-headers') await this.stream()
  }

  private async stream(): Promise<void> {
    const { reply, request, response } = this
    await this.pause(reply.firstTokenMs)
    for (const event of eventsOf(reply)) {
      if (request.wroteAtMs.length > 0) await this.pause(reply.perTokenMs)
      if (request.wroteAtMs.length === reply.cutAfter) {
        response.destroy()
        return
      }
      if (request.wroteAtMs.length === reply.endAfter) {
        response.end()
        return
      }
      if (response.destroyed) return
      request.wroteAtMs.push(performance.now())
      await this.write(`${reply.comments === true ? ': keep-alive\n\n' : ''}data: ${event}\n\n`)
    }
    if (reply.hang === 'after-tokens') return
    await this.pause(reply.endMs)
    response.end()
  }

  private async write(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    const size = this.reply.pieceBytes ?? Math.max(1, bytes.length)
    for (let at = 0; at < bytes.length && !this.response.destroyed; at += size) {
      this.response.write(bytes.subarray(at, at + size))
      if (this.reply.pieceBytes !== undefined) await new Promise(setImmediate)
    }
  }

  private async pause(ms: number | undefined): Promise<void> {
    if (ms !== undefined && ms > 0) await sleep(ms, undefined, { signal: this.signal })
  }
}

function chunk(delta: object, finish_reason: string | null = null): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason }]
  })
}

/** The data of every event, in order. */
function eventsOf(reply: ScriptedReply): string[] {
  const calls = (reply.toolCalls ?? []).flatMap((call, index) => [
    { tool_calls: [{ index, ...opening(call) }] },
    ...(call.arguments.match(/[\s\S]{1,8}/g) ?? []).map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }]
    }))
  ])
  const finish = finishOf(reply)
  return [
    ...(reply.thinking ?? []).map((reasoning_content) => chunk({ role: 'assistant', reasoning_content })),
    ...(reply.tokens ?? []).map((content) => chunk({ role: 'assistant', content })),
    ...calls.map((delta) => chunk(delta)),
    ...(finish === null ? [] : [chunk({}, finish)]),
    ...(reply.done === false ? [] : ['[DONE]'])
  ]
}

function document(reply: ScriptedReply): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: reply.tokens?.join('') ?? null,
          ...(reply.thinking === undefined ? {} : { reasoning_content: reply.thinking.join('') }),
          ...(reply.toolCalls === undefined
            ? {}
            : {
                tool_calls: reply.toolCalls.map((call) => ({
                  ...opening(call),
                  function: { name: call.name, arguments: call.arguments }
                }))
              })
        },
        finish_reason: finishOf(reply)
      }
    ]
  }
}

function opening(call: ScriptedCall): object {
  return {
    ...(call.id === undefined ? {} : { id: call.id }),
    type: 'function',
    function: { name: call.name, arguments: '' },
    ...(call.thoughtSignature === undefined
      ? {}
      : { extra_content: { google: { thought_signature: call.thoughtSignature } } })
  }
}

function finishOf(reply: ScriptedReply): string | null {
  if (reply.finishReason !== undefined) return reply.finishReason
  return reply.toolCalls === undefined ? 'stop' : 'tool_calls'
}
