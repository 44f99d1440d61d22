import { parentPort, workerData } from 'node:worker_threads'
import { serveSpeech } from './serve.ts'
import { serveVoice, type VoiceWorkerData } from './voice/voice-thread.ts'

// Entry of the engine's two threads: hearing (started by `workerEngine`) and, started by that one, the voice.
const port = parentPort
if (port === null) throw new Error('The speech engine runs in a worker_thread.')
const data = workerData as VoiceWorkerData | null
if (data?.role === 'voice') await serveVoice(port, data)
else {
  serveSpeech({
    post: (message) => {
      port.postMessage(message)
    },
    onMessage: (listener) => {
      port.on('message', listener)
    },
    close: () => {
      port.close()
    }
  })
}
