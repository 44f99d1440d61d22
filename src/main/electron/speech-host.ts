import { utilityProcess } from 'electron'
import type { SpeechEngine, SpeechEvent } from '../../agent/speech/contract.ts'
import { engineOverPort } from '../../agent/speech/engine.ts'
import { withOwnBytes } from './own-bytes.ts'

/** How long the process may take to end by itself: it stops a running transcriber and removes its folders first. */
const CLOSE_GRACE_MS = 2000

/** The speech engine in a process of its own, from the bundle `entry`: its crash is a failed engine, never a failed main. */
export function utilityEngine(entry: string): SpeechEngine {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Parley speech' })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return engineOverPort({
    post: (message) => child.postMessage(withOwnBytes(message)),
    onMessage(listener) {
      child.on('message', listener)
      child.once('exit', (code) => {
        listener({ kind: 'failed', message: `The speech engine ended (code ${code}).` } satisfies SpeechEvent)
      })
    },
    async close() {
      const timer = setTimeout(() => child.kill(), CLOSE_GRACE_MS)
      await exited
      clearTimeout(timer)
    }
  })
}
