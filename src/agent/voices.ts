import type { Clock } from '../shared/runtime.ts'
import type { SpeakEntry } from './settings-speak.ts'
import type { SpeechEvent } from './speech/contract.ts'
import { THINK_LIMITS } from './think/limits.ts'

/** A wait for the first audio of a sentence that is warned about, again and again: the one for a think response (deepgram.md section 1.2). */
export const SLOW_SPEAK_MS = THINK_LIMITS.slowMs

/** What the voices need from their surroundings. */
export interface VoicesDeps {
  readonly clock: Clock
  /** Asks the engine for a sentence. */
  ask(utterance: number, text: string, entry: SpeakEntry): void
  warn(code: 'SPEAK_REQUEST_FAILED' | 'SLOW_SPEAK_REQUEST', description: string): void
  /** Every entry of the list is used up: `FAILED_TO_SPEAK`. */
  failed(description: string): void
}

/** A sentence whose last audio has not come. */
interface Asked {
  readonly text: string
  readonly entry: SpeakEntry
  begun: boolean
}

type Spoken = Extract<SpeechEvent, { kind: 'speech' | 'speech-failed' }>

/**
 * The speak list: each entry is the fallback of the one before. What failed once is not asked again in its turn, and a
 * sentence of which nothing was given out is asked of the next.
 */
export class Voices {
  private entries: readonly SpeakEntry[]
  private at = 0
  /** In the order in which the engine speaks them. */
  private readonly asked = new Map<number, Asked>()
  private watched: number | undefined
  private stopWatch: () => void = () => undefined
  private readonly deps: VoicesDeps

  constructor(entries: readonly SpeakEntry[], deps: VoicesDeps) {
    this.entries = entries
    this.deps = deps
  }

  /** `UpdateSpeak`: another list, from the next sentence on. */
  replace(entries: readonly SpeakEntry[]): void {
    this.entries = entries
    this.at = 0
  }

  /** The agent begins to speak: the first entry is asked again. */
  turnBegins(): void {
    this.at = 0
  }

  request(utterance: number, text: string): void {
    for (;;) {
      const entry = this.entries[this.at]
      if (entry === undefined) return
      if (entry.outside === null) {
        this.asked.set(utterance, { text, entry, begun: false })
        this.watchFirst()
        this.deps.ask(utterance, text, entry)
        return
      }
      if (!this.giveUp(entry, entry.outside)) return
    }
  }

  /** Forgets every sentence up to this one. */
  cancel(upTo: number): void {
    for (const utterance of this.asked.keys()) if (utterance <= upTo) this.asked.delete(utterance)
    this.watchFirst()
  }

  /** True when the event needs no one else: the sentence is asked of another entry, or nothing can speak any more. */
  onSpeech(event: Spoken): boolean {
    const asked = this.asked.get(event.utterance)
    if (asked === undefined) return false
    if (event.kind === 'speech') {
      asked.begun ||= event.pcm.length > 0
      if (event.last) this.asked.delete(event.utterance)
      this.watchFirst()
      return false
    }
    this.asked.delete(event.utterance)
    this.watchFirst()
    const isCurrent = this.entries[this.at] === asked.entry
    if (asked.begun && !(isCurrent && this.at === this.entries.length - 1)) {
      // What was said of it stands; who plays it tells that the rest is missing.
      if (isCurrent) this.at += 1
      return false
    }
    if (isCurrent && !this.giveUp(asked.entry, event.message)) return true
    this.request(event.utterance, asked.text)
    return true
  }

  /** False when that was the last entry: the session ends. */
  private giveUp(entry: SpeakEntry, reason: string): boolean {
    this.deps.warn('SPEAK_REQUEST_FAILED', reason)
    // The warning may have ended the session, and an update may have come: only the entry that failed is passed over.
    if (this.entries[this.at] === entry) this.at += 1
    if (this.at < this.entries.length) return true
    const what = 'Voices of the provider "deepgram" are spoken by the built-in agent itself.'
    this.deps.failed(entry.outside === null ? reason : `${reason} ${what}`)
    return false
  }

  /** Sentences are spoken one after the other: only the first can be late. */
  private watchFirst(): void {
    const [first] = this.asked
    const waits = first !== undefined && !first[1].begun ? first[0] : undefined
    if (waits === this.watched) return
    this.stopWatch()
    this.watched = waits
    if (waits === undefined) return
    let waitedMs = 0
    this.stopWatch = this.deps.clock.every(SLOW_SPEAK_MS, () => {
      waitedMs += SLOW_SPEAK_MS
      this.deps.warn('SLOW_SPEAK_REQUEST', `We have now waited ${waitedMs / 1000} seconds for a speak response.`)
    })
  }
}
