import { ipcMain } from 'electron'
import ElectronStore from 'electron-store'
import type { FileStore, Log } from '../../core/ports.ts'
import { confStore } from '../node/conf-store.ts'

/** electron-store answers this channel to any frame, unvalidated. We never use it. */
const UNVALIDATED_CHANNEL = 'electron-store-get-data'

/** The settings file of the other hosts, opened through electron-store. Needs a ready app. */
export function electronFileStore(dataDir: string, log: Log): FileStore {
  return confStore(dataDir, log, undefined, ({ configName, ...options }) => {
    const store = new ElectronStore<Record<string, unknown>>({ ...options, name: configName })
    ipcMain.removeAllListeners(UNVALIDATED_CHANNEL)
    return store
  })
}
