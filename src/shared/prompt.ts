import { PROMPT_LIMIT_CODE_POINTS } from './protocol/deepgram.ts'

/** Length of `text` in code points: an emoji of one code point counts once, not twice as in UTF-16. */
export function codePointCount(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const next = text.charCodeAt(at + 1)
    if (unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) at += 1
    count += 1
  }
  return count
}

/** How much of the prompt limit is used; `limit` is null where the model has none (rules P2 and P3). */
export interface PromptUse {
  codePoints: number
  limit: number | null
}

/** Counts the prompt with all that was added to it; `ownModel`: `think.endpoint` is set. */
export function promptUse(prompt: string, additions: readonly string[], ownModel: boolean): PromptUse {
  const codePoints = additions.reduce((sum, addition) => sum + codePointCount(addition), codePointCount(prompt))
  return { codePoints, limit: ownModel ? null : PROMPT_LIMIT_CODE_POINTS }
}
