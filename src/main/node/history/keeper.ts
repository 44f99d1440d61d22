import { ConversationRecorder, type Batch } from '../../../core/history/recorder.ts'
import { GIVEN_ID } from '../../../core/profiles/profile-list.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type { ConversationId } from '../../../shared/ipc/history-calls.ts'
import type { AgentProfile, ProfileId } from '../../../shared/profile.ts'
import type { Clock } from '../../../shared/runtime.ts'
import type { HistoryStore, Origin } from './store.ts'

/** What happens is written at most this much later, so four times a second. */
export const FLUSH_MS = 250

/** A disk that refuses is tried again this much later. */
const RETRY_MS = 2_000

/** Conversations that wait for a disk that takes them. */
const MOST_OVER = 5

/** What is asked of the database. */
export type KeptStore = Pick<HistoryStore, 'write' | 'checkpoint'>

export interface KeeperDeps {
  clock: Clock
  /** Time of day, in ms since 1970. */
  nowMs: () => number
  /** As `HistoryFile.try`. */
  file: { try<T>(run: (store: KeptStore) => T): { done: T } | 'later' | 'lost' | 'unusable' }
  /** Conversations are to be kept; asked at every writing. */
  keep: () => boolean
  /** The agent of the conversation that begins. */
  used: () => { id: ProfileId; profile: AgentProfile } | undefined
  /** The conversation that begins goes on from the one before it, or from one that was kept. */
  carriesOn: () => boolean
  /** A conversation was begun or ended in the file. */
  onChanged: () => void
}

interface Kept {
  recorder: ConversationRecorder
  origin: Origin
  id: ConversationId | undefined
  /** As it was written last. */
  written: Pick<Batch, 'title' | 'lines'> | undefined
  /** Some of it was said while nothing was to be kept. */
  partly: boolean
}

/** Writes the conversation that runs, as it happens. */
export class Keeper {
  readonly #deps: KeeperDeps
  #kept: Kept | undefined
  /** They ended, and that is not written yet. */
  #over: readonly Kept[] = []
  #cancel: (() => void) | undefined
  /** The conversation that was kept last. */
  #lastId: ConversationId | undefined
  /** What the conversation that begins now goes on from. */
  #continues: ConversationId | undefined

  constructor(deps: KeeperDeps) {
    this.#deps = deps
  }

  /** A conversation runs. */
  get running(): boolean {
    return this.#kept !== undefined
  }

  event(event: SessionEvent): void {
    if (event.kind === 'state' && event.state.phase === 'connecting' && this.#kept === undefined) this.#begin()
    const kept = this.#kept
    if (kept === undefined) return
    kept.recorder.add(event, this.#deps.nowMs())
    if (event.kind === 'state' && event.state.phase === 'ended') {
      this.#kept = undefined
      this.#over = [...this.#over, kept].slice(-MOST_OVER)
      this.flush()
    } else if (WRITTEN.has(event.kind)) this.#soon(FLUSH_MS)
  }

  /** The conversation that begins inside `run` goes on from `id`. */
  continuing(id: ConversationId, run: () => void): void {
    this.#continues = id
    try {
      run()
    } finally {
      this.#continues = undefined
    }
  }

  /** All conversations are gone; what is said from now on in the one that runs is not kept either. */
  forget(id?: ConversationId): void {
    if (id === undefined || this.#kept?.id === id) this.#kept = undefined
    if (id === undefined || this.#lastId === id) this.#lastId = undefined
    this.#over = id === undefined ? [] : this.#over.filter((kept) => kept.id !== id)
  }

  /** Writes what waits. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#over = this.#over.filter((kept) => !this.#write(kept))
    if (this.#kept !== undefined) this.#write(this.#kept)
  }

  /** True if nothing of it is left to be written. */
  #write(kept: Kept): boolean {
    const batch = kept.recorder.take()
    const keep = this.#deps.keep()
    if (!keep) kept.partly = true
    const write = batch === undefined || keep ? batch : ending(batch, kept)
    if (write === undefined) return true
    const result = this.#deps.file.try((store) => store.write(kept.id, kept.origin, write))
    if (result === 'unusable') return true
    if (result === 'later' || result === 'lost') {
      this.#failed(kept, write, result)
      return false
    }
    const changed = kept.id === undefined || write.end !== undefined
    kept.id = result.done
    this.#lastId = kept.id
    kept.written = { title: write.title, lines: write.lines }
    if (write.end !== undefined) this.#deps.file.try((store) => store.checkpoint())
    if (changed) this.#deps.onChanged()
    return true
  }

  #begin(): void {
    const used = this.#deps.used()
    if (used === undefined) return
    const { id, profile } = used
    const origin: Origin = {
      profileId: id === GIVEN_ID ? null : id,
      profileName: profile.name,
      service: profile.service,
      continues: this.#deps.carriesOn() ? (this.#continues ?? this.#lastId) : undefined
    }
    const recorder = new ConversationRecorder(this.#deps.nowMs())
    this.#kept = { recorder, origin, id: undefined, written: undefined, partly: false }
  }

  /** Tried again: in the same file, or all of it in a new one. */
  #failed(kept: Kept, batch: Batch, why: 'later' | 'lost'): void {
    if (why === 'lost') {
      kept.id = undefined
      this.#lastId = undefined
    }
    if (why === 'lost' && !kept.partly) kept.recorder.allAnew()
    else kept.recorder.giveBack(batch)
    this.#soon(why === 'lost' ? FLUSH_MS : RETRY_MS)
  }

  #soon(ms: number): void {
    this.#cancel ??= this.#deps.clock.after(ms, () => {
      this.#cancel = undefined
      this.flush()
    })
  }
}

/** Nothing is kept any more; what was written before that is brought to its end. */
function ending(batch: Batch, { id, written }: Kept): Batch | undefined {
  if (id === undefined || written === undefined || batch.end === undefined) return undefined
  return { ...batch, ...written, items: [] }
}

const WRITTEN: ReadonlySet<SessionEvent['kind']> = new Set(['caption', 'tool-call', 'latency', 'interrupted'])
