import { readFileSync } from 'node:fs'
import { int16ToBytes } from '../../shared/audio/pcm.ts'
import { decodeWav } from '../../shared/audio/wav.ts'
import { DEFAULT_LISTEN, type ListenOptions, type SpeechEngine, type SpeechEvent } from './contract.ts'
import { workerEngine } from './engine.ts'

/** A real speech engine in its worker, one stream's events, and a recorded sentence to say. */

const WORKER = new URL('./worker.ts', import.meta.url)
export const WAV = decodeWav(readFileSync(new URL('../../../tests/fixtures/speech/espeak-1.wav', import.meta.url)))
export const BLOCK_BYTES = 640

/** Engines of one test; `close` ends them all. */
export function startedEngines() {
  const engines: SpeechEngine[] = []
  return {
    started: (): SpeechEngine => {
      const engine = workerEngine(WORKER)
      engines.push(engine)
      return engine
    },
    add: (engine: SpeechEngine) => engines.push(engine),
    close: async () => {
      await Promise.all(engines.splice(0).map((engine) => engine.close()))
    }
  }
}

type Kind = SpeechEvent['kind']

/** One stream's events, in order, and a way to wait for the next of a kind. */
export function listen(engine: SpeechEngine, stream: number) {
  const events: SpeechEvent[] = []
  let wake: (() => void) | null = null
  engine.subscribe(stream, (event) => {
    events.push(event)
    wake?.()
  })
  return {
    events,
    async until<K extends Kind>(kind: K, matches: (event: Extract<SpeechEvent, { kind: K }>) => boolean = () => true) {
      for (;;) {
        const found = events.find((event) => event.kind === kind && matches(event as never))
        if (found !== undefined) return found as Extract<SpeechEvent, { kind: K }>
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        await promise
      }
    }
  }
}

export async function open(
  engine: SpeechEngine,
  stream: number,
  options: { outputSampleRateHz?: number; transcriber?: string; listen?: Partial<ListenOptions> } = {}
) {
  const heard = listen(engine, stream)
  const { outputSampleRateHz = 24_000, transcriber = 'none' } = options
  const request = { kind: 'open', stream, inputSampleRateHz: 16_000, outputSampleRateHz, transcriber } as const
  engine.post(options.listen === undefined ? request : { ...request, listen: { ...DEFAULT_LISTEN, ...options.listen } })
  await heard.until('opened')
  return heard
}

/** The fixture and silence, in 20 ms blocks. */
export function say(engine: SpeechEngine, stream: number, silenceMs = 1000): void {
  sendAudio(engine, stream, Int16Array.from([...WAV.samples, ...new Int16Array(silenceMs * 16)]))
}

/** `samples` in 20 ms blocks. */
export function sendAudio(engine: SpeechEngine, stream: number, samples: Int16Array): void {
  const bytes = int16ToBytes(samples)
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    engine.post({ kind: 'audio', stream, pcm: bytes.slice(at, at + BLOCK_BYTES) })
  }
}

export const kinds = (events: readonly SpeechEvent[]) =>
  events.map(({ kind }) => kind).filter((kind) => kind.startsWith('turn-') || kind === 'barrier')

/** What was heard once everything sent so far has passed the ears. */
export async function passed(engine: SpeechEngine, heard: ReturnType<typeof listen>, id: number) {
  engine.post({ kind: 'barrier', stream: 1, id })
  await heard.until('barrier', (event) => event.id === id)
  return kinds(heard.events)
}
