import type { Activity, SessionEvent } from '../../shared/events.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import type { Compose, Dialect, WireStep } from '../dialects/dialect.ts'
import type { AudioSink, Clock, ToolSet } from '../ports.ts'
import type { DeskSecrets } from './command-desk.ts'

/** What a conversation reaches its session and host through. */
export interface ConversationPorts {
  clock: Clock
  sink: AudioSink
  dialect: Dialect
  /** Its `nudge` and `tools`. */
  profile: AgentProfile
  tools: ToolSet | undefined
  secrets: DeskSecrets
  send: (compose: Compose) => void
  /** Just before a step of a command is sent. */
  sending: (step: WireStep) => void
  /** PCM16 of one wire message. */
  sendAudio: (pcm: Uint8Array) => void
  congested: () => boolean
  emit: (event: SessionEvent) => void
  onActivity: (activity: Activity) => void
  newCaptionId: () => string
}
