/* oxlint-disable unicorn/require-post-message-target-origin -- between processes, there is no window and no origin */
import { utilityProcess } from 'electron'
import type { SpeechEngine } from '../../agent/speech/contract.ts'
import { engineOverPort } from '../../agent/speech/engine.ts'
import { withOwnBytes } from './own-bytes.ts'

/** The speech engine in a process of its own, from the bundle `entry`: its crash is a failed engine, never a failed main. */
export function utilityEngine(entry: string): SpeechEngine {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Parley speech' })
  return engineOverPort({
    post: (message) => child.postMessage(withOwnBytes(message)),
    onMessage(listener) {
      child.on('message', listener)
      child.on('exit', (code) => {
        listener({ kind: 'failed', message: `The speech engine ended with code ${code}.` })
      })
    },
    close: () => {
      child.kill()
    }
  })
}
