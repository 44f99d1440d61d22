import type { Preferences } from '../shared/ipc/contract.ts'
import type { FileStore } from './ports.ts'
import { readPreferences, writePreferences, type PreferencesChange } from './preferences.ts'

type Listener = (preferences: Preferences) => void

/** The preferences in the store, and who wants to know of every change. */
export class KeptPreferences {
  readonly #store: FileStore
  readonly #listeners = new Set<Listener>()

  constructor(store: FileStore) {
    this.#store = store
  }

  read(): Preferences {
    return readPreferences(this.#store)
  }

  /** Keeps what changed and tells it; returns all of it. */
  write(change: PreferencesChange): Preferences {
    writePreferences(this.#store, change)
    return this.tell()
  }

  /** Tells every listener what is kept now; returns it. */
  tell(): Preferences {
    const preferences = this.read()
    for (const listener of this.#listeners) listener(preferences)
    return preferences
  }

  /** Calls `listener` after every change; returns its own unsubscribe. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
