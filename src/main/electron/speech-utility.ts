import { serveSpeech } from '../../agent/speech/serve.ts'
import { withOwnBytes } from './own-bytes.ts'

// Entry of the utility process: the speech engine over Electron's parent port.
const { parentPort } = process

serveSpeech({
  post: (message) => parentPort.postMessage(withOwnBytes(message)),
  onMessage(listener) {
    parentPort.on('message', (event) => {
      listener(event.data)
    })
  },
  // The parent's port alone would keep this process running.
  close: () => process.exit(0)
})
