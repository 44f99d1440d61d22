import { randomUUID } from 'node:crypto'
import type { OutgoingMessage } from '../wire.ts'
import type { CutReason, NapsterEvent, NapsterMessage } from './events.ts'

/** What the outlet needs from its surroundings. */
export interface OutletDeps {
  /** Date and time, for `timestamp`. */
  now(): Date
  send(event: NapsterEvent): void
}

interface Response {
  readonly responseId: string
  readonly itemId: string
  readonly deltas: string[]
}

type MessageBody = NapsterMessage extends infer M ? (M extends unknown ? Omit<M, 'timestamp'> : never) : never

/**
 * Tells a client in Napster's words what the conversation says and does. A response begins when the agent begins to think,
 * is completed when its last audio has been sent, and its talk ends when that would have been played.
 */
export class Outlet {
  private response: Response | undefined
  private talking = false
  private lastItemId: string | null = null
  /** The item of the turn that the user is speaking. */
  private spokenItemId: string | undefined
  private isUnderstood = true
  private readonly deps: OutletDeps

  constructor(deps: OutletDeps) {
    this.deps = deps
  }

  /** The first two frames of a session. */
  open(sessionId: string): void {
    this.tell({ type: 'session', action: 'created', session_id: sessionId })
    this.deps.send({ event: 'avatar_state_changed', data: { state: 'preparing' } })
  }

  /** What the conversation would tell a Deepgram client. */
  message(message: OutgoingMessage): void {
    switch (message.type) {
      case 'SettingsApplied':
        this.deps.send({ event: 'avatar_state_changed', data: { state: 'ready' } })
        return
      case 'ConversationText':
        if (message.role === 'user') this.userSaid(message.content)
        else this.agentSays(message.content)
        return
      case 'UserStartedSpeaking':
        this.spokenItemId = newId('item')
        this.tell({ type: 'message', role: 'user', action: 'speech_started', item_id: this.spokenItemId })
        this.cut('turn_detected')
        return
      case 'AgentAudioDone':
        this.complete()
        return
      case 'FunctionCallRequest':
        for (const { id, name, arguments: given } of message.functions) {
          this.deps.send({
            event: 'function_implicitly_called',
            data: { call_id: id, name, arguments: parsed(given) }
          })
        }
        return
      default:
        // Napster has no words for the rest: acknowledgements, latencies, history, warnings.
        return
    }
  }

  /** The agent was silent and begins to think of what to say. */
  turnBegins(): void {
    this.complete()
    this.fellSilent()
    this.begin()
  }

  /** The words of the turn that ends next could not be found out: its text is ''. */
  notUnderstood(): void {
    this.isUnderstood = false
  }

  /** Reply audio at the pace of a listener. */
  audio(pcm: Uint8Array): void {
    if (!this.talking) {
      this.talking = true
      this.deps.send({ event: 'talk_state_changed', data: { state: 'started' } })
    }
    const data = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64')
    this.deps.send({ event: 'audio_received', data: { data } })
  }

  /** The agent stopped before its end. */
  cut(reason: CutReason): void {
    const { response } = this
    this.response = undefined
    if (response !== undefined) this.tell({ ...head(response), action: 'cancelled', reason })
    if (!this.talking) return
    this.talking = false
    this.deps.send({ event: 'talk_state_changed', data: { state: 'canceled' } })
  }

  /** The last sample would have been played. */
  fellSilent(): void {
    if (!this.talking) return
    this.talking = false
    this.deps.send({ event: 'talk_state_changed', data: { state: 'ended' } })
  }

  private userSaid(content: string): void {
    const itemId = this.spokenItemId ?? newId('item')
    this.spokenItemId = undefined
    this.tell({
      type: 'message',
      role: 'user',
      action: 'completed',
      item_id: itemId,
      previous_item_id: this.lastItemId,
      content: this.isUnderstood ? content : ''
    })
    this.isUnderstood = true
    this.lastItemId = itemId
  }

  private agentSays(text: string): void {
    const response = this.response ?? this.begin()
    const content = response.deltas.length === 0 ? text : ` ${text}`
    response.deltas.push(content)
    this.tell({ ...head(response), action: 'delta', content })
  }

  private begin(): Response {
    const response: Response = { responseId: newId('resp'), itemId: newId('item'), deltas: [] }
    this.response = response
    this.tell({ ...head(response), action: 'created', previous_item_id: this.lastItemId })
    this.lastItemId = response.itemId
    return response
  }

  private complete(): void {
    const { response } = this
    this.response = undefined
    if (response !== undefined) this.tell({ ...head(response), action: 'completed', content: response.deltas.join('') })
  }

  private tell(body: MessageBody): void {
    const message: NapsterMessage = { ...body, timestamp: this.deps.now().toISOString() }
    this.deps.send({ event: 'message_received', data: { message } })
  }
}

function head({ itemId, responseId }: Response) {
  return { type: 'message', role: 'assistant', item_id: itemId, response_id: responseId } as const
}

function newId(kind: 'item' | 'resp'): string {
  return `${kind}_${randomUUID()}`
}

/** Arguments are parsed already on this wire; what is no JSON goes as it is. */
function parsed(given: string): unknown {
  try {
    return JSON.parse(given) as unknown
  } catch {
    return given
  }
}
