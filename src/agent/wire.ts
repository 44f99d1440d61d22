import type { ErrorCode, WarningCode } from '../shared/protocol/deepgram.ts'

/** Every text message the built-in agent sends (deepgram.md section 5). */
export type OutgoingMessage =
  | { type: 'Welcome'; request_id: string }
  | { type: 'SettingsApplied' }
  | { type: 'ConversationText'; role: 'user' | 'assistant'; content: string }
  | { type: 'History'; role: 'user' | 'assistant'; content: string }
  | { type: 'UserStartedSpeaking' }
  | { type: 'AgentAudioDone' }
  | { type: 'PromptUpdated' }
  | { type: 'InjectionRefused'; message: string }
  | { type: 'Warning'; code: WarningCode; description: string }
  | { type: 'Error'; code: ErrorCode; description: string }
