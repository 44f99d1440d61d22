import type { ErrorCode, WarningCode } from '../shared/protocol/deepgram.ts'
import type { TurnTrigger } from './speech/contract.ts'

/** A function call as the wire has it; `arguments` is JSON text. */
export interface WireCall {
  id: string
  name: string
  arguments: string
  /** False for a function with an endpoint: the agent calls it itself. */
  client_side: boolean
  thought_signature?: string
}

/** Keys of `LatencyReport`; seconds. */
export type LatencyKey =
  | 'stt_latency'
  | 'ttt_token_latency'
  | 'ttt_text_latency'
  | 'ttt_tool_latency'
  | 'ttt_thinking_latency'
  | 'tts_latency'
  | 'total_latency'

/** Every text message the built-in agent sends (deepgram.md section 5). */
export type OutgoingMessage =
  | { type: 'Welcome'; request_id: string }
  | { type: 'SettingsApplied' }
  /** `languages_hinted`: with role user, when the listen provider has language hints. */
  | { type: 'ConversationText'; role: 'user' | 'assistant'; content: string; languages_hinted?: readonly string[] }
  | { type: 'History'; role: 'user' | 'assistant'; content: string }
  | { type: 'History'; function_calls: [WireCall & { response: string }] }
  | { type: 'UserStartedSpeaking' }
  | { type: 'EndOfTurn'; trigger: TurnTrigger }
  /** The model's reasoning up to its next word or call. */
  | { type: 'AgentThinking'; content: string }
  | { type: 'AgentStartedSpeaking'; total_latency: number; tts_latency: number; ttt_latency: number }
  | { type: 'AgentAudioDone' }
  | { type: 'FunctionCallRequest'; functions: readonly WireCall[] }
  | { type: 'FunctionCallCancelled'; functions: readonly { id: string; name: string }[] }
  | { type: 'FunctionCallResponse'; id: string; name: string; content: string }
  /** One key per message, in seconds. */
  | ({ type: 'LatencyReport' } & Partial<Record<LatencyKey, number>>)
  | { type: 'ListenUpdated' | 'ThinkUpdated' | 'SpeakUpdated' | 'PromptUpdated' }
  | { type: 'InjectionRefused'; message: string }
  | { type: 'Warning'; code: WarningCode; description: string }
  | { type: 'Error'; code: ErrorCode; description: string }
