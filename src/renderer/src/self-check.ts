// oxlint-disable-next-line import/no-unassigned-import -- must run before any schema is made, in the chunk that both entries share
import './schemas-without-eval.ts'
import { encodeAudioFrame, FRAMES_PER_TAKEN, AudioTaken } from '../../shared/ipc/audio-link.ts'
import { NotHere, type PageProbe, type Probe, runProbes } from '../../shared/self-check.ts'
import type { Clock } from '../../shared/runtime.ts'
import captureUrl from './audio/capture.worklet.ts?worker&url'
import type { BridgeClient } from './bridge/client.ts'
import type { AudioSource } from './bridge/transport.ts'
import SelfCheckWorker from './self-check.worker.ts?worker'
import { text } from './text/en.ts'

/** 10 ms of 48 kHz become as many frames at 16 kHz. */
const CONVERTED_FRAMES = 160
const SILENT_BLOCK = new Uint8Array(640)
/** A socket to a host that does not want it is closed by then. */
const SOCKET_STAYS_MS = 200

/** Less than the 10 s of a probe, so that its own sentence is told. */
const SOUND_STARTS_MS = 9_000

const clock: Clock = {
  nowMs: () => performance.now(),
  after(ms, run) {
    const timer = window.setTimeout(run, ms)
    return () => window.clearTimeout(timer)
  },
  every(ms, run) {
    const timer = window.setInterval(run, ms)
    return () => window.clearInterval(timer)
  }
}

/**
 * Probes this page where Parley was started with `--self-check` and reports to main; resolves to false, with nothing done, where
 * it was not. The page shows no conversation then.
 */
export async function checkPage(bridge: BridgeClient): Promise<boolean> {
  const event = new Promise<void>((resolve) => bridge.on('preferences:changed', () => resolve()))
  try {
    await bridge.invoke('self-check:begin', undefined)
  } catch {
    // Refused: somebody opened this address in a Parley that runs as ever.
    return false
  }
  show(text.selfCheck.runs)
  const probes = await runProbes(pageProbes(bridge, event), clock)
  await bridge.invoke('self-check:report', { probes })
  show(text.selfCheck.done)
  return true
}

/** One sentence for whoever opened the page by hand; no part of the product is on it. */
function show(sentence: string): void {
  const line = document.createElement('p')
  line.className = 'm-auto max-w-[48ch] p-6 text-center text-balance'
  line.textContent = sentence
  const page = document.createElement('main')
  page.className = 'flex h-full'
  page.append(line)
  document.getElementById('root')?.replaceChildren(page)
}

function pageProbes(bridge: BridgeClient, event: Promise<void>): (Probe & { probe: PageProbe })[] {
  return [
    { probe: 'invoke', run: () => probeInvoke(bridge) },
    { probe: 'event', run: () => event.then(() => 'An event of main has arrived.') },
    { probe: 'audio-port', run: async () => probeAudioPort(await bridge.audioSource()) },
    {
      probe: 'worker',
      run: () => inWorker('ping', ({ kind }) => kind === 'pong', 'A worker has started and answered.')
    },
    { probe: 'wasm', run: () => inWorker('convert', isConverted, 'The resampler converts in WebAssembly.') },
    { probe: 'worklet', run: probeWorklet },
    { probe: 'microphone', run: probeMicrophone }
  ]
}

async function probeInvoke(bridge: BridgeClient): Promise<string> {
  const { version, host } = await bridge.invoke('app:info', undefined)
  return `Main answers: Parley ${version}, ${host}.`
}

/** Main counts what it takes from a port, and says so. */
function probeAudioPort(source: AudioSource): Promise<string> {
  if (source.kind === 'socket') return probeAudioSocket(source.url)
  const { port } = source
  return new Promise((resolve, reject) => {
    port.onmessage = ({ data }: MessageEvent<unknown>): void => {
      const taken = AudioTaken.safeParse(data)
      if (!taken.success) return
      if (taken.data.frames === FRAMES_PER_TAKEN)
        resolve(`Main took ${FRAMES_PER_TAKEN} blocks of audio from the port.`)
      else reject(new Error(`Main took ${taken.data.frames} blocks of ${FRAMES_PER_TAKEN}.`))
    }
    for (let block = 0; block < FRAMES_PER_TAKEN; block += 1) port.postMessage(encodeAudioFrame(block, SILENT_BLOCK))
  })
}

