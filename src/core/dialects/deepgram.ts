import type { AgentProfile } from '../../shared/profile.ts'
import { promptUse } from '../../shared/prompt.ts'
import { ServerMessage } from '../../shared/protocol/deepgram.ts'
import { assertNever } from '../../shared/assert-never.ts'
import type { Dialect, ServiceEvent, WireCommand, WireMessage } from './dialect.ts'
import { planSettings } from './deepgram-settings.ts'

/** Errors that say the settings, or an update of them, cannot work (deepgram.md section 5.1). */
const SETTINGS_ERRORS: ReadonlySet<string> = new Set([
  'INVALID_SETTINGS',
  'SETTINGS_ALREADY_APPLIED',
  'NON_SETTINGS_MESSAGE_BEFORE_SETTINGS',
  'INVALID_AGENT_ID',
  'AGENT_ID_NOT_SUPPORTED'
])

function toMessage(command: WireCommand): WireMessage {
  switch (command.kind) {
    case 'user-text':
      return { type: 'InjectUserMessage', content: command.text }
    case 'agent-speech':
      return {
        type: 'InjectAgentMessage',
        message: command.text,
        behavior: command.behavior === 'queue' ? 'queue' : 'default'
      }
    case 'append-prompt':
      return { type: 'UpdatePrompt', prompt: command.text }
    default:
      return assertNever(command)
  }
}

function errorEvent(code: string, description: string | undefined): ServiceEvent {
  return {
    kind: 'error',
    code,
    message: description === undefined || description === '' ? code : description,
    settings: SETTINGS_ERRORS.has(code)
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

function toEvent(message: unknown): ServiceEvent {
  const parsed = ServerMessage.safeParse(message)
  if (!parsed.success) return readBroken(message)
  const data = parsed.data
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
      return { kind: 'agent-started' }
    case 'AgentAudioDone':
      return { kind: 'agent-audio-done' }
    case 'PromptUpdated':
      return { kind: 'prompt-updated' }
    case 'InjectionRefused':
      return {
        kind: 'injection-refused',
        reason: data.message ?? 'The service refused to say it in the middle of a turn.'
      }
    case 'Warning':
      return { kind: 'warning', code: data.code, message: data.description ?? data.code }
    case 'Error':
      return errorEvent(data.code, data.description)
    default:
      return assertNever(data)
  }
}

/** First think block that the service will use; undefined with a saved agent's id, whose prompt Parley does not know. */
function firstThink(settings: WireMessage): { prompt?: unknown; endpoint?: unknown } | undefined {
  const agent = settings['agent']
  if (typeof agent !== 'object' || agent === null || Array.isArray(agent)) return undefined
  const think = Array.isArray(agent['think']) ? agent['think'][0] : agent['think']
  return typeof think === 'object' && think !== null && !Array.isArray(think) ? think : undefined
}

/** Deepgram Voice Agent API v1 for one profile; throws `ProfileError` when its settings cannot work. */
export function deepgramDialect(profile: AgentProfile): Dialect {
  const plan = planSettings(profile)
  const think = firstThink(plan.message)
  const prompt = typeof think?.prompt === 'string' ? think.prompt : ''
  return {
    inputSampleRateHz: plan.inputSampleRateHz,
    outputSampleRateHz: plan.outputSampleRateHz,
    outputIsWav: plan.outputIsWav,
    settings: plan.message,
    keepAlive: { type: 'KeepAlive' },
    command: toMessage,
    read: toEvent,
    promptUse: (additions) => promptUse(prompt, additions, think?.endpoint !== undefined)
  }
}
