import type { Dialect, ServiceEvent } from './dialect.ts'
import { failedReply } from './napster-errors.ts'
import type { Message } from './napster-frame.ts'
import { CANCELLED, LONGEST_MESSAGE, REMEMBERED_IDS } from './napster-unknowns.ts'
import { Remembered } from './remembered.ts'
import { ReplyText } from './reply-text.ts'

/** Replies whose text is under way at the same time; more are not met. */
const OPEN_LIMIT = 50

const CANCELLED_EVENT: ServiceEvent = { kind: 'agent-cancelled' }

interface Item {
  readonly ids: readonly string[]
  readonly text: ReplyText
}

/** What the agent says on one connection: its texts, and whether audio that comes still belongs to something that is heard. */
export class NapsterReplies {
  readonly #modality: Dialect['modality']
  /** Texts that have begun and are not over, by item; '' where the service gave no id. */
  readonly #items = new Map<string, Item>()
  /** Ids of replies that were cut off: late frames of them change nothing. */
  readonly #retired = new Remembered(REMEMBERED_IDS)
  /** Items whose text is over. */
  readonly #done = new Remembered(REMEMBERED_IDS)
  /** How many of the texts that were told last are of one item. */
  #run = { key: '', texts: 0 }
  /** Ids of replies whose audio may still come, their text being over or not. */
  #audioIds: string[] = []
  /** Audio of a reply has come, or the agent has said that it talks, and its end has not. */
  #sounding = false
  /** A reply was cut off, and no other has begun: audio that comes is of the one that was cut. */
  #cut = false
  /** The talk that goes on is that of a reply that was cut off; its end is no news. */
  #cutTalk = false

  constructor(modality: Dialect['modality']) {
    this.#modality = modality
  }

  /** Something of the agent's is under way. */
  get open(): boolean {
    return this.#sounding || this.#items.size > 0 || this.#audioIds.length > 0
  }