function probeAudioSocket(url: string): Promise<string> {
  const socket = new WebSocket(url)
  const stays = new Promise<string>((resolve, reject) => {
    socket.onclose = ({ code }) => reject(new Error(`The audio socket was closed with ${code}.`))
    socket.onopen = () => {
      socket.send(JSON.stringify({ kind: 'hello', version: 1 }))
      for (let block = 0; block < FRAMES_PER_TAKEN; block += 1)
        socket.send(encodeAudioFrame(block, SILENT_BLOCK) as Uint8Array<ArrayBuffer>)
      clock.after(SOCKET_STAYS_MS, () => resolve('The audio socket is open and takes audio.'))
    }
  })
  return stays.finally(() => {
    socket.onclose = null
    socket.close()
  })
}

interface WorkerAnswer {
  kind: string
  frames?: number
  message?: string
}

const isConverted = ({ kind, frames }: WorkerAnswer): boolean => kind === 'converted' && frames === CONVERTED_FRAMES

function inWorker(question: string, isRight: (answer: WorkerAnswer) => boolean, sentence: string): Promise<string> {
  const worker = new SelfCheckWorker()
  const answered = new Promise<string>((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message || 'The worker could not be loaded.'))
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>): void => {
      if (isRight(data)) resolve(sentence)
      else reject(new Error(data.message ?? `The worker answered ${JSON.stringify(data)}.`))
    }
    worker.postMessage(question)
  })
  return answered.finally(() => worker.terminate())
}

/** The product's own capture worklet hears a tone and hands blocks over its port, as it does to the audio worker. */
async function probeWorklet(): Promise<string> {
  const context = new AudioContext()
  try {
    await soundStarts(context)
    await context.audioWorklet.addModule(captureUrl)
    const node = new AudioWorkletNode(context, 'parley-capture', { numberOfInputs: 2, numberOfOutputs: 0 })
    const { port1, port2 } = new MessageChannel()
    node.port.postMessage(port1, [port1])
    const tone = new OscillatorNode(context)
    tone.connect(node)
    tone.start()
    const heard = await new Promise<boolean>((resolve) => {
      port2.onmessage = ({ data }: MessageEvent<Float32Array>): void => {
        if (data.some((sample) => sample !== 0)) resolve(true)
      }
    })
    if (!heard) throw new Error('The worklet hears nothing.')
    return `The audio worklet runs at ${context.sampleRate} Hz.`
  } finally {
    await context.close()
  }
}

/** A browser that somebody opened plays nothing before a click in the page. */
async function soundStarts(context: AudioContext): Promise<void> {
  const started = Promise.withResolvers<void>()
  const resume = (): void => void context.resume()
  const gestures = ['pointerdown', 'keydown'] as const
  for (const gesture of gestures) document.addEventListener(gesture, resume)
  const cancel = clock.after(SOUND_STARTS_MS, () => {
    started.reject(new Error('Sound did not start. A browser that you opened yourself waits for a click in the page.'))
  })
  context.onstatechange = () => {
    if (context.state === 'running') started.resolve()
  }
  if (context.state === 'running') started.resolve()
  try {
    await started.promise
  } finally {
    cancel()
    for (const gesture of gestures) document.removeEventListener(gesture, resume)
  }
}

async function probeMicrophone(): Promise<string> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    const [track] = stream.getAudioTracks()
    for (const each of stream.getTracks()) each.stop()
    if (track === undefined) throw new Error('The microphone has no audio track.')
    return `The microphone may be used: ${track.label === '' ? 'it has no name' : track.label}.`
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'NotFoundError')
      throw new NotHere('No microphone is connected.')
    throw cause
  }
}
