import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { EarlierConversation } from '../../../core/session/earlier.ts'
import { ManualClock, PROFILE, silentLog } from '../../../core/testing.test-support.ts'
import type { Caption, SessionEvent } from '../../../shared/events.ts'
import type { DataProblem } from '../../../shared/ipc/data-calls.ts'
import type { ConversationSummary, HistoryPreferences } from '../../../shared/ipc/history-calls.ts'
import type { AgentProfile, ProfileId } from '../../../shared/profile.ts'
import { openHistory, type History } from './history.ts'

export const START = new Date(2026, 10, 21, 12, 0).getTime()

/** A history on the disk behind an assistant that the test plays, with a clock of its own. */
export class HistoryRig {
  readonly dir: string
  readonly clock = new ManualClock()
  readonly problems: DataProblem[] = []
  preferences: HistoryPreferences = { keep: true, days: null }
  used: { id: ProfileId; profile: AgentProfile } | undefined = { id: 'p1' as ProfileId, profile: PROFILE }
  changes = 0
  carriesOn = false
  /** What conversations were begun with. */
  readonly begun: EarlierConversation[] = []
  history: History
  #listener: (name: 'session:event', payload: unknown) => void = () => {}
  #captions = 0

  constructor(dir = mkdtempSync(path.join(tmpdir(), 'parley-history-'))) {
    this.dir = dir
    this.history = this.#open()
  }

  get handlers() {
    return this.history.handlers
  }

  nowMs(): number {
    return START + this.clock.nowMs()
  }

  emit(event: SessionEvent): void {
    this.#listener('session:event', event)
  }

  connect(): void {
    this.emit({ kind: 'state', state: { phase: 'connecting' } })
    this.emit({ kind: 'state', state: { phase: 'live', activity: 'listening' } })
  }

  /** One line; returns its id. */
  say(role: Caption['role'], text: string, rest: Partial<Caption> = {}): string {
    const id = `caption-${(this.#captions += 1)}`
    this.emit({ kind: 'caption', caption: { id, role, text, interrupted: false, ...rest } })
    return id
  }

  hangUp(): void {
    this.emit({ kind: 'state', state: { phase: 'ended', reason: { code: 'hung-up', message: 'Bye.' } } })
  }

  /** A whole conversation. */
  talk(...lines: string[]): void {
    this.connect()
    for (const [at, text] of lines.entries()) this.say(at % 2 === 0 ? 'user' : 'agent', text)
    this.clock.advance(1_000)
    this.hangUp()
  }

  async list(query?: string): Promise<ConversationSummary[]> {
    const { conversations } = await this.handlers['history:list']({ query, limit: 100 })
    return conversations
  }

  async first(): Promise<ConversationSummary> {
    const [first] = await this.list()
    if (first === undefined) throw new Error('the history is empty')
    return first
  }

  /** What was said in the newest conversation. */
  async texts(): Promise<string[]> {
    const { id } = await this.first()
    const { items } = await this.handlers['history:read']({ id })
    return items.map((item) => (item.kind === 'line' ? item.text : item.kind))
  }

  /** The process is gone without a word, and a new one starts. */
  killed(): void {
    this.history = this.#open()
  }

  restart(): void {
    this.history.close()
    this.history = this.#open()
  }

  /** Files whose bytes hold `text`. */
  filesWith(text: string): string[] {
    return readdirSync(this.dir).filter((name) => readFileSync(path.join(this.dir, name)).includes(text))
  }

  close(): void {
    this.history.close()
    rmSync(this.dir, { recursive: true, force: true })
  }

  #open(): History {
    const history = openHistory({
      dataDir: this.dir,
      clock: this.clock,
      nowMs: () => this.nowMs(),
      log: silentLog,
      problems: { add: (problem) => void this.problems.push(problem) },
      preferences: () => this.preferences
    })
    const used = (): HistoryRig['used'] => this.used
    const carries = (): boolean => this.carriesOn
    history.follow({
      onEvent: (listener) => {
        this.#listener = listener
        return () => {}
      },
      tell: () => void (this.changes += 1),
      get used() {
        return used()
      },
      get carriesOn() {
        return carries()
      },
      begin: (earlier) => {
        this.begun.push(earlier)
        this.hangUp()
        this.carriesOn = earlier.length > 0
        this.connect()
        this.carriesOn = false
      }
    })
    return history
  }
}
