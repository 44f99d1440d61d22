import type { Reader, ServiceEvent } from './dialect.ts'
import { newReader } from './napster-read.ts'

/** Can be read from JSON, and not be written as JSON. */
export const TOO_DEEP = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown

/** What a reader tells of `frames`, without what changes nothing. */
export function tell(reader: Reader, ...frames: unknown[]): ServiceEvent[] {
  return frames.flatMap((frame) => reader(frame)).filter(({ kind }) => kind !== 'unknown')
}

export const SESSION = { event: 'message_received', data: { message: { type: 'session', action: 'created' } } }
export const READY = { event: 'avatar_state_changed', data: { state: 'ready' } }

/** A reader of a connection that is ready. */
export function live(modality: 'audio' | 'text' = 'audio'): Reader {
  const reader = newReader(modality)
  void tell(reader, SESSION, READY)
  return reader
}

type Fields = Record<string, unknown>

function message(role: 'user' | 'assistant', action: string, fields: Fields = {}): object {
  return { event: 'message_received', data: { message: { type: 'message', role, action, ...fields } } }
}

export const user = (action: string, fields?: Fields): object => message('user', action, fields)
export const assistant = (action: string, fields?: Fields): object => message('assistant', action, fields)
export const talk = (state: string): object => ({ event: 'talk_state_changed', data: { state } })
export const audio = (data: string): object => ({ event: 'audio_received', data: { data } })
export const called = (fields: Fields): object => ({ event: 'function_implicitly_called', data: fields })

export const heard = (text: string): ServiceEvent => ({ kind: 'user-text', text })
export const said = (text: string): ServiceEvent => ({ kind: 'agent-text', text })
export const THINKING: ServiceEvent = { kind: 'agent-thinking' }
export const CANCELLED: ServiceEvent = { kind: 'agent-cancelled' }
export const STARTED: ServiceEvent = { kind: 'user-started' }
export const ENDED: ServiceEvent = { kind: 'turn-ended' }
export const DONE: ServiceEvent = { kind: 'agent-audio-done' }
export const pcm = (...bytes: number[]): ServiceEvent => ({ kind: 'agent-audio', bytes: Uint8Array.from(bytes) })
