import { assertNever } from '../../../../shared/assert-never.ts'
import type { Command, Support, SupportKey } from '../../../../shared/commands.ts'
import type { SessionState, SupportTable } from '../../../../shared/events.ts'
import { supportOf } from '../tune/support.ts'

/** What a typed text is for; the order of the menu. */
export const purposes = ['message', 'context', 'speech', 'append-prompt'] as const
export type Purpose = (typeof purposes)[number]

/** When the agent is told and whether it answers; for words that it says itself, when it says them. The order of the menu. */
export const timings = {
  message: ['now', 'after-speech', 'none', 'none-after-speech'],
  context: ['now', 'after-speech', 'none', 'none-after-speech'],
  speech: ['if-quiet', 'queue', 'interrupt'],
  'append-prompt': ['now']
} as const satisfies Record<Purpose, readonly Timing[]>

export type Timing = 'now' | 'after-speech' | 'none' | 'none-after-speech' | 'if-quiet' | 'queue' | 'interrupt'

/** The chosen timing of every purpose; each keeps its own. */
export type Timings = { readonly [P in Purpose]: (typeof timings)[P][number] }

/** Context is told quietly: without an answer, and without cutting the agent off. */
export const initialTimings: Timings = {
  message: 'now',
  context: 'none-after-speech',
  speech: 'if-quiet',
  'append-prompt': 'now'
}

/** The agent has an answer to give or is giving one: what shall not cut it off waits. */
export function agentHasTurn(session: SessionState): boolean {
  return session.phase === 'live' && (session.activity === 'thinking' || session.activity === 'agentSpeaking')
}

/** The command that a typed text becomes; its words are sent as they were typed. */
export function commandOf(purpose: Purpose, chosen: Timings, words: string): Command {
  switch (purpose) {
    case 'message':
      // What is the default is not said.
      return chosen.message === 'now'
        ? { kind: 'user-text', text: words }
        : { kind: 'user-text', text: words, ...answerOf(chosen.message) }
    case 'context':
      return { kind: 'context', text: words, ...answerOf(chosen.context) }
    case 'speech':
      return { kind: 'agent-speech', text: words, behavior: chosen.speech }
    case 'append-prompt':
      return { kind: 'append-prompt', text: words }
    default:
      return assertNever(purpose)
  }
}

function answerOf(timing: Timings['message']): { when: 'now' | 'after-speech'; respond: boolean } {
  return {
    when: timing === 'now' || timing === 'none' ? 'now' : 'after-speech',
    respond: timing === 'now' || timing === 'after-speech'
  }
}

/** Every key of the support table that a choice needs. */
const keys: Record<Purpose, Partial<Record<Timing, readonly SupportKey[]>>> = {
  message: {
    now: ['user-text'],
    'after-speech': ['user-text/after-speech'],
    none: ['user-text/no-response'],
    'none-after-speech': ['user-text/no-response', 'user-text/after-speech']
  },
  context: {
    now: ['context/respond'],
    'after-speech': ['context/respond', 'context/after-speech'],
    none: ['context'],
    'none-after-speech': ['context', 'context/after-speech']
  },
  speech: { 'if-quiet': ['agent-speech'], queue: ['agent-speech/queue'], interrupt: ['agent-speech/interrupt'] },
  'append-prompt': { now: ['append-prompt'] }
}

/** A choice as the service does it: `obstacle` says why not, else `note` what a person should know. Both may be ''. */
export interface ChoiceSupport {
  obstacle: string
  note: string
}

/** How the service does a choice; what it has not told counts as possible. */
export function choiceSupport(table: SupportTable, purpose: Purpose, timing: Timing): ChoiceSupport {
  const needed = keys[purpose][timing] ?? []
  const all = needed.flatMap((key) => {
    const support = supportOf(table, key)
    return support === undefined ? [] : { key, support }
  })
  const obstacles = all.flatMap(({ support }) => (support.kind === 'unsupported' ? support.why : []))
  const obstacle = obstacles[0] ?? ''
  const waits = needed.some(isOfWaiting)
  const notes = new Set(all.map(({ key, support }) => noteOf(support, waits && !isOfWaiting(key))).filter(Boolean))
  return { obstacle, note: obstacle === '' ? [...notes].join(' ') : '' }
}

function isOfWaiting(key: SupportKey): boolean {
  return key.endsWith('/after-speech')
}

/** `atOnceOnly`: what is noted of sending at once, as that it interrupts, is not true of a text that waits. */
function noteOf(support: Support, atOnceOnly: boolean): string {
  if (support.kind === 'emulated') return support.how
  return support.kind === 'native' && !atOnceOnly ? (support.note ?? '') : ''
}

/** Why a purpose cannot be had at all: no timing of it can; '' where one can. */
export function purposeObstacle(table: SupportTable, purpose: Purpose): string {
  const obstacles = timings[purpose].map((timing) => choiceSupport(table, purpose, timing).obstacle)
  return obstacles.every((obstacle) => obstacle !== '') ? (obstacles[0] ?? '') : ''
}

/** `chosen`, with the first possible timing of `purpose` where the chosen one cannot be had. */
export function possible(table: SupportTable, purpose: Purpose, chosen: Timings): Timings {
  if (choiceSupport(table, purpose, chosen[purpose]).obstacle === '') return chosen
  const next = timings[purpose].find((timing) => choiceSupport(table, purpose, timing).obstacle === '')
  return next === undefined ? chosen : { ...chosen, [purpose]: next }
}
