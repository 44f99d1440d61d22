import { assertNever } from '../../../../shared/assert-never.ts'
import type { Command } from '../../../../shared/commands.ts'

/** What a typed text is for; the order of the menu. */
export const composerModes = ['user-text', 'speak-if-quiet', 'speak-queue', 'append-prompt'] as const
export type ComposerMode = (typeof composerModes)[number]

/** The command that a typed text becomes; its words are sent as they were typed. */
export function commandOf(mode: ComposerMode, words: string): Command {
  switch (mode) {
    case 'user-text':
      return { kind: 'user-text', text: words }
    case 'speak-if-quiet':
      return { kind: 'agent-speech', text: words, behavior: 'if-quiet' }
    case 'speak-queue':
      return { kind: 'agent-speech', text: words, behavior: 'queue' }
    case 'append-prompt':
      return { kind: 'append-prompt', text: words }
    default:
      return assertNever(mode)
  }
}
