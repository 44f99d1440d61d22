import type { Assistant } from '../../../core/assistant.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type { ShortcutAction } from '../../../shared/ipc/shortcut-calls.ts'
import type { Log } from '../../../shared/runtime.ts'

interface PressedConversationOptions {
  /** Whether there is a page that could listen and play; absent: always. */
  hasPage?: (() => boolean) | undefined
  /** It could not be begun; `sentence` says why. */
  onRefused?: ((sentence: string) => void) | undefined
  /** There is no conversation to talk in any more, or none could be begun. */
  onOver: () => void
  log: Log
}

/** The conversation that a press of a talk key is for: begun where there is none, or another agent's runs. */
export class PressedConversation {
  readonly #options: PressedConversationOptions
  #ended = false
  /** A key of an agent ends the conversation with another one, and keeps the talk that it has opened. */
  #switching = false

  constructor(options: PressedConversationOptions) {
    this.#options = options
  }

  /** Everything that the session reports. */
  event(event: SessionEvent): void {
    if (event.kind !== 'state') return
    this.#ended = event.state.phase === 'ended'
    if (this.#ended && !this.#switching) this.#options.onOver()
  }

  /** The page has been told of the press before. Never rejects. */
  async begin(action: ShortcutAction, handlers: Assistant['handlers']): Promise<void> {
    const { hasPage, onRefused, onOver, log } = this.#options
    if (hasPage?.() === false) return onOver()
    try {
      const other = action.kind === 'profile' && (await handlers['profiles:list'](undefined)).chosenId !== action.id
      this.#switching = other
      if (other) await handlers['session:switch']({ id: action.id, carryOver: false })
      else await handlers['session:connect'](undefined)
      this.#switching = false
      if (this.#ended) onOver()
    } catch (cause) {
      this.#switching = false
      onOver()
      log.warn('A hotkey could not begin a conversation', { cause })
      onRefused?.(cause instanceof Error ? cause.message : String(cause))
    }
  }
}
