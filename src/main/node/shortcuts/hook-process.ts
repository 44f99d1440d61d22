import { endWithParent } from './end-with-parent.ts'
import { systemKeyboard } from './keyboard.ts'
import { serveHook } from './serve-hook.ts'

// Entry of the process that sees the keyboard, as a Node child. It must never outlive its parent.
process.on('disconnect', () => process.exit(0))
endWithParent()
serveHook(
  {
    post: (report) => process.send?.(report),
    onMessage: (listener) => void process.on('message', listener)
  },
  systemKeyboard
)
