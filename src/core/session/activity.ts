import { assertNever } from '../../shared/assert-never.ts'
import type { Activity } from '../../shared/events.ts'

/** What moves the activity of a live session. */
export type ActivityInput =
  | 'user-started'
  /** The service has the user's words, spoken or typed. */
  | 'user-turn-ended'
  | 'agent-thinking'
  | 'reply-began'
  /** The last sample of everything received was played, or what was left was cut. */
  | 'all-played'
  /** A state that waits for the service has waited too long. */
  | 'gave-up'

/** The activity after `input` (deepgram.md section 7.1). Speaking lasts until the last sample was played. */
export function nextActivity(activity: Activity, input: ActivityInput): Activity {
  switch (input) {
    case 'user-started':
      return 'userSpeaking'
    case 'user-turn-ended':
    case 'agent-thinking':
      return activity === 'agentSpeaking' ? activity : 'thinking'
    case 'reply-began':
      return 'agentSpeaking'
    case 'all-played':
      return activity === 'agentSpeaking' ? 'listening' : activity
    case 'gave-up':
      return activity === 'thinking' || activity === 'userSpeaking' ? 'listening' : activity
    default:
      return assertNever(input)
  }
}
