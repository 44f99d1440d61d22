import { splitSentences } from './brain/sentences.ts'
import type { Part } from './mouth.ts'

/** One ConversationText per sentence. */
export function sentences(texts: readonly string[]): Part[] {
  return texts.flatMap((text) =>
    splitSentences(text).map((piece): Part => ({ announce: piece, audio: { kind: 'speak', text: piece } }))
  )
}

/** A statement given by the client is shown verbatim in one piece and spoken sentence by sentence. */
export function statement(text: string): Part[] {
  return splitSentences(text).map((piece, index): Part => ({
    announce: index === 0 ? text : null,
    audio: { kind: 'speak', text: piece }
  }))
}
