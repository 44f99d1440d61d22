import { endWithParent } from '../node/shortcuts/end-with-parent.ts'
import { systemKeyboard } from '../node/shortcuts/keyboard.ts'
import { serveHook } from '../node/shortcuts/serve-hook.ts'

// Entry of the utility process that sees the keyboard.
const { parentPort } = process

endWithParent()
serveHook(
  {
    post: (report) => parentPort.postMessage(report),
    onMessage(listener) {
      parentPort.on('message', (event) => {
        listener(event.data)
      })
    }
  },
  systemKeyboard
)
