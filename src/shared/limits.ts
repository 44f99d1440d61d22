/** Bounds that both sides of an edge need to know, without the schema library (the renderer must not load it). */

/** Longest text (UTF-16 units) accepted in one command, so that no edge can be flooded. */
export const COMMAND_TEXT_LIMIT = 100_000

/** Longest profile file text (UTF-16 units) that may cross to main. */
export const PROFILE_TEXT_LIMIT = 1_000_000

/** Prompt plus additions that a managed model keeps, in code points (rule P2). */
export const PROMPT_LIMIT_CODE_POINTS = 25_000
