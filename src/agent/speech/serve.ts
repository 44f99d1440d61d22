import { existsSync } from 'node:fs'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex, type SpeexModule } from '../../shared/audio/resampler.ts'
import type { SpeechEvent, SpeechRequest } from './contract.ts'
import type { SpeechPort } from './port.ts'
import { Stream } from './stream.ts'
import { sweepTempFolders } from './temp-folder.ts'
import { Voice } from './voice/voice.ts'

/** The worker file that also runs the voice: beside this module in source, beside or above it in a bundle. */
function workerEntry(): URL {
  const here = import.meta.url
  const names = here.endsWith('.ts') ? ['./worker.ts'] : ['./speech-worker.js', '../speech-worker.js']
  const urls = names.map((name) => new URL(name, here))
  return urls.find((url) => existsSync(url)) ?? (urls[0] as URL)
}

interface Running {
  speex: SpeexModule
  voice: Voice
}

/**
 * Serves streams over `port` until it is shut down. Detection runs on this thread; the voice has its own thread and transcribers
 * their own processes, so neither delays it. Requests are handled in order; those that come while it loads wait.
 */
export function serveSpeech(port: SpeechPort): void {
  const streams = new Map<number, Stream>()
  /** Streams that were closed and still end a transcriber or remove its folder. */
  const ending = new Set<Promise<void>>()
  const post = (event: SpeechEvent) => {
    port.post(event)
  }
  const fail = (error: unknown) => {
    post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
  sweepTempFolders()
  const voice = new Voice(workerEntry(), (message) => {
    post({ kind: 'failed', message })
  })
  const early: SpeechRequest[] = []
  let running: Running | null = null

  const shutDown = async () => {
    await Promise.all([...ending, ...[...streams.values()].map((stream) => stream.close())])
    streams.clear()
    await voice.close()
    await port.close?.()
  }
  const endStream = (id: number) => {
    const stream = streams.get(id)
    if (stream === undefined) return
    streams.delete(id)
    const ended = stream.close()
    ending.add(ended)
    void ended.finally(() => ending.delete(ended))
  }
  const handle = (request: SpeechRequest, engine: Running) => {
    if (request.kind === 'open') {
      if (streams.has(request.stream)) throw new Error(`Stream ${request.stream} is open already.`)
      const stream = new Stream(request, { ...engine, post, nowMs: () => performance.now() })
      streams.set(request.stream, stream)
      post({ kind: 'opened', stream: request.stream, transcriber: stream.transcriberInfo })
    } else if (request.kind === 'close') endStream(request.stream)
    else if (request.kind !== 'shutdown') forStream(streams, request, post)
  }
  port.onMessage((message) => {
    const request = message as SpeechRequest
    if (request.kind === 'shutdown') {
      shutDown().catch(fail)
      return
    }
    if (running === null) {
      early.push(request)
      return
    }
    try {
      handle(request, running)
    } catch (error) {
      fail(error)
    }
  })
  const start = async () => {
    const [speex] = await Promise.all([loadSpeex(speexFactory), voice.ready])
    const loaded: Running = { speex, voice }
    running = loaded
    for (const request of early.splice(0)) handle(request, loaded)
  }
  start().catch(fail)
}

type StreamRequest = Exclude<SpeechRequest, { kind: 'open' | 'close' | 'shutdown' }>

/** A request for a stream that is closed is late, not wrong: it is dropped. */
function forStream(streams: Map<number, Stream>, request: StreamRequest, post: (event: SpeechEvent) => void): void {
  const stream = streams.get(request.stream)
  if (stream === undefined) return
  switch (request.kind) {
    case 'audio':
      stream.hear(request.pcm)
      return
    case 'listen-options':
      stream.listen(request.listen)
      return
    case 'end-turn':
      stream.endTurn()
      return
    case 'speak':
      stream.speak(request.utterance, request.text, request.voice, request.speed)
      return
    case 'replay':
      stream.replay(request.utterance, request.turn)
      return
    case 'cancel':
      stream.cancel(request.upTo)
      return
    case 'settle':
      stream.settle(request.id)
      return
    case 'barrier':
      post({ kind: 'barrier', stream: request.stream, id: request.id })
  }
}
