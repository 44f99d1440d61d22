import type { Block, JsonObject } from './json.ts'

/** `additions`: how many of these the agent had then, which is what is known of the order. */
export interface Told {
  readonly text: string
  readonly additions: number
}

/**
 * The agent as it is now: what the settings said, changed by every later update (design.md section 4). A value; changes make a new one.
 * A block is undefined while Parley does not know it: the service's default, or that of a saved agent. `{{secret:NAME}}` stands in blocks as written.
 */
export interface EffectiveAgent {
  /** Id of an agent that the service keeps; its blocks cannot be part of the opening message. */
  readonly savedId: string | undefined
  /** `listen.provider`. */
  readonly listen: JsonObject | undefined
  readonly think: Block | undefined
  readonly speak: Block | undefined
  /** Added to the prompt of `think`, in order (rule P1). */
  readonly additions: readonly string[]
  /** Said to the agent in this conversation without being part of its prompt, oldest first; only where the service does not tell it again. */
  readonly told?: readonly Told[]
  /** Blocks that an update has set since the settings. */
  readonly updated: { readonly listen: boolean; readonly think: boolean; readonly speak: boolean }
}
