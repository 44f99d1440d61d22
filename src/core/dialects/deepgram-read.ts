import { assertNever } from '../../shared/assert-never.ts'
import { ServerMessage } from '../../shared/protocol/deepgram.ts'
import { errorEvent } from './deepgram-errors.ts'
import { historyItem } from './deepgram-history.ts'
import type { CalledFunction, ServiceEvent, ServiceLatency } from './dialect.ts'
import { argumentsText } from './json.ts'

type Message<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>
type WireCall = Message<'FunctionCallRequest'>['functions'][number]

/** What one text frame says; a frame that is not understood is `unknown`, and the session goes on (C33). */
export function read(message: unknown): ServiceEvent {
  try {
    const parsed = ServerMessage.safeParse(message)
    return parsed.success ? eventOf(parsed.data) : readBroken(message)
  } catch (error) {
    // It is nested too deeply to be gone through.
    if (error instanceof RangeError) return readBroken(message)
    throw error
  }
}

function eventOf(data: ServerMessage): ServiceEvent {
  switch (data.type) {
    case 'Welcome':
      return { kind: 'welcome' }
    case 'SettingsApplied':
      return { kind: 'settings-applied' }
    case 'ConversationText':
      return { kind: data.role === 'user' ? 'user-text' : 'agent-text', text: data.content }
    case 'UserStartedSpeaking':
      return { kind: 'user-started' }
    case 'EndOfTurn':
      return { kind: 'turn-ended' }
    case 'AgentThinking':
      return { kind: 'agent-thinking' }
    case 'AgentStartedSpeaking':
      return { kind: 'agent-started', latency: startLatency(data) }
    case 'AgentAudioDone':
      return { kind: 'agent-audio-done' }
    case 'FunctionCallRequest':
      return { kind: 'tool-calls', functions: data.functions.map((call) => calledFunction(call)) }
    case 'FunctionCallCancelled':
      return { kind: 'tool-calls-cancelled', functions: data.functions.map(({ id, name }) => ({ id, name })) }
    case 'FunctionCallResponse':
      return toolResponse(data)
    case 'LatencyReport':
      return { kind: 'latency', latency: reportLatency(data) }
    case 'History':
      return historyEvent(data)
    case 'ListenUpdated':
      return { kind: 'listen-updated' }
    case 'ThinkUpdated':
      return { kind: 'think-updated' }
    case 'SpeakUpdated':
      return { kind: 'speak-updated' }
    case 'PromptUpdated':
      return { kind: 'prompt-updated' }
    case 'InjectionRefused':
      return {
        kind: 'injection-refused',
        reason: data.message ?? 'The service refused to say it in the middle of a turn.'
      }
    case 'Warning':
      return warningEvent(data)
    case 'Error':
      return errorEvent(data.code, data.description)
    default:
      return assertNever(data)
  }
}

/** A broken `Error` still ends the session, so it must not be taken for an unknown message. */
function readBroken(message: unknown): ServiceEvent {
  if (typeof message !== 'object' || message === null || !('type' in message) || message.type !== 'Error') {
    return { kind: 'unknown' }
  }
  const { code, description } = message as { code?: unknown; description?: unknown }
  return errorEvent(
    typeof code === 'string' ? code : 'UNKNOWN',
    typeof description === 'string' ? description : undefined
  )
}

/** Arguments are JSON text by the sheet, but an object is met too (C30). */
function calledFunction({ id, name, arguments: given, client_side, thought_signature }: WireCall): CalledFunction {
  return {
    id,
    name,
    arguments: argumentsText(given),
    clientSide: client_side ?? true,
    ...(thought_signature === undefined ? {} : { thoughtSignature: thought_signature })
  }
}

function toolResponse({ id, name, content }: Message<'FunctionCallResponse'>): ServiceEvent {
  return { kind: 'tool-response', ...(id === undefined ? {} : { id }), name, content }
}

function historyEvent(data: Message<'History'>): ServiceEvent {
  const item = historyItem(data)
  return item === undefined ? { kind: 'unknown' } : { kind: 'history', item }
}

function warningEvent({ code, description }: Message<'Warning'>): ServiceEvent {
  return {
    kind: 'warning',
    code,
    message: description ?? code,
    ...(code === 'FORCE_END_TURN_UNSUPPORTED' ? { endTurnUnsupported: true } : {}),
    ...(code === 'MAXIMUM_SESSION_LENGTH_APPROACHING' ? { endsSoon: true } : {}),
    ...(code.startsWith('INJECT_AGENT_MESSAGE_DURING_') ? { injectionRefused: true } : {})
  }
}

/** Seconds on the wire, milliseconds inside; what is absent stays absent (C35). */
function inMs(seconds: Readonly<Record<keyof ServiceLatency, number | undefined>>): ServiceLatency {
  const parts = Object.entries(seconds).flatMap(([name, value]) => (value === undefined ? [] : [[name, value * 1000]]))
  return Object.fromEntries(parts) as ServiceLatency
}

function reportLatency(data: Message<'LatencyReport'>): ServiceLatency {
  return inMs({
    sttMs: data.stt_latency,
    tttTokenMs: data.ttt_token_latency,
    tttTextMs: data.ttt_text_latency,
    tttToolMs: data.ttt_tool_latency,
    tttThinkingMs: data.ttt_thinking_latency,
    ttsMs: data.tts_latency,
    totalMs: data.total_latency
  })
}

function startLatency(data: Message<'AgentStartedSpeaking'>): ServiceLatency {
  return inMs({
    sttMs: undefined,
    tttTokenMs: undefined,
    tttTextMs: data.ttt_latency,
    tttToolMs: undefined,
    tttThinkingMs: undefined,
    ttsMs: data.tts_latency,
    totalMs: data.total_latency
  })
}
