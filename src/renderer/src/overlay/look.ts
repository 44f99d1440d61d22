import { assertNever } from '../../../shared/assert-never.ts'
import type { OverlayState } from '../../../shared/ipc/presence-calls.ts'
import { overlayText } from '../text/en-overlay.ts'

/** How a state looks. `busy`: something goes on that no level tells. */
export interface Look {
  words: string
  tone: 'quiet' | 'yours' | 'theirs' | 'warn'
  busy: boolean
}

const quiet = (words: string): Look => ({ words, tone: 'quiet', busy: false })
const warn = (words: string, busy = false): Look => ({ words, tone: 'warn', busy })

/** Whether the end of a conversation is nothing to worry about. */
const CALM_ENDS: ReadonlySet<string> = new Set(['hung-up', 'idle', 'service-closed'])

/** The words and the look of the overlay's state. */
export function lookOf({ state, agent, microphoneOpen, muted, away }: OverlayState): Look {
  if (away === 'asleep') return warn(overlayText.asleep)
  switch (state.phase) {
    case 'idle':
      return quiet(overlayText.ready)
    case 'connecting':
    case 'handshaking':
    case 'configuring':
      return { words: overlayText.connecting(agent), tone: 'quiet', busy: true }
    case 'reconnecting':
      return warn(overlayText.reconnecting, true)
    case 'ended':
      return CALM_ENDS.has(state.reason.code) ? quiet(overlayText.ended) : warn(overlayText.failed)
    case 'live':
      if (state.activity === 'agentSpeaking') return { words: overlayText.speaking(agent), tone: 'theirs', busy: false }
      if (state.activity === 'thinking') return { words: overlayText.thinking(agent), tone: 'theirs', busy: true }
      if (away === 'locked') return warn(overlayText.locked)
      if (muted) return warn(overlayText.muted)
      if (state.activity === 'userSpeaking') return { words: overlayText.youSpeak, tone: 'yours', busy: false }
      return microphoneOpen
        ? { words: overlayText.listening, tone: 'yours', busy: false }
        : quiet(overlayText.yourTurn(agent))
    default:
      return assertNever(state)
  }
}
