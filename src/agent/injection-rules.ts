import type { InjectBehavior } from '../shared/protocol/deepgram.ts'

/** Parts that may wait to be spoken; an injection beyond it is refused, so that a client cannot fill memory. */
export const MAX_QUEUED_PARTS = 1000
/** Longest statement that can be injected, in UTF-16 units. */
export const MAX_STATEMENT_LENGTH = 25_000

/** Who is mid-turn, and with what. */
export interface FloorState {
  readonly userIsSpeaking: boolean
  /** The agent transcribes or thinks. */
  readonly agentIsThinking: boolean
  readonly agentWaitsForFunction: boolean
  readonly agentIsSpeaking: boolean
  /** Parts and texts that wait already. */
  readonly backlog: number
}

/** Why `InjectAgentMessage` is refused; undefined when it is not (rules I3 to I7, deepgram.md section 7.3). */
export function whyRefused(length: number, behavior: InjectBehavior, floor: FloorState): string | undefined {
  if (length > MAX_STATEMENT_LENGTH) return `The message is longer than ${MAX_STATEMENT_LENGTH} characters.`
  if (behavior === 'interrupt') return undefined
  if (floor.userIsSpeaking) return 'The user is speaking.'
  if (behavior === 'default') {
    if (floor.agentIsThinking) return 'The agent is thinking.'
    if (floor.agentWaitsForFunction) return 'The agent is waiting for a function.'
    if (floor.agentIsSpeaking) return 'The agent is speaking.'
  }
  return floor.backlog >= MAX_QUEUED_PARTS ? 'Too many messages are queued already.' : undefined
}
