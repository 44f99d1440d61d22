import { Worker } from 'node:worker_threads'
import type { SpeechEngine, SpeechEvent, SpeechRequest } from './contract.ts'
import type { SpeechPort } from './port.ts'

/** A worker that has not ended by itself after being asked is terminated. */
const CLOSE_GRACE_MS = 2000

type State = { kind: 'running' } | { kind: 'failed'; message: string } | { kind: 'closed'; done: Promise<void> }

/** The engine behind any port. Requests after a failure or `close` are dropped: the failure has been told to every stream. */
export function engineOverPort(port: SpeechPort): SpeechEngine {
  const listeners = new Map<number, Set<(event: SpeechEvent) => void>>()
  let state: State = { kind: 'running' }

  const deliver = (event: SpeechEvent): void => {
    if (state.kind !== 'running') return
    if (event.kind !== 'failed') {
      for (const listener of new Set(listeners.get(event.stream))) listener(event)
      return
    }
    state = { kind: 'failed', message: event.message }
    for (const listener of [...listeners.values()].flatMap((set) => [...set])) listener(event)
  }
  port.onMessage((message) => {
    deliver(message as SpeechEvent)
  })

  return {
    post(request) {
      if (state.kind === 'running') port.post(request)
    },
    subscribe(stream, listener) {
      const set = listeners.get(stream) ?? new Set()
      listeners.set(stream, set.add(listener))
      if (state.kind === 'failed') {
        const { message } = state
        queueMicrotask(() => {
          if (set.has(listener)) listener({ kind: 'failed', message })
        })
      }
      return () => {
        set.delete(listener)
        if (set.size === 0 && listeners.get(stream) === set) listeners.delete(stream)
      }
    },
    async close() {
      if (state.kind !== 'closed') {
        port.post({ kind: 'shutdown' } satisfies SpeechRequest)
        state = { kind: 'closed', done: Promise.resolve(port.close?.()) }
      }
      await state.done
    }
  }
}

/** The engine in a worker_thread that runs `entry` (`worker.ts`, or its bundle). Its death becomes `failed`. */
export function workerEngine(entry: URL): SpeechEngine {
  return engineOverPort(workerPort(new Worker(entry)))
}

function workerPort(worker: Worker): SpeechPort {
  let listener: ((message: unknown) => void) | null = null
  let dead = false
  const fail = (message: string) => {
    if (!dead) listener?.({ kind: 'failed', message } satisfies SpeechEvent)
    dead = true
  }
  worker.on('message', (message) => {
    listener?.(message)
  })
  worker.on('error', (error) => {
    fail(`The speech engine stopped: ${error instanceof Error ? error.message : String(error)}`)
  })
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      fail(`The speech engine ended (code ${code}).`)
      resolve()
    })
  })
  return {
    post(message) {
      if (!dead) worker.postMessage(message)
    },
    onMessage(next) {
      listener = next
    },
    async close() {
      const timer = setTimeout(() => void worker.terminate(), CLOSE_GRACE_MS)
      await exited
      clearTimeout(timer)
    }
  }
}
