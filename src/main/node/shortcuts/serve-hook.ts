import { type ChosenKey, filterKey, noKeysHeld, stillHeld } from '../../../core/shortcuts/key-filter.ts'
import { HookOrder, type HookReport } from './hook-messages.ts'
import { type Keyboard, KeyboardError } from './keyboard.ts'

/** The link to the process that started this one. */
export interface HookPort {
  post(report: HookReport): void
  onMessage(listener: (message: unknown) => void): void
}

/** All that the hook's process does: hears the keyboard from the first order on, and tells of the chosen keys alone. It keeps nothing. */
export function serveHook(port: HookPort, keyboard: Keyboard): void {
  let chosen: readonly ChosenKey[] = []
  let held = noKeysHeld
  let started = false
  const start = async (): Promise<void> => {
    try {
      await keyboard((key) => {
        const [next, heard] = filterKey(held, chosen, key)
        held = next
        for (const one of heard) port.post(one)
      })
      port.post({ kind: 'listening' })
    } catch (cause) {
      port.post({ kind: 'failed', reason: cause instanceof KeyboardError ? cause.reason : 'other' })
    }
  }
  port.onMessage((message) => {
    const order = HookOrder.safeParse(message)
    if (!order.success) return
    held = stillHeld(held, chosen, order.data.keys)
    chosen = order.data.keys
    if (started) return
    started = true
    void start()
  })
}