  message(message: Message): readonly ServiceEvent[] {
    const ids = idsOf(message)
    if (ids.some((id) => this.#retired.has(id))) return []
    const action = message.action ?? ''
    if (CANCELLED.has(action)) return this.#cancelled(ids)
    if (ids.length === 0 && this.#cut && action !== 'created') return []
    const key = this.#keyOf(message)
    if (key !== '' && this.#done.has(key)) return []
    switch (action) {
      case 'created':
        return this.#begin(key, ids)
      case 'delta':
        return [...this.#begin(key, ids), ...this.#delta(key, message.content)]
      case 'completed':
        return [...this.#begin(key, ids), ...this.#completed(key, message.content)]
      case 'failed':
        return this.#failed(key, message['error'])
      default:
        return []
    }
  }

  /** `talk_state_changed`. */
  talk(state: string): readonly ServiceEvent[] {
    if (CANCELLED.has(state)) return this.#talkCancelled()
    if (state === 'ended') return this.#talkEnded()
    if (state !== 'preparing' && state !== 'started') return []
    if (this.#cut && !this.#cutTalk) this.#cut = false
    if (this.#cut) return []
    this.#cutTalk = false
    this.#sounding = true
    return [state === 'started' ? { kind: 'agent-started', latency: {} } : { kind: 'agent-thinking' }]
  }

  /** Audio came; false if nobody shall hear it. */
  audio(): boolean {
    if (this.#cut) return false
    this.#sounding = true
    return true
  }

  /** The user takes the turn: what is told of the reply up to here, and nothing of it afterwards. */
  cut(): readonly ServiceEvent[] {
    if (!this.open) return []
    const rest = [...this.#items.values()].flatMap(({ text }) => told(text.end()))
    for (const { ids } of this.#items.values()) for (const id of ids) this.#retired.add(id)
    for (const id of this.#audioIds) this.#retired.add(id)
    this.#items.clear()
    this.#audioIds = []
    this.#cutTalk ||= this.#sounding
    this.#cut = true
    this.#sounding = false
    return rest
  }

  /** The user's turn is over: the next audio is of another reply. */
  userTurnOver(): void {
    if (!this.open) this.#cut = false
  }

  /** By its item; a reply that was created under its response alone is known by its first item from then on. */
  #keyOf({ item_id: item = '', response_id: response = '' }: Message): string {
    const created = item === '' ? undefined : this.#items.get(response)
    if (created !== undefined && response !== '' && !this.#items.has(item)) {
      this.#items.delete(response)
      this.#items.set(item, { ...created, ids: [...created.ids, item] })
      if (this.#modality === 'audio') this.#audioIds.push(item)
    }
    return item === '' ? response : item
  }

  #begin(key: string, ids: readonly string[]): readonly ServiceEvent[] {
    if (this.#items.has(key)) return []
    this.#cut = false
    if (this.#items.size >= OPEN_LIMIT) this.#items.clear()
    this.#items.set(key, { ids, text: new ReplyText(LONGEST_MESSAGE) })
    if (this.#modality === 'audio') this.#audioIds = [...new Set([...this.#audioIds, ...ids])].slice(-OPEN_LIMIT)
    return [{ kind: 'agent-thinking' }]
  }

  #delta(key: string, content = ''): readonly ServiceEvent[] {
    const sentences = told(this.#items.get(key)?.text.add(content))
    const before = this.#run.key === key ? this.#run.texts : 0
    if (sentences.length > 0) this.#run = { key, texts: before + sentences.length }
    return sentences
  }

  #completed(key: string, content: string | undefined): readonly ServiceEvent[] {
    const texts = this.#lastTexts(key, content)
    this.#over(key)
    return this.#modality === 'text' ? [...texts, { kind: 'reply-complete' }] : texts
  }

  /** The service may know better at the end what it has told in pieces; that can be said while nothing else was told since. */
  #lastTexts(key: string, content = ''): readonly ServiceEvent[] {
    const last = this.#items.get(key)?.text.complete(content)
    if (last === undefined) return []
    if ('sentences' in last) return told(last.sentences)
    const { instead: text, of: replaces } = last
    return this.#run.key === key && this.#run.texts >= replaces ? [{ kind: 'agent-text', text, replaces }] : []
  }

  #over(key: string): void {
    this.#items.delete(key)
    if (key !== '') this.#done.add(key)
  }

  #cancelled(ids: readonly string[]): readonly ServiceEvent[] {
    if (ids.length === 0 && this.#cut) return []
    const ofAnother = this.open && ids.length > 0 && !ids.some((id) => this.#isOpen(id))
    const rest = ofAnother ? [] : this.cut()
    for (const id of ids) this.#retired.add(id)
    if (ofAnother) return []
    return [...rest, CANCELLED_EVENT]
  }

  #isOpen(id: string): boolean {
    return this.#audioIds.includes(id) || [...this.#items.values()].some(({ ids }) => ids.includes(id))
  }

  #failed(key: string, error: unknown): readonly ServiceEvent[] {
    const sentences = told(this.#items.get(key)?.text.end())
    this.#over(key)
    const end: ServiceEvent = { kind: this.#sounding ? 'agent-audio-done' : 'reply-complete' }
    this.#sounding = false
    this.#audioIds = []
    return [...sentences, failedReply(typeof error === 'string' ? error : undefined), end]
  }

  #talkCancelled(): readonly ServiceEvent[] {
    if (this.#cutTalk) {
      this.#cutTalk = false
      return []
    }
    if (!this.open) return []
    const rest = this.cut()
    this.#cutTalk = false
    return [...rest, CANCELLED_EVENT]
  }

  #talkEnded(): readonly ServiceEvent[] {
    if (this.#cutTalk) {
      this.#cutTalk = false
      return []
    }
    this.#sounding = false
    this.#audioIds = [...this.#items.values()].flatMap(({ ids }) => ids)
    return [{ kind: 'agent-audio-done' }]
  }
}

/** Where two frames name one reply, they share at least one of these. */
function idsOf({ response_id: response, item_id: item }: Message): readonly string[] {
  return [response, item].filter((id) => id !== undefined && id !== '') as string[]
}

function told(sentences: readonly string[] | undefined): readonly ServiceEvent[] {
  return (sentences ?? []).map((text) => ({ kind: 'agent-text', text }))
}
