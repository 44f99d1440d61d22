/** A frame of the server, `{event, data}` as UTF-8 JSON text (napster.md section 4). */
export type NapsterEvent =
  | { event: 'message_received'; data: { message: NapsterMessage } }
  | { event: 'avatar_state_changed'; data: { state: 'preparing' | 'ready' } }
  | { event: 'talk_state_changed'; data: { state: 'started' | 'ended' | 'canceled' } }
  /** PCM16 little-endian mono at 16 kHz, base64. */
  | { event: 'audio_received'; data: { data: string } }
  | { event: 'function_implicitly_called'; data: { call_id: string; name: string; arguments: unknown } }
  | { event: 'function_call_timeout'; data: { call_id: string } }
  /** A command that was refused; the session goes on. */
  | { event: 'error'; data: { code: string; message: string } }
  | { event: 'avatar_connection_warning'; data: { disconnect_after: number } }
  | { event: 'provider_connection_aborted'; data: { error: { code: AbortCode; message: string } } }
  | { event: 'session_expired' | 'no_credits_left'; data: Record<string, never> }

/** Why the provider gave up after the socket opened (napster.md section 7.5). */
export type AbortCode = 'invalid_voice' | 'instructions_too_long' | 'connection_failed'

/** What is inside `message_received` (napster.md section 7.2). */
export type NapsterMessage = { timestamp: string } & (
  | { type: 'session'; action: 'created'; session_id: string }
  | { type: 'message'; role: 'user'; action: 'speech_started'; item_id: string }
  /** The user's words; '' when they could not be understood. */
  | {
      type: 'message'
      role: 'user'
      action: 'completed'
      item_id: string
      previous_item_id: string | null
      content: string
    }
  | ({ type: 'message'; role: 'assistant'; item_id: string; response_id: string } & (
      | { action: 'created'; previous_item_id: string | null }
      | { action: 'delta' | 'completed'; content: string }
      | { action: 'cancelled'; reason: CutReason }
    ))
)

/** What cut a reply: the user's voice, or a message of the client. */
export type CutReason = 'turn_detected' | 'client_cancelled'

/** Why a session is over, as `GET /public/sessions/{id}` tells it (napster.md section 7.6). */
export type CloseReason =
  | 'connection_closed'
  | 'idle_timeout'
  | 'connection_aborted'
  | 'connection_timeout'
  | 'session_expired'
  | 'no_credits_left'
  | 'provider_connection_aborted'
  | 'application_shutdown'
  | 'failed'
