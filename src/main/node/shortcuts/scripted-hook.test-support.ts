import type { HookChild } from './hook-child.ts'
import type { HookOrder } from './hook-messages.ts'

/** A hook process that says what the test makes it say. */
export class ScriptedChild implements HookChild {
  readonly orders: HookOrder[] = []
  killed = false
  #onMessage: (message: unknown) => void = () => {}
  #onExit: () => void = () => {}

  post(order: HookOrder): void {
    this.orders.push(order)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener
  }

  onExit(listener: () => void): void {
    this.#onExit = listener
  }

  kill(): void {
    if (this.killed) return
    this.killed = true
    this.#onExit()
  }

  say(message: unknown): void {
    this.#onMessage(message)
  }

  die(): void {
    this.killed = true
    this.#onExit()
  }
}

/** Forks scripted children and keeps them, newest last. */
export function scriptedForks(): { fork: () => ScriptedChild; children: ScriptedChild[]; last: () => ScriptedChild } {
  const children: ScriptedChild[] = []
  return {
    children,
    fork: () => {
      const child = new ScriptedChild()
      children.push(child)
      return child
    },
    last: () => {
      const child = children.at(-1)
      if (child === undefined) throw new Error('no process was started')
      return child
    }
  }
}
