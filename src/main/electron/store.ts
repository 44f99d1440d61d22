import { ipcMain } from 'electron'
import ElectronStore from 'electron-store'
import type { FileStore } from '../../core/ports.ts'

/** electron-store answers this channel to any frame, unvalidated. We never use it. */
const UNVALIDATED_CHANNEL = 'electron-store-get-data'

/** Small JSON documents in `dataDir/parley.json`. Needs a ready app. */
export function electronFileStore(dataDir: string): FileStore {
  const store = new ElectronStore<Record<string, unknown>>({
    cwd: dataDir,
    name: 'parley',
    accessPropertiesByDotNotation: false,
    configFileMode: 0o600
  })
  ipcMain.removeAllListeners(UNVALIDATED_CHANNEL)
  return {
    read: (key) => store.get(key),
    write: (key, value) => store.set(key, value)
  }
}
